"""Changes to compact JWS: its parts, its coding, who signed it, and what an honest key might sign by mistake."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.core.canonical import b64url
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.registry import SM2
from certificates.core.signing.suite import Signer
from tests.fuzz.keys import THIEF, Pair, pair
from tests.fuzz.spoil_bytes import bytes_mutators, text_mutators
from tests.fuzz.spoil_json import spoil_json
from tests.fuzz.target import Mutant, Mutator

_ALGS = ("none", "None", "", "HS256", "ES384", "ES256", SM2.jose_alg, "EdDSA", "RS256")
_TYPS = (
    *("dc+sd-jwt", "vc+sd-jwt", "kb+jwt", "at+jwt", "JWT", "statuslist+jwt", "statuslist+cwt", "huzheng-release+jwt"),
    *("huzheng-receipt+jwt", "huzheng-trust-list+jwt", "huzheng-agency-keys+jwt", ""),
)
_FOREIGN_MEMBERS: tuple[dict[str, Any], ...] = (
    {"jku": "http://169.254.169.254/"},
    {"x5u": "file:///etc/passwd"},
    {"crit": ["exp"]},
    {"b64": False},
    {"zip": "DEF"},
    {"cty": "JWT"},
    {"enc": "A256GCM"},
)


def token_mutators(seeds: Sequence[str], *, by: Pair) -> list[Mutator]:
    """Changes to tokens that `by` signs; `seeds` lend parts."""
    plain = [
        _spoilt_part,
        _spoilt_header,
        _spoilt_payload,
        _swapped(seeds),
        _recoded,
        _resigned,
        _other_signature,
        _mac,
    ]
    return [
        *(_unsigned(change, by) for change in (*plain, *plain)),
        *text_mutators(seeds),
        _ours(by.signer, in_header=False),
        _ours(by.signer, in_header=False),
        _ours(by.signer, in_header=True),
    ]


def parts_of(token: str) -> list[str]:
    """The three parts, or what stands in for missing ones."""
    return [*token.split("."), "", "", ""][:3]


def decoded(text: str) -> bytes:
    """What a lenient reader makes of base64url."""
    kept = "".join(one for one in text if one.isascii() and (one.isalnum() or one in "-_"))
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))


def has_one_reading(token: Any, _meaning: Any) -> bool:
    """Header and payload of an accepted token name no member twice and hold no number that JSON does not know."""
    if not isinstance(token, str):
        return True
    doubled: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        doubled.extend(name for name, _ in pairs[len(found) :])
        return found

    for part in parts_of(token.partition("~")[0])[:2]:
        json.loads(decoded(part), object_pairs_hook=members, parse_constant=doubled.append)
    return not doubled


def signed(header: bytes, payload: bytes, signer: Signer) -> str:
    """A token over any two parts."""
    signing_input = f"{b64url(header)}.{b64url(payload)}"
    return f"{signing_input}.{b64url(signer.sign(signing_input.encode()))}"


def _unsigned(change: Any, by: Pair) -> Mutator:
    return lambda rng, token: Mutant(change(rng, token, by))


def _spoilt_part(rng: Random, token: str, _by: Pair) -> str:
    parts = parts_of(token)
    place = rng.randrange(3)
    parts[place] = b64url(rng.choice(bytes_mutators([b"{}", bytes(64)]))(rng, decoded(parts[place])).input)
    return ".".join(parts)


def _spoilt_header(rng: Random, token: str, _by: Pair) -> str:
    head, *rest = parts_of(token)
    return ".".join([b64url(spoil_json(rng, decoded(head))), *rest])


def _spoilt_payload(rng: Random, token: str, _by: Pair) -> str:
    head, body, signature = parts_of(token)
    return ".".join([head, b64url(spoil_json(rng, decoded(body))), signature])


def _swapped(seeds: Sequence[str]) -> Any:
    def swap(rng: Random, token: str, _by: Pair) -> str:
        parts, other = parts_of(token), parts_of(rng.choice(seeds))
        place = rng.randrange(3)
        parts[place] = other[place]
        return ".".join(parts)

    return swap


def _recoded(rng: Random, token: str, _by: Pair) -> str:
    """The same bytes in another coding of base64."""
    parts = parts_of(token)
    place = rng.randrange(3)
    part = parts[place]
    last = chr(ord(part[-1]) + 1) if part else ""
    parts[place] = rng.choice(
        (
            part + "=" * (-len(part) % 4 or 1),
            part.replace("-", "+").replace("_", "/"),
            part[:-1] + last,
            part + "\n",
            " " + part,
        )
    )
    return ".".join(parts)


def _header_of(token: str) -> dict[str, Any]:
    try:
        header = json.loads(decoded(parts_of(token)[0]))
    except (ValueError, RecursionError):
        return {}
    return header if isinstance(header, dict) else {}


def _resigned(rng: Random, token: str, by: Pair) -> str:
    """Signed by a stranger, who may use his own key id or bring his key along."""
    thief = pair(by.signer.suite, THIEF).signer
    header = _header_of(token) | rng.choice(({}, {}, {"kid": thief.kid}, {"typ": rng.choice(_TYPS)}, *_FOREIGN_MEMBERS))
    payload = decoded(parts_of(token)[1])
    return signed(json.dumps(header).encode(), spoil_json(rng, payload) if rng.random() < 0.5 else payload, thief)


def _other_signature(rng: Random, token: str, _by: Pair) -> str:
    head, body, signature = parts_of(token)
    raw = decoded(signature)[:64].ljust(64, b"\0")
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    other = rng.choice(
        (
            raw[:32] + ((GROUP_ORDER - s) % 2**256).to_bytes(32),
            bytes(64),
            raw[32:] + raw[:32],
            raw + b"\0",
            raw[:63],
            b"",
            bytes(encode_dss_signature(r, s)),
            GROUP_ORDER.to_bytes(32) + raw[32:],
        )
    )
    header = _header_of(token)
    if header and rng.random() < 0.4:
        head = b64url(json.dumps(header | {"alg": rng.choice(_ALGS)}).encode())
    return f"{head}.{body}.{b64url(other)}"


def _mac(rng: Random, token: str, by: Pair) -> str:
    header = json.dumps(_header_of(token) | {"alg": rng.choice("HS256", "ES256", SM2.jose_alg)}).encode()
    signing_input = f"{b64url(header)}.{parts_of(token)[1]}"
    return f"{signing_input}.{b64url(hmac.digest(by.spki, signing_input.encode('utf-8', 'surrogatepass'), hashlib.sha256))}"


def _ours(signer: Signer, *, in_header: bool) -> Mutator:
    """What the honest key signs, spoilt: only the rules behind the signature are left to refuse it."""

    def sign(rng: Random, token: str) -> Mutant:
        header, payload, _ = map(decoded, parts_of(token))
        if in_header:
            return Mutant(signed(spoil_json(rng, header), payload, signer), ours=True)
        return Mutant(signed(header, spoil_json(rng, payload), signer), ours=True)

    return sign
