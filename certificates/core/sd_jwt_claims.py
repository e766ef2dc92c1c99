"""The claims in the clear: read from a payload, and the bounds that issuer and verifier both hold them to."""

import re
from collections.abc import Mapping
from typing import Any

from certificates.core.errors import CredentialError
from certificates.core.sd_jwt_format import (
    MAX_LIFETIME_SECONDS,
    MAX_TEXT_CLAIM_CHARS,
    MAX_TIME,
    CredentialClaims,
)
from certificates.core.status_list import MAX_ENTRIES, StatusReference

_REGION = re.compile(r"[1-9][0-9]{5}")  # GB/T 2260


def claims_of(payload: Mapping[str, Any]) -> CredentialClaims:
    """This will read the claims in the clear; raises CredentialError as `require_sound` does."""
    claims = CredentialClaims(
        iss=payload["iss"],
        vct=payload["vct"],
        region=payload["region"],
        iat=payload["iat"],
        nbf=payload["nbf"],
        exp=payload["exp"],
        status=_status_of(payload["status"]),
    )
    require_sound(claims)
    return claims


def require_sound(claims: CredentialClaims) -> None:
    """This will refuse claims of a wrong type or range; whether the times suit the moment is the verdict's question.

    Raises CredentialError `credential.time`, `credential.status` or `credential.claims`.
    """
    for text in (claims.iss, claims.vct, claims.status.uri):
        if type(text) is not str or not 0 < len(text) <= MAX_TEXT_CLAIM_CHARS or not text.isprintable():
            raise CredentialError("credential.claims", "iss, vct or the status uri is no short text")
    if type(claims.region) is not str or not _REGION.fullmatch(claims.region):
        raise CredentialError("credential.claims", "the region is no six-digit code")
    for time in (claims.iat, claims.nbf, claims.exp):
        # `type(...) is int` because True is an int and a NumericDate with a fraction has no place here.
        if type(time) is not int or not 0 < time <= MAX_TIME:
            raise CredentialError("credential.time", "a time is no whole number of seconds in range")
    if claims.exp <= claims.nbf or not 0 < claims.exp - claims.iat <= MAX_LIFETIME_SECONDS:
        raise CredentialError("credential.time", "the credential ends before it begins or lives longer than a year")
    if type(claims.status.index) is not int or not 0 <= claims.status.index < MAX_ENTRIES:
        raise CredentialError("credential.status", "the status index is out of range")


def _status_of(status: Any) -> StatusReference:
    """This will read `{"status_list": {"idx": …, "uri": …}}` with nothing beside it (Token Status List, section 6.2)."""
    entry = status.get("status_list") if isinstance(status, dict) and len(status) == 1 else None
    if not isinstance(entry, dict) or entry.keys() != {"idx", "uri"}:
        raise CredentialError("credential.status", "the status names no entry of a status list")
    return StatusReference(uri=entry["uri"], index=entry["idx"])
