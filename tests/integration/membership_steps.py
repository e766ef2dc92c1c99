"""Steps shared by the tests of memberships: two administrators, of whom one records and the other agrees."""

from datetime import date
from uuid import UUID

from accounts.core.permissions import Role
from accounts.models import Membership, User
from accounts.queries.membership_content import membership_content
from accounts.services.confirm_membership import confirm_membership
from accounts.services.create_user import create_user
from accounts.services.record_membership import record_membership
from certificates.services.register_holder import register_holder
from tests.integration.accounts_steps import AT


def administrator(name: str = "first.admin", staff_number: str = "N-0001") -> int:
    """This will give the account of an administrator of this name."""
    known = User.objects.filter(username=name).first()
    if known is not None:
        return int(known.pk)
    return create_user(username=name, password="correct-horse-7", role=Role.NODE_ADMIN, staff_number=staff_number)


def member_of(firm_id: UUID, *, from_date: date, to_date: date) -> UUID:
    """This will give a new holder who acts for the firm in these days."""
    person = register_holder(kind="citizen", code_type="111", code="330102199602290021", name="欧阳𫖯", at=AT)
    membership(person_id=person, firm_id=firm_id, from_date=from_date, to_date=to_date)
    return person


def membership(
    *, person_id: UUID, firm_id: UUID, capacity: str = "agent", from_date: date, to_date: date | None = None
) -> Membership:
    """This will give a membership that both administrators agreed to."""
    number = record_membership(
        person_id=person_id,
        firm_id=firm_id,
        capacity=capacity,
        from_date=from_date,
        to_date=to_date,
        recorded_by=administrator(),
        at=AT,
    )
    seen = membership_content(Membership.objects.get(pk=number))
    confirm_membership(membership_id=number, confirmed_by=administrator("second.admin", "N-0002"), seen=seen, at=AT)
    return Membership.objects.get(pk=number)
