"""Verifying a credential or a presentation of it (RFC 9901 section 7.1), stricter than the standard asks.

In order, and each refusal with its own code:
1. size, number of parts, no key binding (our credentials carry no `cnf`, so a KB-JWT could not be checked)
2. header: exactly `alg typ x5c` and perhaps `kid`; the key comes from the caller and decides the algorithm
3. signature
4. payload: strict JSON, exactly the known claims, in range; `_sd_alg` is the one digest of the key's suite
5. digests: well-formed, and each one unique over the whole credential
6. disclosures: each referenced exactly once, of an allowed name and kind of value, one grain a field

Where the very same JWT verified under the very same key before, 3 to 5 are remembered (`signature_facts`); the rest is done anew.

Left to the caller: that the key belongs to the agency whose chain is in `x5c`, times against the clock, status, presenter.
"""

import binascii
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any, TypeVar

from orjson import JSONDecodeError, loads

from certificates.core.canonical import b64url, b64url_decode_strict, strict_json_loads
from certificates.core.digests import digests_of
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_claims import claims_of
from certificates.core.sd_jwt_format import (
    COPY_PAYLOAD_MEMBERS,
    DIGEST_CHARS,
    FIELD_NAME,
    HEADER_MEMBERS,
    MAX_DIGESTS,
    MAX_DISCLOSURE_CHARS,
    MAX_DISCLOSURES,
    MAX_LIST_ITEMS,
    MAX_SALT_CHARS,
    MAX_SD_JWT_CHARS,
    MAX_X5C_CERTIFICATE_BYTES,
    MAX_X5C_CERTIFICATES,
    MIN_SALT_CHARS,
    PAYLOAD_MEMBERS,
    RESERVED_NAMES,
    TYP,
    CredentialClaims,
    CredentialHeader,
    Shown,
    VerifiedCredential,
)
from certificates.core.signature_facts import KnownSignatures, signature_facts
from certificates.core.signing.jws import check_signature, parse_header, split_jws
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import TrustedKey

D = TypeVar("D", str, bytes)

_DISCLOSURE_ITEMS = 3
_FULL, _MASKED, _FACT = Grain.FULL, Grain.MASKED, Grain.FACT
# As Shown(...) and VerifiedCredential(...), in half the time: both are made for every presentation.
_SHOWN: Callable[[tuple[Grain, Any]], Shown] = partial(tuple.__new__, Shown)
_VERIFIED: Callable[[tuple[str, CredentialHeader, CredentialClaims, dict[str, Shown]]], VerifiedCredential]
_VERIFIED = partial(tuple.__new__, VerifiedCredential)


def verify_credential(
    sd_jwt: str,
    *,
    key: TrustedKey | None = None,
    resolve_key: Callable[[CredentialHeader], TrustedKey] | None = None,
    known: KnownSignatures | None = None,
) -> VerifiedCredential:
    """This will give what the issuer signed and the presentation shows, or refuse.

    The key is either given or found by `resolve_key`, which must check the chain in the header against its own anchors
    and return the leaf's key under the suite that it trusts for it; it is asked every time, whatever is `known`.

    Raises CredentialError `credential.*`, `jws.*`, `key.*`, `signature.*` or `limit.*`.
    """
    jwt, disclosures = _split(sd_jwt)  # 1
    token_digest = b"" if known is None else sha256(jwt).digest()
    facts = None if known is None else known.get(token_digest)
    if facts is not None:
        trusted = _trusted(facts.header, key, resolve_key)
        if facts.key is trusted or facts.key == trusted:  # suite, kid and the public key itself
            digests = digests_of(suite(trusted.suite).sd_alg, disclosures)
            shown = _shown(disclosures, digests, facts.grains)
            return _VERIFIED((sd_jwt[: len(jwt)], facts.header, facts.claims, shown))
    parts = split_jws(jwt, max_bytes=MAX_SD_JWT_CHARS)
    header = _header(parts.header_text)  # 2
    trusted = _trusted(header, key, resolve_key)
    check_signature(parts, stated_alg=header.alg, key=trusted)  # 3
    sd_alg = suite(trusted.suite).sd_alg
    payload = _payload(parts.payload, sd_alg)  # 4
    claims = claims_of(payload)
    grains = _digest_grains(payload)  # 5
    if known is not None:
        known.remember(token_digest, signature_facts(key=trusted, header=header, claims=claims, grains=grains))
    texts = list(map(b64url, digests_of(sd_alg, disclosures)))
    shown = _shown(disclosures, texts, grains)  # 6
    return _VERIFIED((sd_jwt[: len(jwt)], header, claims, shown))


def unverified_header(sd_jwt: str) -> CredentialHeader:
    """This will read the protected header only to find the key that may verify the credential.

    Raises CredentialError `credential.*`, `jws.*` or `limit.*`.
    """
    jwt, _ = _split(sd_jwt)
    return _header(split_jws(jwt, max_bytes=MAX_SD_JWT_CHARS).header_text)


def _trusted(
    header: CredentialHeader, key: TrustedKey | None, resolve_key: Callable[[CredentialHeader], TrustedKey] | None
) -> TrustedKey:
    if key is None and resolve_key is not None:
        key = resolve_key(header)
    if key is None or (header.kid is not None and header.kid != key.kid):
        raise CredentialError("key.unknown", "no trusted key has this key id")
    return key


def _split(sd_jwt: str) -> tuple[bytes, list[bytes]]:
    if len(sd_jwt) > MAX_SD_JWT_CHARS:
        raise CredentialError("limit.credential", "the credential is larger than allowed")
    try:
        jwt, tilde, rest = sd_jwt.encode("ascii").partition(b"~")
    except UnicodeEncodeError as error:
        raise CredentialError("credential.malformed", "the text holds a character that is not ASCII") from error
    if not tilde:
        raise CredentialError("credential.malformed", "the text is no issuer-signed JWT followed by disclosures")
    *disclosures, kb_jwt = rest.split(b"~")
    if kb_jwt:
        raise CredentialError("credential.key_binding", "a key-binding JWT is given for a credential without cnf")
    if len(disclosures) > MAX_DISCLOSURES:
        raise CredentialError("limit.disclosures", "there are more disclosures than allowed")
    if len(set(disclosures)) != len(disclosures):
        raise CredentialError("credential.disclosure_repeated", "a disclosure is given twice")
    return jwt, disclosures


@lru_cache(maxsize=256)  # one header per issuing key; read, not trusted, so a stranger's entry does no harm
def _header(header_text: bytes) -> CredentialHeader:
    header = parse_header(header_text, typ=TYP, members=HEADER_MEMBERS)
    kid, x5c = header.get("kid"), header.get("x5c")
    if not isinstance(x5c, list) or not 0 < len(x5c) <= MAX_X5C_CERTIFICATES:
        raise CredentialError("credential.x5c", "the header holds no chain of a few X.509 certificates")
    if "kid" in header and not isinstance(kid, str):
        raise CredentialError("jws.header", "the key id is no text")
    return CredentialHeader(alg=header["alg"], kid=kid, x5c=tuple(_certificate_der(text) for text in x5c))


def _certificate_der(text: Any) -> bytes:
    """This will decode one x5c entry: standard base64 with padding (RFC 7515 section 4.1.6), in its only correct form."""
    if not isinstance(text, str) or len(text) > MAX_X5C_CERTIFICATE_BYTES * 4 // 3 + 4:
        raise CredentialError("credential.x5c", "an entry of the chain is no base64 text or too long")
    try:
        der = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise CredentialError("credential.x5c", "an entry of the chain is not base64") from error
    if not der or binascii.b2a_base64(der, newline=False).decode("ascii") != text:
        raise CredentialError("credential.x5c", "an entry of the chain is not base64 in its only correct form")
    return der


def _payload(data: bytes, sd_alg: str) -> dict[str, Any]:
    try:
        payload = strict_json_loads(data, max_bytes=MAX_SD_JWT_CHARS, max_depth=None)
    except CanonicalError as error:
        raise CredentialError("credential.payload", "the payload is not strict JSON") from error
    if not isinstance(payload, dict) or payload.keys() not in (PAYLOAD_MEMBERS, COPY_PAYLOAD_MEMBERS):
        raise CredentialError("credential.claims", "the payload does not hold exactly the known claims")
    if payload["_sd_alg"] != sd_alg:
        raise CredentialError("credential.sd_alg", "the digests are not stated to be of the key's suite")
    return payload


def _digest_grains(payload: dict[str, Any]) -> dict[str, Grain]:
    """This will map every digest to the grain of its array; decoys are among them and stay unclaimed."""
    full, masked, facts = payload["_sd"], payload["masked"], payload["facts"]
    if type(masked) is not dict or type(facts) is not dict or not masked.keys() == facts.keys() == {"_sd"}:
        raise CredentialError("credential.digests", "masked or facts is no object of digests alone")
    masked, facts = masked["_sd"], facts["_sd"]
    if type(full) is not list or type(masked) is not list or type(facts) is not list:
        raise CredentialError("credential.digests", "an object of claims does not hold an array of digests")
    digests = full + masked + facts
    if len(digests) > MAX_DIGESTS:
        raise CredentialError("limit.digests", "there are more digests than allowed")
    try:
        # The sum of lengths shows another hash; a single odd length is as inert as a decoy.
        are_digests = len("".join(digests)) == DIGEST_CHARS * len(digests)
    except TypeError:
        are_digests = False
    if not are_digests:
        raise CredentialError("credential.digests", "a digest does not have 32 bytes in base64url")
    grains = dict.fromkeys(full, _FULL)
    for digest in masked:
        grains[digest] = _MASKED
    for digest in facts:
        grains[digest] = _FACT
    if len(grains) != len(digests):
        raise CredentialError("credential.digest_repeated", "a digest occurs twice in the credential")
    return grains


def _shown(disclosures: list[bytes], digests: list[D], grains: Mapping[D, Grain]) -> dict[str, Shown]:
    """This will open the disclosures; digests and the keys of `grains` are both texts, or both the 32 bytes themselves.

    A disclosure is `[salt, name, value]`: no array's items are disclosable on their own, so none has two items.
    """
    shown: dict[str, Shown] = {}
    for disclosure, digest in zip(disclosures, digests, strict=True):
        grain = grains.get(digest)
        if grain is None:
            raise CredentialError("credential.disclosure_unreferenced", "the issuer signed no such disclosure")
        if len(disclosure) > MAX_DISCLOSURE_CHARS:
            raise CredentialError("limit.disclosure", "a disclosure is larger than allowed")
        try:
            items = loads(b64url_decode_strict(disclosure))
        except (CanonicalError, JSONDecodeError) as error:
            raise CredentialError("credential.disclosure", "a disclosure is not JSON in strict base64url") from error
        if type(items) is not list or len(items) != _DISCLOSURE_ITEMS:
            raise CredentialError("credential.disclosure", "a disclosure is no array of salt, name and value")
        salt, name, value = items
        if type(salt) is not str or not MIN_SALT_CHARS <= len(salt) <= MAX_SALT_CHARS:
            raise CredentialError("credential.disclosure", "a disclosure's salt is no text of the right length")
        if type(name) is not str or not _can_name_a_field(name):
            raise CredentialError("credential.claim_name", "a disclosure has a name that a field cannot have")
        if grain is _FACT or type(value) is not str:
            value = _fact_or_texts(value, grain)
        if name in shown:
            raise _named_again(shown[name].grain is grain)
        shown[name] = _SHOWN((grain, value))
    return shown


def _fact_or_texts(value: Any, grain: Grain) -> tuple[str, ...] | bool:
    if grain is _FACT:
        if value is True:
            return True
    elif type(value) is list and 0 < len(value) <= MAX_LIST_ITEMS and set(map(type, value)) == {str}:
        return tuple(value)
    raise CredentialError("credential.value", "a value is neither text, nor a short list of texts, nor a true fact")


def _named_again(same_grain: bool) -> CredentialError:
    if same_grain:
        return CredentialError("credential.name_repeated", "two disclosures have one name")
    return CredentialError("credential.two_grains", "one field is shown at two grains")


@lru_cache(maxsize=4096)  # the names of all fields of all types are a few hundred
def _can_name_a_field(name: str) -> bool:
    return FIELD_NAME.fullmatch(name) is not None and name not in RESERVED_NAMES
