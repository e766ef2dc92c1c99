"""Entering an agency's system with the public half of the key it asks for its tokens with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from accounts.core.client_assertion import CLIENT_ID
from accounts.core.errors import RecordError
from accounts.core.permissions import Scope
from accounts.models import Agency, ApiClient
from accounts.services.add_client_key import add_client_key

SCOPES: Final = frozenset(scope.value for scope in Scope)
_ISSUING: Final = frozenset({Scope.CERTIFICATES_ISSUE.value, Scope.CERTIFICATES_MANAGE.value})
_RELYING: Final = frozenset({Scope.VERIFICATIONS_WRITE.value})


def register_api_client(
    *, client_id: str, agency_uscc: str, keys: object, scopes: Sequence[str], at: datetime
) -> tuple[str, ...]:
    """This will commit a system of an active agency with the keys of a JWK or JWK set, good from now on, and give their ids.

    Issuing and managing only for agencies that issue, verifying only for those that rely.
    Raises RecordError `api_client.id|agency|scopes|key|private_key|exists`.
    """
    if CLIENT_ID.fullmatch(client_id) is None:
        raise RecordError("api_client.id", "a client id is 3 to 64 of a-z, 0-9 and hyphen")
    agency = Agency.objects.filter(uscc=agency_uscc, is_active=True).first()
    if agency is None:
        raise RecordError("api_client.agency", "no active agency has this code")
    _check_scopes(frozenset(scopes), agency)
    if ApiClient.objects.filter(client_id=client_id).exists():
        raise RecordError("api_client.exists", "the client id is taken")
    try:
        with transaction.atomic():
            ApiClient.objects.create(client_id=client_id, agency=agency, scopes=sorted(set(scopes)), created_at=at)
            return add_client_key(client_id=client_id, keys=keys, at=at)
    except IntegrityError:
        raise RecordError("api_client.exists", "the client id is taken") from None


def _check_scopes(scopes: frozenset[str], agency: Agency) -> None:
    if not scopes or not scopes <= SCOPES:
        raise RecordError("api_client.scopes", f"scopes are any of {', '.join(sorted(SCOPES))}, at least one")
    if (scopes & _ISSUING and not agency.issues) or (scopes & _RELYING and not agency.relies):
        raise RecordError("api_client.scopes", "the agency itself does not issue, or does not rely on licences")
