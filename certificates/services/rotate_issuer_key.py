"""The next issue key of an agency; the old one stays listed with its times."""

from datetime import datetime

from django.db import transaction

from certificates.core.errors import IssueError
from certificates.models import IssuerKey, KeyState
from certificates.services.create_issuer_key import add_issuer_key
from certificates.services.issuing_agency import issuing_agency


def rotate_issuer_key(*, agency_uscc: str, at: datetime, compromised: bool = False) -> str:
    """This will retire the agency's active key (or mark it compromised) and commit a new one for the same types.

    Licences keep the key they were prepared with; one that is not yet signed when its key is compromised fails.
    Raises IssueError `issue.agency`, `issue.no_key`.
    """
    agency = issuing_agency(uscc=agency_uscc)
    with transaction.atomic():
        old = IssuerKey.objects.select_for_update().filter(agency=agency, state=KeyState.ACTIVE).first()
        if old is None:
            raise IssueError("issue.no_key", "the agency has no active issue key to rotate")
        old.state = KeyState.COMPROMISED if compromised else KeyState.RETIRED
        old.to_at = at
        old.save(update_fields=["state", "to_at"])
        return add_issuer_key(agency=agency, licence_types=old.licence_types, at=at)
