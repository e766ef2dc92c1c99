"""Check 3: was the issuer authorised for this type and region when the licence was issued?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from certificates.core.x509_crl import RevocationList
from verification.core.agency_keys import KeyState, KeyUse
from verification.core.agency_revocations import is_compromise, is_stale, require_not_revoked
from verification.core.errors import IssuerError
from verification.core.statement import Statement
from verification.core.trust_list import TrustedRegion
from verification.core.verdict import Check, Outcome
from verification.core.x509_path import check_issuer_path

CLOCK_SKEW: Final = timedelta(seconds=60)  # two nodes' clocks


def check_issuer(
    statement: Statement,
    *,
    logged_issue_at: datetime | None,
    at: datetime,
    revocation_lists: Sequence[RevocationList] = (),
) -> Check:
    """This will judge the issuer at the issue time that the log knows, or else at the one the credential states.

    A thief of a key can state any time. So a compromised key's licence counts only if the log proves that it is older
    than the compromise; with no such proof it stays UNDETERMINED. The same holds for a certificate that its CA revoked
    because others hold the key; a revocation list past its next update leaves all that it is silent about UNDETERMINED.
    An issue time that has not come yet is refused, for an announced key would hold then.
    """
    issued_at = statement.issued_at if logged_issue_at is None else logged_issue_at
    if issued_at > at + CLOCK_SKEW:
        return Check(number=3, outcome=Outcome.FAILED, code="issuer.issued_in_future")
    try:
        _require_authority(statement, issued_at)
        revoked = require_not_revoked(statement.x5c[0], lists=revocation_lists, issued_at=issued_at)
    except IssuerError as error:
        return Check(number=3, outcome=Outcome.FAILED, code=error.code)
    compromised = statement.key.state is KeyState.COMPROMISED or is_compromise(revoked)
    if compromised and logged_issue_at is None:
        return Check(number=3, outcome=Outcome.UNDETERMINED, code="issuer.issue_time_unproven")
    if is_stale(statement.x5c[0], lists=revocation_lists, at=at):
        return Check(number=3, outcome=Outcome.UNDETERMINED, code="issuer.crl_stale")
    return Check(number=3, outcome=Outcome.PASSED, code="issuer.authorised")


def _require_authority(statement: Statement, issued_at: datetime) -> None:
    key = statement.key
    region = _region_of(statement)
    if statement.type_code not in region.licence_types:
        raise IssuerError("issuer.type_not_of_region", "the region may not issue licences of this type")
    if key.use is not KeyUse.CREDENTIAL:
        raise IssuerError("issuer.key_use", "the agency's key is for files, not for licences")
    if statement.type_code not in key.licence_types:
        raise IssuerError("issuer.type_not_of_agency", "the agency may not issue licences of this type")
    if not key.in_force(issued_at):
        raise IssuerError("issuer.key_not_in_force", "the agency's key was not in force when the licence was issued")
    if key.compromised_at is not None and issued_at >= key.compromised_at:
        raise IssuerError("issuer.key_compromised", "the licence was signed after the agency's key was compromised")
    check_issuer_path(
        x5c=statement.x5c,
        region=region,
        agency_uscc=key.agency_uscc,
        type_code=statement.type_code,
        issued_at=issued_at,
    )


def _region_of(statement: Statement) -> TrustedRegion:
    if statement.region is None:
        raise IssuerError("issuer.region_unknown", "the trust list knows no such region")
    if statement.region.code != statement.region_code:
        raise IssuerError("issuer.scope", "an agency of one region signed a licence of another")
    return statement.region
