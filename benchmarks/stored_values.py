"""What a stored value costs in either profile: sealing and opening it, and its blind index, over the bare cipher and digest."""

import hashlib
import hmac
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from benchmarks.result import Row, Section
from benchmarks.rounds import Timings, interleave
from certificates.core.aead import NONCE_BYTES, Aead, aead
from certificates.core.crypto_profile import PROFILES, CryptoProfile
from certificates.core.digests import keyed_digest

ROUNDS = 12
_CONTEXT = b"Certificate:0f8fad5b-d9cb-469f-a165-70867728950e:sealed_values"
_SIZES = {"a field": 48, "all disclosures": 3_072}  # bytes: an address, and what is kept of a licence of 12 fields


def stored_values() -> Section:
    """This will measure both profiles' ciphers on a field's and a licence's worth of bytes, and both blind indices."""
    rows: list[Row] = []
    numbers: dict[str, object] = {}
    for profile in PROFILES.values():
        timings = interleave(_contestants(profile), rounds=ROUNDS)
        numbers[profile.name] = {f"{name}_us": round(timings.median(name) * 1e6, 2) for name in timings.seconds}
        rows += _rows(profile, timings)
    return Section(
        title="Stored values: sealed, opened, found again (with nonce and key schedule, one core)",
        rows=tuple(rows),
        numbers=numbers,
        words=(
            "Sealing a field is nearly all setting the cipher up, since each value has its own nonce; at a licence's length SM4 itself is most.",
        ),
    )


def _rows(profile: CryptoProfile, timings: Timings) -> list[Row]:
    return [
        *(
            Row(
                name=f"{profile.field_cipher}: seal {what} over the bare cipher",
                measured=timings.speed_ratio(f"seal {what}", over=f"bare {what}"),
                unit="ratio",
                beside=f"{timings.per_second(f'seal {what}'):,.0f}/s sealed, {timings.per_second(f'open {what}'):,.0f}/s opened",
            )
            for what in _SIZES
        ),
        Row(
            name=f"blind index (HMAC-{profile.mac.upper()}) over a bare {profile.mac.upper()}",
            measured=timings.speed_ratio("index", over="bare index"),
            unit="ratio",
            beside=f"{timings.per_second('index'):,.0f}/s; an HMAC digests twice",
        ),
    ]


def _contestants(profile: CryptoProfile) -> dict[str, Callable[[int], object]]:
    cipher = aead(profile.field_cipher)
    key = os.urandom(cipher.key_bytes)
    mac_key, value = os.urandom(32), b"33010619880512001X"
    found: dict[str, Callable[[], object]] = {
        "index": partial(keyed_digest, profile.mac, key=mac_key, data=value),
        "bare index": _bare_digest(profile.mac, value),
    }
    for what, size in _SIZES.items():
        plain, nonce = os.urandom(size), os.urandom(NONCE_BYTES)
        sealed = cipher.seal(key=key, nonce=nonce, plain=plain, context=_CONTEXT)
        found[f"seal {what}"] = partial(_seal, cipher, key, plain)
        found[f"open {what}"] = partial(cipher.open, key=key, nonce=nonce, sealed=sealed, context=_CONTEXT)
        found[f"bare {what}"] = _bare_cipher(cipher.name, key, plain)
    return {name: partial(_repeat, act) for name, act in found.items()}


def _repeat(act: Callable[[], object], calls: int) -> None:
    for _ in range(calls):
        act()


def _seal(cipher: Aead, key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.seal(key=key, nonce=nonce, plain=plain, context=_CONTEXT)


def _bare_cipher(name: str, key: bytes, plain: bytes) -> Callable[[], object]:
    """The library alone, under one nonce, which only a measurement may do."""
    nonce = os.urandom(NONCE_BYTES)
    if name == "A256GCM":
        loaded = AESGCM(key)
        return lambda: loaded.encrypt(nonce, plain, _CONTEXT)
    scheme: Any = Cipher(SM4(key), GCM(nonce))

    def encrypt() -> object:
        state = scheme.encryptor()
        state.authenticate_additional_data(_CONTEXT)
        return state.update(plain) + state.finalize()

    return encrypt


def _bare_digest(mac: str, value: bytes) -> Callable[[], object]:
    name = {"sha256": "sha256", "sm3": "sm3"}[mac]
    if name not in hashlib.algorithms_available:
        return lambda: hmac.digest(b"", value, "sha256")
    start = hashlib.new(name)

    def digest() -> bytes:
        state = start.copy()
        state.update(value)
        return state.digest()

    return digest
