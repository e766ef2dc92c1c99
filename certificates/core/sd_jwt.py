"""Issuing a credential, and putting a presentation together from its parts (RFC 9901 sections 4 and 5).

The loop over fields and grains is most of an issuer's work after the signature itself. So salts and decoys come from one
call for random bytes, all salts and all digests become base64url in one call each and are then cut, and of the disclosures
everything but the coding itself is done to all at once.
"""

import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from struct import Struct
from typing import NamedTuple

import orjson

from certificates.core.canonical import b64url, b64url_ascii
from certificates.core.digests import digests_of
from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_claims import require_sound
from certificates.core.sd_jwt_format import (
    COPY_CLAIM,
    DIGEST_CHARS,
    FIELD_NAME,
    MAX_DIGESTS,
    MAX_DISCLOSURE_CHARS,
    MAX_DISCLOSURES,
    MAX_LIST_ITEMS,
    MAX_X5C_CERTIFICATE_BYTES,
    MAX_X5C_CERTIFICATES,
    RESERVED_NAMES,
    TYP,
    CredentialClaims,
    DigestTotals,
    DisclosureKey,
)
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import NamedKey, Signer

FieldValue = str | Sequence[str]

_DIGEST_BYTES = 32
_SALT_BYTES, _SALT_CHARS = 18, 24  # 144 bits: RFC 9901 9.3 asks for 128, and 18 bytes need no base64 padding
# base64 makes four characters of three bytes; salt, name and brackets take less than 128 of them.
_MAX_VALUE_BYTES = (MAX_DISCLOSURE_CHARS - 256) * 3 // 4
_SURELY_SHORT = _MAX_VALUE_BYTES // 6 - 1  # characters: JSON writes one with six bytes at the most
_ZERO = b"\0"  # 32 bytes and this one are 44 characters, of which the last stands for bits of the zero byte alone


class PreparedCredential(NamedTuple):
    """This will hold the bytes to sign, to be stored, linted and compared before and after signing."""

    signing_input: bytes
    disclosures: Mapping[DisclosureKey, str]


class IssuedCredential(NamedTuple):
    """This will hold the issuer-signed JWT and every disclosure; the latter are as secret as the values."""

    jwt: str
    disclosures: Mapping[DisclosureKey, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """This will hold what is the same for all credentials with the same names."""

    keys: tuple[DisclosureKey, ...]
    prefixes: tuple[bytes, ...]


def prepare(
    *,
    values: Mapping[str, FieldValue],
    masked: Mapping[str, FieldValue],
    facts: Sequence[str],
    totals: DigestTotals,
    claims: CredentialClaims,
    x5c: tuple[bytes, ...],
    signer: NamedKey,
    random: Callable[[int], bytes],
) -> PreparedCredential:
    """This will lay out a credential up to the bytes to sign.

    `values` and `masked` map field names to a text or several texts, `facts` names what is true, `totals` pads each `_sd`
    array with decoys, `x5c` is the agency's chain in DER, leaf first, and `random(n)` gives n unpredictable bytes.

    Raises CredentialError `credential.*` or `limit.*` for what a verifier would refuse.
    """
    require_sound(claims)
    layout = _layout(tuple(values), tuple(masked), tuple(facts))
    missing = totals.sd - len(values), totals.masked - len(masked), totals.facts - len(facts)
    if min(missing) < 0 or totals.sd + totals.masked + totals.facts > MAX_DIGESTS:
        raise CredentialError("credential.padding", "there are more digests than the padded arrays hold")
    salt_bytes = _SALT_BYTES * len(layout.keys)
    noise = random(salt_bytes + _DIGEST_BYTES * sum(missing))
    texts = _values_json([*values.values(), *masked.values()])
    texts += [b"true"] * len(facts)
    lines = _disclosures(layout.prefixes, texts, noise[:salt_bytes])
    chosen = suite(signer.suite)
    digests = digests_of(chosen.sd_alg, lines.split())
    decoys = _slots(_DIGEST_BYTES, sum(missing)).unpack_from(noise, salt_bytes)
    payload = _payload(claims, chosen.sd_alg, _arrays(digests, decoys, (len(values), len(masked)), missing))
    header = _header_segment(chosen.jose_alg, signer.kid, x5c)
    return PreparedCredential(
        signing_input=header + b64url_ascii(payload),
        disclosures=dict(zip(layout.keys, lines.decode("ascii").split(), strict=True)),
    )


def finish(prepared: PreparedCredential, signature: bytes) -> IssuedCredential:
    """This will join the prepared bytes and the raw r || s signature over them."""
    jwt = f"{prepared.signing_input.decode('ascii')}.{b64url(signature)}"
    return IssuedCredential(jwt=jwt, disclosures=prepared.disclosures)


def build_credential(
    *,
    values: Mapping[str, FieldValue],
    masked: Mapping[str, FieldValue],
    facts: Sequence[str],
    totals: DigestTotals,
    claims: CredentialClaims,
    x5c: tuple[bytes, ...],
    signer: Signer,
    random: Callable[[int], bytes],
) -> IssuedCredential:
    """This will prepare, sign and finish a credential in one go; arguments and errors as `prepare`."""
    prepared = prepare(
        values=values,
        masked=masked,
        facts=facts,
        totals=totals,
        claims=claims,
        x5c=x5c,
        signer=signer,
        random=random,
    )
    return finish(prepared, signer.sign(prepared.signing_input))


def present(jwt: str, disclosures: Sequence[str], kb_jwt: str | None = None) -> str:
    """This will join an issuer-signed JWT and the chosen disclosures to `jwt~d1~…~[kb_jwt]` (RFC 9901 section 4)."""
    return "~".join([jwt, *disclosures, kb_jwt or ""])


@lru_cache(maxsize=512)
def _layout(full: tuple[str, ...], masked: tuple[str, ...], facts: tuple[str, ...]) -> _Layout:
    names = (*full, *masked, *facts)
    if any(not FIELD_NAME.fullmatch(name) or name in RESERVED_NAMES for name in names):
        raise CredentialError("credential.claim_name", "a field has a name that a credential cannot carry")
    if len(set(facts)) != len(facts) or set(facts) & {*full, *masked}:
        raise CredentialError("credential.name_repeated", "a fact is named twice or as a field")
    if len(names) > MAX_DISCLOSURES:
        raise CredentialError("limit.disclosures", "there are more disclosures than a credential may carry")
    grains = chain(*([grain] * len(of) for grain, of in zip(Grain, (full, masked, facts), strict=False)))
    return _Layout(
        keys=tuple(DisclosureKey(name, grain) for name, grain in zip(names, grains, strict=True)),
        prefixes=tuple(f'","{name}",'.encode("ascii") for name in names),
    )


def _values_json(values: Sequence[FieldValue]) -> list[bytes]:
    try:
        chars = len("".join(values))  # type: ignore[arg-type]  # where all are texts, one call tells it
    except TypeError:
        chars = None
        if not all(map(_is_value, values)):
            raise CredentialError(
                "credential.value", "a field's value is neither text nor a short list of texts"
            ) from None
    try:
        texts = list(map(orjson.dumps, values))
    except orjson.JSONEncodeError as error:
        raise CredentialError("credential.value", "a field's value has no JSON form") from error
    if (chars is None or chars > _SURELY_SHORT) and max(map(len, texts)) > _MAX_VALUE_BYTES:
        raise CredentialError("limit.disclosure", "a field's value is longer than a credential may carry")
    return texts


def _is_value(value: FieldValue) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list | tuple)
        and 0 < len(value) <= MAX_LIST_ITEMS
        and all(isinstance(item, str) for item in value)
    )


def _disclosures(prefixes: Sequence[bytes], values: Sequence[bytes], salt_noise: bytes) -> bytes:
    """This will give `[salt, name, value]` in base64url for each name (RFC 9901 section 4.2.1), one a line."""
    salts = _slots(_SALT_CHARS, len(values)).unpack(b64url_ascii(salt_noise))
    texts = map(b"".join, zip(repeat(b'["'), salts, prefixes, values, repeat(b"]"), strict=False))
    lines = b"".join(map(binascii.b2a_base64, texts))  # each ends with a line feed
    return lines.replace(b"+", b"-").replace(b"/", b"_").replace(b"=", b"")


def _arrays(
    digests: Sequence[bytes], decoys: Sequence[bytes], real: tuple[int, int], missing: Sequence[int]
) -> tuple[bytes, bytes, bytes]:
    """This will give the JSON of the three `_sd` arrays; `real` and `missing` say what the first ones have of each kind."""
    coded = b64url_ascii(_ZERO.join([*digests, *decoys, b""]))
    texts = _slots(DIGEST_CHARS, len(digests) + len(decoys), 1).unpack(coded)
    noise = texts[len(digests) :]
    first, second = real[0], sum(real)
    to, until = missing[0], missing[0] + missing[1]
    return (
        _array(texts[:first] + noise[:to]),
        _array(texts[first:second] + noise[to:until]),
        _array(texts[second : len(digests)] + noise[until:]),
    )


def _array(digests: Sequence[bytes]) -> bytes:
    """This will write base64url texts as JSON, sorted so that the order tells neither fields nor decoys."""
    return b'["' + b'","'.join(sorted(digests)) + b'"]' if digests else b"[]"


@lru_cache(maxsize=4 * MAX_DIGESTS)
def _slots(size: int, count: int, blank: int = 0) -> Struct:
    """This will cut bytes into `count` parts of one size, leaving out `blank` bytes after each."""
    return Struct(f"{size}s{blank}x" * count)


def _payload(claims: CredentialClaims, sd_alg: str, arrays: tuple[bytes, bytes, bytes]) -> bytes:
    clear = orjson.dumps(
        {
            "iss": claims.iss,
            "vct": claims.vct,
            "region": claims.region,
            "iat": claims.iat,
            "nbf": claims.nbf,
            "exp": claims.exp,
            "status": {"status_list": {"idx": claims.status.index, "uri": claims.status.uri}},
            "_sd_alg": sd_alg,
            **({} if claims.copy is None else {COPY_CLAIM: claims.copy._asdict()}),
        }
    )
    return b'%b,"_sd":%b,"masked":{"_sd":%b},"facts":{"_sd":%b}}' % (clear[:-1], *arrays)


@lru_cache(maxsize=256)
def _header_segment(alg: str, kid: str, x5c: tuple[bytes, ...]) -> bytes:
    """This will give the encoded protected header with its dot; it is the same for all credentials of one key."""
    if not 0 < len(x5c) <= MAX_X5C_CERTIFICATES or max(map(len, x5c)) > MAX_X5C_CERTIFICATE_BYTES:
        raise CredentialError("credential.x5c", "the agency's chain is empty or larger than a credential may carry")
    chain_text = [binascii.b2a_base64(der, newline=False).decode("ascii") for der in x5c]
    return b64url_ascii(orjson.dumps({"alg": alg, "typ": TYP, "kid": kid, "x5c": chain_text})) + b"."
