"""Entering an agency's system with the public half of the key it signs its calls with."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from accounts.core.errors import RecordError
from accounts.core.permissions import PERMITTED, Action, Role
from accounts.models import Agency, ApiClient

SCOPES: Final = frozenset(action.value for action in PERMITTED[Role.AGENCY_SYSTEM])
_CLIENT_ID: Final = re.compile(r"[a-z0-9-]{3,64}")
_COORDINATE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in base64url without padding
_PUBLIC_MEMBERS: Final = ("kty", "crv", "x", "y")
_ISSUING: Final = frozenset({Action.ISSUE.value, Action.REVOKE.value})


def register_api_client(
    *, client_id: str, agency_uscc: str, public_jwk: Mapping[str, Any], scopes: Sequence[str], at: datetime
) -> int:
    """This will commit a system of an active agency and give its row's number; of the JWK only kty, crv, x, y are kept.

    `scopes` are any of issue, revoke, verify, read_metadata; the first two only for agencies that issue, verify only for those that rely.
    Raises RecordError `api_client.id|agency|scopes|key|private_key|exists`.
    """
    if _CLIENT_ID.fullmatch(client_id) is None:
        raise RecordError("api_client.id", "a client id is 3 to 64 of a-z, 0-9 and hyphen")
    agency = Agency.objects.filter(uscc=agency_uscc, is_active=True).first()
    if agency is None:
        raise RecordError("api_client.agency", "no active agency has this code")
    _check_scopes(frozenset(scopes), agency)
    if ApiClient.objects.filter(client_id=client_id).exists():
        raise RecordError("api_client.exists", "the client id is taken")
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                client_id=client_id,
                agency=agency,
                public_jwk=_public_key(public_jwk),
                scopes=sorted(set(scopes)),
                created_at=at,
            )
    except IntegrityError:
        raise RecordError("api_client.exists", "the client id is taken") from None
    return client.pk


def _check_scopes(scopes: frozenset[str], agency: Agency) -> None:
    if not scopes or not scopes <= SCOPES:
        raise RecordError("api_client.scopes", f"scopes are any of {', '.join(sorted(SCOPES))}, at least one")
    if (scopes & _ISSUING and not agency.issues) or (Action.VERIFY.value in scopes and not agency.relies):
        raise RecordError("api_client.scopes", "the agency itself does not issue, or does not rely on licences")


def _public_key(jwk: Mapping[str, Any]) -> dict[str, str]:
    """This will give the four public members of a P-256 key whose point lies on the curve."""
    if "d" in jwk:
        raise RecordError(
            "api_client.private_key", "this is a private key: destroy it, and register only its public half"
        )
    kept = {name: jwk.get(name) for name in _PUBLIC_MEMBERS}
    if (kept["kty"], kept["crv"]) != ("EC", "P-256"):
        raise RecordError("api_client.key", "the key must be an EC key on P-256")
    if not all(isinstance(kept[name], str) and _COORDINATE.fullmatch(str(kept[name])) for name in ("x", "y")):
        raise RecordError("api_client.key", "x and y are 32 bytes each, in base64url")
    public = {name: str(value) for name, value in kept.items()}
    try:
        _ = ECKey.import_key({**public}).public_key  # decodes the point
    except (JoseError, ValueError):
        raise RecordError("api_client.key", "x and y are not a point of the curve") from None
    return public
