"""The status list: two bits per credential in one compressed string, and the signed JWT that carries it.

IETF Token Status List, sections 4 (encoding) and 5.1 (JWT of type `statuslist+jwt`). Fetching is the caller's; so is the
question whether a list older than its `ttl` still decides a verdict. What is checked here is what makes a list believable
at all: signed by the region's own status key, about the URI that the credential names, not from the future, not expired,
with bounds that let nobody publish a list that never ages.
"""

import zlib
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

BITS = 2
MAX_ENTRIES = 2**24  # 4 MiB at two bits: a province's licences are spread over many lists
MAX_INFLATED_BYTES = MAX_ENTRIES * BITS // 8
TYP = "statuslist+jwt"
CLOCK_TOLERANCE_SECONDS = 60  # for `iat` only: our clock may lag; an expired list stays expired
MAX_TTL_SECONDS = 86_400  # a list that may be trusted unrefreshed for more than a day hides a revocation that long
MAX_LIFETIME_SECONDS = 7 * 86_400
MAX_TOKEN_BYTES = 6 * 1024 * 1024  # the largest list, not compressible at all, in base64 twice would be 7.5 MB
_CLAIMS = frozenset({"sub", "iat", "exp", "ttl", "status_list"})
_BYTE_BITS = 8
_ALLOWED_BITS = (1, 2, 4, 8)


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
class StatusBits:
    """This will answer single look-ups in an inflated list."""

    bits: int
    data: bytes

    def get(self, index: int) -> int:
        """This will give the raw value at `index`; raises StatusListError `status_list.index` out of range."""
        if type(index) is not int or not 0 <= index < len(self.data) * _BYTE_BITS // self.bits:
            raise StatusListError("status_list.index", "the list has no entry of this index")
        position, offset = divmod(index * self.bits, _BYTE_BITS)
        return self.data[position] >> offset & (1 << self.bits) - 1

    def status(self, index: int) -> Status:
        """This will give the status at `index`; raises StatusListError `status_list.index|value`."""
        try:
            return Status(self.get(index))
        except ValueError as error:
            raise StatusListError("status_list.value", "the entry holds a value without a meaning here") from error


def encode(statuses: Mapping[int, int], *, size: int, bits: int = BITS) -> str:
    """This will give the `lst` text of a list of `size` entries, where `statuses` holds the ones that are not 0.

    Cost grows with the entries that are not 0 and the compression of the zeros, not with a loop over all.
    Raises StatusListError `status_list.index|value|limit`.
    """
    if bits not in _ALLOWED_BITS or not 0 < size <= MAX_ENTRIES or size * bits % _BYTE_BITS:
        raise StatusListError("status_list.limit", "the list has no size that can be published")
    data = bytearray(size * bits // _BYTE_BITS)
    for index, status in statuses.items():
        if not 0 <= index < size:
            raise StatusListError("status_list.index", "the list has no entry of this index")
        if not 0 <= status < 1 << bits:
            raise StatusListError("status_list.value", "the value does not fit the list's entries")
        position, offset = divmod(index * bits, _BYTE_BITS)
        data[position] |= status << offset
    return b64url(zlib.compress(bytes(data), 9))  # the draft recommends the highest level


def decode(lst: str, *, bits: int, max_bytes: int = MAX_INFLATED_BYTES) -> StatusBits:
    """This will inflate a `lst` text of at most `max_bytes`, one whole zlib stream with nothing after it.

    Raises StatusListError `status_list.limit` (too large inflated) or `status_list.malformed`.
    """
    if bits not in _ALLOWED_BITS:
        raise StatusListError("status_list.malformed", "the list states a width that does not exist")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(b64url_decode_strict(lst), max_bytes + 1)
    except (CanonicalError, zlib.error) as error:
        raise StatusListError("status_list.malformed", "the list is not zlib in base64url") from error
    if len(data) > max_bytes:
        raise StatusListError("status_list.limit", "the list inflates to more than allowed here")
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise StatusListError("status_list.malformed", "the list is not one whole zlib stream")
    return StatusBits(bits=bits, data=data)


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
        return self.bits.status(index)


def build_status_token(*, uri: str, lst: str, bits: int, iat: int, exp: int, ttl: int, signer: Signer) -> str:
    """This will sign a list (`lst` as `status_list.encode` gives it) for its URI; times in seconds since 1970 UTC."""
    _require_bounds(iat=iat, exp=exp, ttl=ttl)
    claims = {"sub": uri, "iat": iat, "exp": exp, "ttl": ttl, "status_list": {"bits": bits, "lst": lst}}
    return sign_jws(header_extra={}, typ=TYP, payload=orjson.dumps(claims), signer=signer)


def verify_status_token(token: str, *, uri: str, keys: Mapping[str, TrustedKey], at: datetime) -> VerifiedStatusList:
    """This will accept the list published at `uri` that one of the region's status `keys` signed and that holds at `at`.

    Raises StatusListError `status_list.signature|malformed|subject|from_future|expired|ttl|limit`.
    """
    claims = _signed_claims(token, keys=keys)
    iat, exp, ttl, listed = claims["iat"], claims["exp"], claims["ttl"], claims["status_list"]
    if claims["sub"] != uri:
        raise StatusListError("status_list.subject", "the list is about another URI than the credential names")
    _require_bounds(iat=iat, exp=exp, ttl=ttl)
    now = at.timestamp()
    if iat > now + CLOCK_TOLERANCE_SECONDS:
        raise StatusListError("status_list.from_future", "the list is from the future")
    if now >= exp:
        raise StatusListError("status_list.expired", "the list has expired")
    if not isinstance(listed, dict) or listed.keys() != {"bits", "lst"} or not isinstance(listed["lst"], str):
        raise StatusListError("status_list.malformed", "the token holds no list")
    if type(listed["bits"]) is not int:
        raise StatusListError("status_list.malformed", "the list states no width")
    return VerifiedStatusList(uri=uri, iat=iat, exp=exp, ttl=ttl, bits=decode(listed["lst"], bits=listed["bits"]))


def require_not_older(*, new_iat: int, seen_iat: int) -> None:
    """This will refuse a list made before one already seen of the same URI: somebody serves a past without a revocation.

    Raises StatusListError `status_list.older`.
    """
    if new_iat < seen_iat:
        raise StatusListError("status_list.older", "a newer list of this URI was seen before")


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


def _require_bounds(*, iat: Any, exp: Any, ttl: Any) -> None:
    if type(iat) is not int or type(exp) is not int or not 0 < iat < exp <= iat + MAX_LIFETIME_SECONDS:
        raise StatusListError("status_list.ttl", "the list lives backwards, for too long, or its times are no numbers")
    if type(ttl) is not int or not 0 < ttl <= MAX_TTL_SECONDS:
        raise StatusListError("status_list.ttl", "the list's ttl is out of bounds")
