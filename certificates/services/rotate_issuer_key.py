"""The next issue key of an agency; the old one stays listed with its times."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import IssuerKey, KeyState, KeyUse
from certificates.services.create_issuer_key import add_issuer_key
from certificates.services.end_key import end_key
from certificates.services.issuing_agency import issuing_agency

# What is being prepared while a key changes states a time shortly after: the old key is still in force then.
OVERLAP: Final = timedelta(seconds=60)


def rotate_issuer_key(
    *, agency_uscc: str, at: datetime, compromised: bool = False, use: str = KeyUse.CREDENTIAL.value
) -> str:
    """This will retire the agency's active key of a use (or mark it compromised) and commit a new one for the same types.

    A retired key stays in force for the overlap; a compromised one ends at `at`.
    Licences keep the key they were prepared with; one that is not yet signed when its key is compromised fails.
    Raises IssueError `issue.agency`, `issue.no_key`.
    """
    agency = issuing_agency(uscc=agency_uscc)
    with transaction.atomic():
        keys = IssuerKey.objects.select_for_update(of=("self",)).filter(agency=agency, use=use)
        old = keys.filter(state=KeyState.ACTIVE).first()
        if old is not None:
            end_key(key=old, to_at=at + OVERLAP, compromised_at=at if compromised else None)
        else:
            # Ended by itself, when its compromise was found: the next one is for the same types.
            old = keys.exclude(state=KeyState.PENDING).order_by("-from_at").first()
        if old is None:
            raise IssueError("issue.no_key", "the agency has no issue key to rotate")
        return add_issuer_key(agency=agency, use=KeyUse(use), licence_types=old.licence_types, at=at)
