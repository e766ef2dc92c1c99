"""A membership is in force once a second person agreed to exactly what was recorded."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.core.errors import AccountsError
from accounts.core.permissions import Role
from accounts.models import Membership, User
from accounts.queries.membership_content import membership_content
from accounts.services.confirm_membership import confirm_membership
from accounts.services.create_user import create_user
from accounts.services.end_membership import end_membership
from accounts.services.record_membership import record_membership
from certificates.queries.holdings import acting_for
from tests.integration.accounts_steps import AT, holder
from tests.integration.membership_steps import administrator
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


def recorded() -> Membership:
    number = record_membership(
        person_id=holder().pk,
        firm_id=holder("firm").pk,
        capacity="法定代表人",
        from_date=START,
        recorded_by=administrator(),
        at=AT,
    )
    return Membership.objects.get(pk=number)


def agree(row: Membership, *, by: int | None = None, **changes: Any) -> None:
    second = administrator("second.admin", "N-0002") if by is None else by
    given = {"membership_id": row.pk, "confirmed_by": second, "seen": membership_content(row), "at": AT}
    confirm_membership(**{**given, **changes})


def refused(row: Membership, **changes: Any) -> str:
    with pytest.raises(AccountsError) as found:
        agree(row, **changes)
    assert acts(row) is False
    return found.value.code


def acts(row: Membership) -> bool:
    return row.firm_id in acting_for(holder_id=row.person_id, on=AT.date())


def test_nobody_acts_for_a_firm_before_a_second_administrator_agreed() -> None:
    row = recorded()
    assert not acts(row)
    agree(row)
    assert acts(row)
    row.refresh_from_db()
    assert (row.recorded_by.username, row.confirmed_by and row.confirmed_by.username) == ("first.admin", "second.admin")
    assert (row.recorded_at, row.confirmed_at) == (AT, AT)


def test_refuses_who_recorded_it() -> None:
    assert refused(recorded(), by=administrator()) == "four_eyes.same_person"


def test_refuses_a_second_account_of_who_recorded_it() -> None:
    assert refused(recorded(), by=administrator("first.again", "N-0001")) == "four_eyes.same_person"


@pytest.mark.parametrize("nameless", ["first.admin", "second.admin"])
def test_refuses_people_who_cannot_be_told_apart(nameless: str) -> None:
    row = recorded()
    administrator("second.admin", "N-0002")
    User.objects.filter(username=nameless).update(staff_number="")
    assert refused(row) == "four_eyes.staff_number"


@pytest.mark.parametrize("gone", ["first.admin", "second.admin"])
@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "auditor"}, {"must_change_password": True}])
def test_refuses_where_one_of_the_two_is_no_administrator_any_more(gone: str, change: dict[str, Any]) -> None:
    row = recorded()
    administrator("second.admin", "N-0002")
    User.objects.filter(username=gone).update(**change)
    assert refused(row) == "four_eyes.administrator"


def test_refuses_an_account_that_does_not_exist() -> None:
    assert refused(recorded(), by=0) == "four_eyes.administrator"


def test_refuses_content_that_was_changed_since_it_was_shown() -> None:
    row = recorded()
    end_membership(membership_id=row.pk, to_date=date(2027, 1, 1))
    assert refused(row) == "membership.changed"
    for name, value in (("capacity", "代理人"), ("from_date", START - timedelta(days=1)), ("person_id", holder().pk)):
        other = recorded()
        Membership.objects.filter(pk=other.pk).update(**{name: value})
        assert refused(other) == "membership.changed"


def test_refuses_a_second_agreement_and_an_unknown_membership() -> None:
    row = recorded()
    agree(row)
    with pytest.raises(AccountsError) as found:
        agree(row, by=administrator("third.admin", "N-0003"))
    assert found.value.code == "membership.confirmed"
    with pytest.raises(AccountsError) as found:
        agree(row, membership_id=0)
    assert found.value.code == "membership.unknown"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_agree_at_once_one_is_recorded() -> None:
    row = recorded()
    others = [administrator("second.admin", "N-0002"), administrator("third.admin", "N-0003")]
    found = at_once(2, lambda number: agree(row, by=others[number]))
    assert [one.code for one in found if one is not None] == ["membership.confirmed"]
    row.refresh_from_db()
    assert row.confirmed_by_id in others


def test_the_database_itself_refuses_one_person_for_both() -> None:
    row = recorded()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=row.pk).update(confirmed_by=row.recorded_by_id, confirmed_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=row.pk).update(confirmed_at=AT)


def signed_in(number: int) -> Client:
    User.objects.filter(pk=number).update(is_staff=True)
    client = Client()
    client.force_login(User.objects.get(pk=number), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_records_who_is_signed_in_and_lets_another_one_agree(node: object) -> None:
    first, second = signed_in(administrator()), signed_in(administrator("second.admin", "N-0002"))
    form = {
        "person": str(holder().pk),
        "firm": str(holder("firm").pk),
        "capacity": "法定代表人",
        "from_date": "2026-01-01",
        "to_date": "",
        "recorded_by": "999",
    }
    assert first.post(reverse("admin:accounts_membership_add"), form).status_code == 302
    row = Membership.objects.get()
    assert row.recorded_by.username == "first.admin"
    change = reverse("admin:accounts_membership_change", args=[row.pk])
    agreed = {"agreed": "on", "seen": membership_content(row), "to_date": "2026-02-02", "confirmed_by": "999"}
    assert membership_content(row) in second.get(change).content.decode()
    assert "four_eyes.same_person" in first.post(change, agreed).content.decode()
    assert "membership.changed" in second.post(change, {**agreed, "seen": "0" * 64}).content.decode()
    assert second.post(change, {**agreed, "agreed": ""}).status_code == 200
    assert not acts(row)
    assert second.post(change, agreed).status_code == 302
    row.refresh_from_db()
    assert row.confirmed_by is not None
    assert (row.confirmed_by.username, row.to_date) == ("second.admin", None)
    assert acts(row)


def test_no_administrator_is_opened_or_renumbered_on_a_page_by_another(node: object) -> None:
    client = signed_in(administrator())
    form = {
        "username": "own.second",
        "role": "node_admin",
        "password1": "correct-horse-8",
        "password2": "correct-horse-8",
    }
    assert client.post(reverse("admin:accounts_user_add"), {**form, "staff_number": "N-0009"}).status_code == 200
    assert not User.objects.filter(username="own.second").exists()
    second = administrator("second.admin", "N-0002")
    client.post(
        reverse("admin:accounts_user_change", args=[second]),
        {"staff_number": "N-0009", "is_active": "on", "post": "科长"},
    )
    row = User.objects.get(pk=second)
    assert (row.staff_number, row.post) == ("N-0002", "科长")
    create_user(username="root.third", password="correct-horse-7", role=Role.NODE_ADMIN, staff_number="N-0003")
