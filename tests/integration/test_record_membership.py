"""Who may act for a firm, from when to when."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from accounts.core.errors import AccountsError
from accounts.models import Membership
from accounts.services.end_membership import end_membership
from accounts.services.record_membership import record_membership
from tests.integration.accounts_steps import AT, holder
from tests.integration.membership_steps import administrator

pytestmark = pytest.mark.django_db

START, END = date(2026, 1, 1), date(2026, 12, 31)


def _record(**changes: Any) -> int:
    given = {"person_id": holder().pk, "firm_id": holder("firm").pk, "capacity": "法定代表人", "from_date": START}
    return record_membership(**{**given, "recorded_by": administrator(), "at": AT, **changes})


def _code(**changes: Any) -> str:
    with pytest.raises(AccountsError) as refused:
        _record(**changes)
    return refused.value.code


def test_a_membership_is_recorded_as_given() -> None:
    row = Membership.objects.get(pk=_record(to_date=END))
    assert (row.person.kind, row.firm.kind, row.capacity) == ("citizen", "firm", "法定代表人")
    assert (row.from_date, row.to_date) == (START, END)


def test_a_membership_of_one_day_is_good() -> None:
    assert Membership.objects.get(pk=_record(to_date=START)).to_date == START


def test_refuses_a_firm_that_acts_and_a_citizen_acted_for() -> None:
    assert _code(person_id=holder("firm").pk) == "membership.person"
    assert _code(firm_id=holder().pk) == "membership.firm"
    assert _code(person_id=uuid4()) == "membership.person"
    assert _code(firm_id=uuid4()) == "membership.firm"


def test_refuses_an_end_before_the_beginning_and_an_empty_capacity() -> None:
    assert _code(to_date=date(2025, 12, 31)) == "membership.dates"
    assert _code(capacity="  ") == "membership.invalid"
    assert _code(capacity="x" * 41) == "membership.invalid"
    assert not Membership.objects.exists()


def test_refuses_the_same_membership_twice() -> None:
    person, firm = holder(), holder("firm")
    _record(person_id=person.pk, firm_id=firm.pk)
    assert _code(person_id=person.pk, firm_id=firm.pk, capacity=" 法定代表人 ") == "membership.exists"
    _record(person_id=person.pk, firm_id=firm.pk, capacity="代理人")


def test_a_membership_ends_and_is_never_prolonged() -> None:
    number = _record()
    end_membership(membership_id=number, to_date=END)
    end_membership(membership_id=number, to_date=date(2026, 6, 30))
    assert Membership.objects.get(pk=number).to_date == date(2026, 6, 30)
    for day, code in ((END, "membership.ended"), (date(2025, 12, 31), "membership.dates")):
        with pytest.raises(AccountsError) as refused:
            end_membership(membership_id=number, to_date=day)
        assert refused.value.code == code
    assert Membership.objects.get(pk=number).to_date == date(2026, 6, 30)
    with pytest.raises(AccountsError) as refused:
        end_membership(membership_id=number + 1, to_date=END)
    assert refused.value.code == "membership.unknown"
