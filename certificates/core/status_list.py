"""The status list as a signed JWT, and what makes a list believable in any form.

IETF Token Status List, section 5.1 (JWT of type `statuslist+jwt`; the CWT stands in `status_cwt`). Fetching is the caller's;
so is the question whether a list older than its `ttl` still decides a verdict. What is checked here is what makes a list
believable at all: signed by the region's own status key, about the URI that the credential names, not from the future, not
expired, with bounds that let nobody publish a list that never ages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

import orjson

from certificates.core.canonical import b64url, b64url_decode_strict, strict_json_loads
from certificates.core.errors import CanonicalError, CredentialError, StatusListError
from certificates.core.signing.jws import sign_jws, verify_jws
from certificates.core.signing.suite import Signer, TrustedKey
from certificates.core.status_bits import BITS, MAX_INFLATED_BYTES, StatusBits, compress, inflate, pack

TYP = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
CLOCK_TOLERANCE_SECONDS = 60  # for `iat` only: our clock may lag; an expired list stays expired
MAX_TTL_SECONDS = 86_400  # a list that may be trusted unrefreshed for more than a day hides a revocation that long
MAX_LIFETIME_SECONDS = 7 * 86_400  # after a week offline nobody may still call a licence good
MAX_TOKEN_BYTES = 6 * 1024 * 1024  # the largest list, not compressible at all, in base64 twice would be 7.5 MB
_CLAIMS = frozenset({"sub", "iat", "exp", "ttl", "status_list"})
_LIST_MEMBERS = frozenset({"bits", "lst"})
_AGGREGATION = "aggregation_uri"  # section 9.3: where the other lists are named; a verifier here never follows it


class Status(IntEnum):
    """This will name the status types of the Token Status List (section 7.1) used here; 3 has no meaning for us."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReference:
    """This will say where a credential's status stands: the list's URI and the index in it, from 0."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedStatusList:
    """This will hold a list whose signature, subject and times held; times are whole seconds since 1970 UTC."""

    uri: str
    iat: int
    exp: int
    ttl: int
    bits: StatusBits

    def status(self, index: int) -> Status:
        """This will give the status at `index`; raises StatusListError `status_list.index|value`."""
        try:
            return Status(self.bits.get(index))
        except ValueError as error:
            raise StatusListError("status_list.value", "the entry holds a value without a meaning here") from error


def encode(statuses: Mapping[int, int], *, size: int, bits: int = BITS) -> str:
    """This will give the `lst` text of a list of `size` entries, where `statuses` holds the ones that are not 0.

    Raises StatusListError `status_list.index|value|limit`.
    """
    return b64url(compress(pack(statuses, size=size, bits=bits)))


def decode(lst: str, *, bits: int, max_bytes: int = MAX_INFLATED_BYTES) -> StatusBits:
    """This will inflate a `lst` text of at most `max_bytes`, one whole zlib stream with nothing after it.

    Raises StatusListError `status_list.limit` (too large inflated) or `status_list.malformed`.
    """
    try:
        stream = b64url_decode_strict(lst)
    except CanonicalError as error:
        raise StatusListError("status_list.malformed", "the list is not base64url") from error
    return inflate(stream, bits=bits, max_bytes=max_bytes)


def build_status_token(
    *, uri: str, lst: str, bits: int, iat: int, exp: int, ttl: int, signer: Signer, aggregation_uri: str | None = None
) -> str:
    """This will sign a list (`lst` as `status_list.encode` gives it) for its URI; times in seconds since 1970 UTC.

    Raises StatusListError `status_list.ttl`.
    """
    require_bounds(iat=iat, exp=exp, ttl=ttl)
    listed: dict[str, Any] = {"bits": bits, "lst": lst}
    if aggregation_uri is not None:
        listed[_AGGREGATION] = aggregation_uri
    claims = {"sub": uri, "iat": iat, "exp": exp, "ttl": ttl, "status_list": listed}
    return sign_jws(header_extra={}, typ=TYP, payload=orjson.dumps(claims), signer=signer)


def verify_status_token(token: str, *, uri: str, keys: Mapping[str, TrustedKey], at: datetime) -> VerifiedStatusList:
    """This will accept the list published at `uri` that one of the region's status `keys` signed and that holds at `at`.

    Raises StatusListError `status_list.signature|malformed|subject|from_future|expired|ttl|limit`.
    """
    claims = _signed_claims(token, keys=keys)
    iat, exp, ttl, listed = claims["iat"], claims["exp"], claims["ttl"], claims["status_list"]
    require_believable(subject=claims["sub"], uri=uri, iat=iat, exp=exp, ttl=ttl, at=at)
    bits, lst = list_members(listed)
    if not isinstance(lst, str):
        raise StatusListError("status_list.malformed", "the token holds no list")
    return VerifiedStatusList(uri=uri, iat=iat, exp=exp, ttl=ttl, bits=decode(lst, bits=bits))


def require_believable(*, subject: Any, uri: str, iat: Any, exp: Any, ttl: Any, at: datetime) -> None:
    """This will pass claims about `uri` that hold at `at`, whatever the form of the token.

    Raises StatusListError `status_list.subject|ttl|from_future|expired`.
    """
    if subject != uri:
        raise StatusListError("status_list.subject", "the list is about another URI than the credential names")
    require_bounds(iat=iat, exp=exp, ttl=ttl)
    now = at.timestamp()
    if iat > now + CLOCK_TOLERANCE_SECONDS:
        raise StatusListError("status_list.from_future", "the list is from the future")
    if now >= exp:
        raise StatusListError("status_list.expired", "the list has expired")


def list_members(listed: Any) -> tuple[int, Any]:
    """This will give width and `lst` of a `status_list` object (sections 4.2, 4.3); raises `status_list.malformed`."""
    if not isinstance(listed, dict) or listed.keys() - {_AGGREGATION} != _LIST_MEMBERS:
        raise StatusListError("status_list.malformed", "the token holds no list")
    if type(listed["bits"]) is not int or not isinstance(listed.get(_AGGREGATION, ""), str):
        raise StatusListError("status_list.malformed", "the list states no width")
    return listed["bits"], listed["lst"]


def require_not_older(*, new_iat: int, seen_iat: int) -> None:
    """This will refuse a list made before one already seen of the same URI: somebody serves a past without a revocation.

    Raises StatusListError `status_list.older`.
    """
    if new_iat < seen_iat:
        raise StatusListError("status_list.older", "a newer list of this URI was seen before")


def require_bounds(*, iat: Any, exp: Any, ttl: Any) -> None:
    """This will pass whole numbers that give a list a bounded life; raises StatusListError `status_list.ttl`."""
    if type(iat) is not int or type(exp) is not int or not 0 < iat < exp <= iat + MAX_LIFETIME_SECONDS:
        raise StatusListError("status_list.ttl", "the list lives backwards, for too long, or its times are no numbers")
    if type(ttl) is not int or not 0 < ttl <= MAX_TTL_SECONDS:
        raise StatusListError("status_list.ttl", "the list's ttl is out of bounds")


def _signed_claims(token: str, *, keys: Mapping[str, TrustedKey]) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_BYTES:
        raise StatusListError("status_list.limit", "the token is larger than a status list may be")
    try:
        _, payload = verify_jws(token, typ=TYP, keys=keys, max_bytes=MAX_TOKEN_BYTES)
    except CredentialError as error:
        raise StatusListError("status_list.signature", "no status key of the region signed this list") from error
    try:
        claims = strict_json_loads(payload, max_bytes=MAX_TOKEN_BYTES)
    except CanonicalError as error:
        raise StatusListError("status_list.malformed", "the token's claims are not strict JSON") from error
    if not isinstance(claims, dict) or claims.keys() != _CLAIMS:
        raise StatusListError("status_list.malformed", "the token does not hold exactly the known claims")
    return claims
