"""Steps shared by the tests of mass revocation: administrators, several licences, a set asked for and decided."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.core.caller import Caller
from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.create_user import create_user
from accounts.services.session_caller import session_caller
from certificates.core.mass_revocation import MassSelection
from certificates.models import Certificate
from certificates.services.ask_mass_revocation import ask_mass_revocation
from certificates.services.decide_mass_revocation import decide_mass_revocation
from tests.integration.factories import AT, CONSTRUCTOR, Node

ASKED = AT + timedelta(minutes=1)
LATER = AT + timedelta(hours=1)
PASSWORD = "correct-horse-battery-9"


def admin(
    node: Node, name: str, *, staff: str, role: Role = Role.AGENCY_ADMIN, uscc: str | None = None, joined: datetime = AT
) -> Caller:
    agency = None if role is Role.NODE_ADMIN else uscc or node.agency.uscc
    pk = create_user(username=name, password=PASSWORD, role=role, agency_uscc=agency, staff_number=staff)
    User.objects.filter(pk=pk).update(date_joined=joined)
    return session_caller(User.objects.select_related("agency").get(pk=pk))


def several(node: Node, number: int = 3) -> list[UUID]:
    """Licences of one type."""
    return [
        node.issue(node.request(values={"certificate_number": f"浙2332026202{one:06d}"}), key=f"many-{one}")
        for one in range(number)
    ]


def chosen(node: Node, **changes: Any) -> MassSelection:
    return MassSelection(**({"agency_uscc": node.agency.uscc, "type_code": CONSTRUCTOR} | changes))


def asked(node: Node, caller: Caller, *, count: int = 3, **changes: Any) -> UUID:
    return ask_mass_revocation(
        caller=caller,
        selection=chosen(node, **changes),
        reason_code="issued_in_error",
        expected_count=count,
        at=ASKED,
    )


def decided(mass_id: UUID, caller: Caller, *, wanted: str = "approve", count: int = 3, at: Any = LATER) -> str:
    return decide_mass_revocation(caller=caller, mass_id=mass_id, wanted=wanted, count=count, at=at)


def states() -> list[str]:
    """The states of all licences, sorted."""
    return sorted(Certificate.objects.values_list("state", flat=True))
