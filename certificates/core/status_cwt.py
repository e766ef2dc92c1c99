"""The status list as a signed CWT: the same claims as the JWT, for verifiers that speak COSE.

IETF Token Status List, section 5.2: COSE_Sign1 (tag 18) over deterministic CBOR, protected header with `alg`, `kid` and
`typ` (16) `application/statuslist+cwt`; claims 2 `sub`, 6 `iat`, 4 `exp`, 65534 `ttl`, 65533 `status_list`, whose `lst` is the zlib
stream itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certificates.core import deterministic_cbor as cbor
from certificates.core.canonical import b64url
from certificates.core.cose import sign1, verify_sign1
from certificates.core.errors import CredentialError, SealCodeError, StatusListError
from certificates.core.signing.suite import Signer, TrustedKey
from certificates.core.status_bits import inflate
from certificates.core.status_list import (
    MAX_TOKEN_BYTES,
    VerifiedStatusList,
    list_members,
    require_believable,
    require_bounds,
)

TYP = MEDIA_TYPE = "application/statuslist+cwt"
_SUB, _EXP, _IAT = 2, 4, 6  # RFC 8392 section 4
_STATUS_LIST, _TTL = 65_533, 65_534
_CLAIMS = frozenset({_SUB, _EXP, _IAT, _STATUS_LIST, _TTL})


def build_status_cwt(
    *,
    uri: str,
    stream: bytes,
    bits: int,
    iat: int,
    exp: int,
    ttl: int,
    signer: Signer,
    aggregation_uri: str | None = None,
) -> bytes:
    """This will sign a list (`stream` as `status_bits.compress` gives it) for its URI; times in seconds since 1970 UTC.

    Raises StatusListError `status_list.ttl`.
    """
    require_bounds(iat=iat, exp=exp, ttl=ttl)
    listed: dict[str, Any] = {"bits": bits, "lst": stream}
    if aggregation_uri is not None:
        listed["aggregation_uri"] = aggregation_uri
    claims = {_SUB: uri, _EXP: exp, _IAT: iat, _STATUS_LIST: listed, _TTL: ttl}
    return sign1(cbor.encode(claims), signer=signer, typ=TYP)


def verify_status_cwt(data: bytes, *, uri: str, keys: Mapping[str, TrustedKey], at: datetime) -> VerifiedStatusList:
    """This will accept the list published at `uri` that one of the region's status `keys` signed and that holds at `at`.

    Raises StatusListError `status_list.signature|malformed|subject|from_future|expired|ttl|limit`.
    """
    if len(data) > MAX_TOKEN_BYTES:
        raise StatusListError("status_list.limit", "the token is larger than a status list may be")
    claims = _signed_claims(data, keys)
    iat, exp, ttl = claims[_IAT], claims[_EXP], claims[_TTL]
    require_believable(subject=claims[_SUB], uri=uri, iat=iat, exp=exp, ttl=ttl, at=at)
    bits, stream = list_members(claims[_STATUS_LIST])
    if not isinstance(stream, bytes):
        raise StatusListError("status_list.malformed", "the token holds no list")
    return VerifiedStatusList(uri=uri, iat=iat, exp=exp, ttl=ttl, bits=inflate(stream, bits=bits))


def _signed_claims(data: bytes, keys: Mapping[str, TrustedKey]) -> dict[int, Any]:
    def resolve(kid: bytes) -> TrustedKey:
        key = keys.get(b64url(kid))
        if key is None:
            raise CredentialError("key.unknown", "no trusted key has this key id")
        return key

    try:
        payload = verify_sign1(data, resolve_key=resolve, typ=TYP).payload
    except (SealCodeError, CredentialError) as error:
        raise StatusListError("status_list.signature", "no status key of the region signed this list") from error
    try:
        claims = cbor.decode(payload)
    except SealCodeError as error:
        raise StatusListError("status_list.malformed", "the token's claims are not deterministic CBOR") from error
    if not isinstance(claims, dict) or claims.keys() != _CLAIMS:
        raise StatusListError("status_list.malformed", "the token does not hold exactly the known claims")
    return claims
