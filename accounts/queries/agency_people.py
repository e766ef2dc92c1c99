"""Who works at an agency, and which of its systems may call."""

from dataclasses import dataclass
from datetime import datetime

from accounts.core.permissions import Role
from accounts.models import Agency, ApiClient, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """This will hold one account of an agency; `last_sign_in` is None before the first."""

    id: int
    username: str
    role: Role
    staff_number: str
    post: str
    unit: str
    is_active: bool
    has_own_password: bool
    last_sign_in: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySystem:
    """This will hold one system of an agency, with what it may ask for."""

    client_id: str
    scopes: tuple[str, ...]
    is_active: bool
    created_at: datetime


def officers_of_agency(*, uscc: str) -> tuple[Officer, ...]:
    """This will list an agency's accounts, open ones first, by user name."""
    rows = User.objects.filter(agency__uscc=uscc).order_by("-is_active", "username")
    return tuple(
        Officer(
            id=row.pk,
            username=row.username,
            role=Role(row.role),
            staff_number=row.staff_number,
            post=row.post,
            unit=row.unit,
            is_active=row.is_active,
            has_own_password=not row.must_change_password,
            last_sign_in=row.last_login,
        )
        for row in rows
    )


def systems_of_agency(*, uscc: str) -> tuple[AgencySystem, ...]:
    """This will list an agency's systems by name."""
    return tuple(
        AgencySystem(
            client_id=row.client_id,
            scopes=tuple(sorted(row.scopes)),
            is_active=row.is_active,
            created_at=row.created_at,
        )
        for row in ApiClient.objects.filter(agency__uscc=uscc).order_by("client_id")
    )


def roles_of_agency(*, uscc: str) -> tuple[Role, ...]:
    """This will list the roles in which an active agency may open accounts: issuing officers where it issues, counter officers where it relies.

    Administrators are never among them (`OPENED_ON_MACHINE`).
    """
    agency = Agency.objects.filter(uscc=uscc, is_active=True).first()
    if agency is None:
        return ()
    fits = {Role.ISSUING_OFFICER: agency.issues, Role.COUNTER_OFFICER: agency.relies}
    return tuple(role for role, is_of_use in fits.items() if is_of_use)
