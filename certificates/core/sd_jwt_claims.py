"""The claims in the clear: read from a payload, and the bounds that issuer and verifier both hold them to."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from certificates.core.copy_claims import CopyClaims, copy_claims
from certificates.core.errors import CredentialError
from certificates.core.sd_jwt_format import (
    COPY_CLAIM,
    COPY_MEMBERS,
    MAX_LIFETIME_SECONDS,
    MAX_TEXT_CLAIMS_CHARS,
    MAX_TIME,
    CredentialClaims,
)
from certificates.core.status_bits import MAX_ENTRIES
from certificates.core.status_list import StatusReference

_CLAIMS_IN_ORDER = itemgetter("iss", "vct", "region", "iat", "nbf", "exp", "status")
_REGION_DIGITS = 6  # GB/T 2260


def claims_of(payload: Mapping[str, Any]) -> CredentialClaims:
    """This will read the claims in the clear; raises CredentialError as `require_sound` does."""
    iss, vct, region, iat, nbf, exp, status = _CLAIMS_IN_ORDER(payload)
    copy = _copy_of(payload[COPY_CLAIM]) if COPY_CLAIM in payload else None
    claims = CredentialClaims(iss, vct, region, iat, nbf, exp, _status_of(status), copy)
    require_sound(claims)
    return claims


def require_sound(claims: CredentialClaims) -> None:
    """This will refuse claims of a wrong type or range; whether the times suit the moment is the verdict's question.

    Raises CredentialError `credential.time`, `credential.status` or `credential.claims`.
    """
    iss, vct, region, iat, nbf, exp, status, copy = claims
    uri, index = status.uri, status.index
    # `type(...) is` because True is an int, and because these checks run for every verification.
    if not (type(iss) is type(vct) is type(uri) is type(region) is str):
        raise CredentialError("credential.claims", "iss, vct, region or the status uri is no text")
    texts = iss + vct + uri
    if not texts.isprintable() or not (iss and vct and uri) or len(texts) > MAX_TEXT_CLAIMS_CHARS:
        raise CredentialError("credential.claims", "iss, vct or the status uri is empty, not printable or too long")
    if len(region) != _REGION_DIGITS or not region.isdecimal() or not region.isascii():
        raise CredentialError("credential.claims", "the region is no six-digit code")
    if not (type(iat) is type(nbf) is type(exp) is int and 0 < iat <= MAX_TIME and 0 < nbf <= MAX_TIME):
        raise CredentialError("credential.time", "a time is no whole number of seconds in range")
    if exp <= nbf or exp > MAX_TIME or not 0 < exp - iat <= MAX_LIFETIME_SECONDS:
        raise CredentialError("credential.time", "the credential ends before it begins or lives longer than a year")
    if nbf < iat:  # valid before it was signed: a key that has not begun yet could sign for today
        raise CredentialError("credential.time", "the credential begins before it was issued")
    if type(index) is not int or not 0 <= index < MAX_ENTRIES:
        raise CredentialError("credential.status", "the status index is out of range")
    if copy is not None and copy_claims(*copy) is None:
        raise _no_copy()


def _copy_of(stated: Any) -> CopyClaims:
    """This will read `{"number", "purpose", "recipient"}`, all of them texts of a copy's form, with nothing beside them."""
    if not isinstance(stated, dict) or stated.keys() != COPY_MEMBERS:
        raise _no_copy()
    return CopyClaims(stated["number"], stated["purpose"], stated["recipient"])


def _no_copy() -> CredentialError:
    return CredentialError("credential.claims", "the credential does not say of which copy it is")


def _status_of(status: Any) -> StatusReference:
    """This will read `{"status_list": {"idx": …, "uri": …}}` with nothing beside it (Token Status List, section 6.2)."""
    entry = status.get("status_list") if isinstance(status, dict) and len(status) == 1 else None
    if not isinstance(entry, dict) or entry.keys() != {"idx", "uri"}:
        raise CredentialError("credential.status", "the status names no entry of a status list")
    return StatusReference(uri=entry["uri"], index=entry["idx"])
