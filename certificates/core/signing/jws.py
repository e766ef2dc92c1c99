"""Compact JWS (RFC 7515) in the one strict form used by every signed statement here.

The header states `alg`, `typ`, `kid` and what the caller expects, nothing else: `crit`, `jwk`, `jku`, `x5u`, `zip`, `b64`
and unknown members are refused, so no header can bring its own key, name a place to fetch one from, or change how
the payload is read. The trusted key, found by `kid`, decides the algorithm.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from certificates.core.canonical import b64url, b64url_decode_strict, strict_json_loads
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import Signer, TrustedKey

MAX_HEADER_BYTES = 32 * 1024  # an x5c of four X.509 certificates of 4 KiB each, in base64 twice, fits
_HEADER_DEPTH = 4
_BASE_MEMBERS = frozenset({"alg", "typ", "kid"})


class JwsParts(NamedTuple):
    """This will hold a taken-apart compact JWS of which nothing is trusted yet."""

    header_text: bytes
    payload: bytes
    signature: bytes
    signing_input: bytes


def split_jws(token: bytes, *, max_bytes: int) -> JwsParts:
    """This will take a compact JWS apart; raises CredentialError `limit.token` or `jws.malformed`."""
    if len(token) > max_bytes:
        raise CredentialError("limit.token", "the token is larger than allowed here")
    first, last = token.find(b"."), token.rfind(b".")
    if first < 0 or token.find(b".", first + 1) != last:
        raise CredentialError("jws.malformed", "the token does not have three parts")
    try:
        return JwsParts(
            token[:first],
            b64url_decode_strict(token[first + 1 : last]),
            b64url_decode_strict(token[last + 1 :]),
            token[:last],
        )
    except CanonicalError as error:
        raise CredentialError("jws.malformed", "a part of the token is not strict base64url") from error


def parse_header(header_text: bytes, *, typ: str, members: frozenset[str]) -> dict[str, Any]:
    """This will read a protected header that has `alg`, the expected `typ`, and no member outside `members`.

    Raises CredentialError `jws.malformed`, `jws.header` or `jws.typ`.
    """
    try:
        header = strict_json_loads(
            b64url_decode_strict(header_text), max_bytes=MAX_HEADER_BYTES, max_depth=_HEADER_DEPTH, floats=False
        )
    except CanonicalError as error:
        raise CredentialError("jws.malformed", "the header is not strict JSON in base64url") from error
    if not isinstance(header, dict) or not header.keys() <= members or not isinstance(header.get("alg"), str):
        raise CredentialError("jws.header", "the header holds a member that is not allowed here, or no alg")
    if header.get("typ") != typ:
        raise CredentialError("jws.typ", "the token is of another type")
    return header


def check_signature(parts: JwsParts, *, stated_alg: str, key: TrustedKey) -> None:
    """This will verify under the key's own suite; raises CredentialError `key.algorithm` or `signature.*`."""
    chosen = suite(key.suite)
    if stated_alg != chosen.jose_alg:
        raise CredentialError("key.algorithm", "the header states another algorithm than the key's")
    chosen.verify(key.public_key, parts.signature, parts.signing_input)


def sign_jws(*, header_extra: Mapping[str, Any], typ: str, payload: bytes, signer: Signer) -> str:
    """This will sign `payload` as it is, under a header of `alg`, `typ`, `kid` and `header_extra`."""
    header = {**header_extra, "alg": suite(signer.suite).jose_alg, "typ": typ, "kid": signer.kid}
    signing_input = f"{b64url(orjson.dumps(header))}.{b64url(payload)}"
    return f"{signing_input}.{b64url(signer.sign(signing_input.encode('ascii')))}"


def verify_jws(
    token: str,
    *,
    typ: str,
    keys: Mapping[str, TrustedKey],
    max_bytes: int,
    extra_members: frozenset[str] = frozenset(),
) -> tuple[dict[str, Any], bytes]:
    """This will give header and payload of a token that one of `keys` (by kid) signed.

    Raises CredentialError `limit.token`, `jws.malformed|header|typ`, `key.unknown|algorithm` or `signature.*`.
    """
    try:
        parts = split_jws(token.encode("ascii"), max_bytes=max_bytes)
    except UnicodeEncodeError as error:
        raise CredentialError("jws.malformed", "the token holds a character that is not ASCII") from error
    header = parse_header(parts.header_text, typ=typ, members=_BASE_MEMBERS | extra_members)
    kid = header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise CredentialError("key.unknown", "no trusted key has this key id")
    check_signature(parts, stated_alg=header["alg"], key=key)
    return header, parts.payload
