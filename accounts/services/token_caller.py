"""Turn a system's access token and the Operator header into the caller that services are asked by (RFC 6750)."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Q

from accounts.core.caller import Caller
from accounts.core.errors import AuthenticationFailed
from accounts.core.operator_header import read_operator
from accounts.core.permissions import Role
from accounts.models import AccessToken
from accounts.queries.compiled_read import CompiledRead

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # 32 bytes in base64url
# The token, its key, the system and its agency are read at every call: what is closed or retired is so from the next call on.
_SYSTEM = CompiledRead(
    lambda given: AccessToken.objects.filter(
        Q(key__to_at__isnull=True) | Q(key__to_at__gt=given("at")),
        digest=given("digest"),
        expires_at__gt=given("at"),
        key__client__is_active=True,
        key__client__agency__is_active=True,
    ).values_list(
        "key__client__client_id",
        "scopes",
        "key__client__scopes",
        "key__client__agency__uscc",
        "key__client__agency__name_zh",
    )
)


class _System(NamedTuple):
    """A system as it is registered now, and what its token was given for."""

    client_id: str
    token_scopes: Sequence[str]
    scopes: Sequence[str]
    agency_uscc: str
    agency_name: str


def token_caller(*, token: str, operator_header: str | None, at: datetime) -> Caller:
    """This will build the caller of a system's call; its scopes are those of the token that the system still has.

    Raises AuthenticationFailed `auth.token`, or OperatorError `operator.missing|malformed`.
    """
    row = _SYSTEM.first(digest=hashlib.sha256(token.encode()).digest(), at=at) if _TOKEN.fullmatch(token) else None
    if row is None:
        raise AuthenticationFailed("auth.token", "the token is unknown, expired or withdrawn")
    system = _System(*row)
    return Caller(
        kind=Role.AGENCY_SYSTEM,
        principal_id=system.client_id,
        agency_uscc=system.agency_uscc,
        agency_name=system.agency_name,
        operator=read_operator(operator_header),
        scopes=frozenset(system.token_scopes) & frozenset(system.scopes),
    )
