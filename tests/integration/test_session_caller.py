"""A signed-in user is asked for as a caller: role, agency and operator, and of a holder only the opaque number."""

import pytest

from accounts.core.errors import AuthenticationFailed
from accounts.core.permissions import Role
from accounts.models import Agency, User
from accounts.services.create_user import create_user
from accounts.services.session_caller import session_caller
from tests.integration.accounts_steps import USCC, agency, holder

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-7"


def _officer(role: Role = Role.COUNTER_OFFICER, staff_number: str = "A-17") -> User:
    agency()
    number = create_user(
        username="li",
        password=PASSWORD,
        role=role,
        agency_uscc=USCC,
        staff_number=staff_number,
        post="受理",
        unit="一处",
    )
    return User.objects.get(pk=number)


def test_an_officer_acts_for_the_agency_and_is_named_as_operator() -> None:
    user = _officer()
    caller = session_caller(user)
    assert (caller.kind, caller.principal_id, caller.agency_uscc) == (Role.COUNTER_OFFICER, str(user.pk), USCC)
    assert caller.agency_name == "浙江省住房和城乡建设厅（样例）"
    assert caller.operator is not None
    assert (caller.operator.name, caller.operator.post, caller.operator.unit) == ("A-17", "受理", "一处")
    assert (caller.holder_id, caller.scopes) == (None, frozenset())


def test_an_officer_without_a_staff_number_is_named_by_the_account() -> None:
    operator = session_caller(_officer(staff_number="")).operator
    assert operator is not None
    assert operator.name == "li"


def test_a_holder_acts_alone_and_nothing_personal_goes_along() -> None:
    person = holder()
    number = create_user(username="zhang", password=PASSWORD, role=Role.HOLDER, holder_id=person.pk)
    caller = session_caller(User.objects.get(pk=number))
    assert (caller.kind, caller.holder_id) == (Role.HOLDER, person.pk)
    assert (caller.agency_uscc, caller.agency_name, caller.operator) == (None, None, None)


@pytest.mark.parametrize("role", [Role.NODE_ADMIN, Role.AUDITOR])
def test_administrators_and_auditors_act_for_nobody(role: Role) -> None:
    caller = session_caller(User.objects.get(pk=create_user(username="root", password=PASSWORD, role=role)))
    assert (caller.kind, caller.agency_uscc, caller.holder_id, caller.operator) == (role, None, None, None)


@pytest.mark.parametrize("role", [Role.ISSUING_OFFICER, Role.COUNTER_OFFICER, Role.AGENCY_ADMIN])
def test_refuses_an_officer_of_an_inactive_agency(role: Role) -> None:
    user = _officer(role)
    Agency.objects.update(is_active=False)
    with pytest.raises(AuthenticationFailed) as refused:
        session_caller(User.objects.get(pk=user.pk))
    assert refused.value.code == "auth.agency_inactive"
    assert USCC not in str(refused.value)
