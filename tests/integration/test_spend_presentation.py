"""Spending a code: once, in time, whole, here, and by whom it is for."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from accounts.models import Membership
from certificates.core.errors import PresentationError
from certificates.core.grains import Grain
from certificates.models import Presentation
from certificates.queries.licence_types import licence_type_definition
from certificates.services.erase_holder import erase_holder
from certificates.services.present_certificate import present_certificate
from certificates.services.register_holder import register_holder
from certificates.services.spend_presentation import SpentPresentation, spend_presentation
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, Node, holder_caller, make_node, owner_of
from tests.integration.membership_steps import membership
from tests.integration.threads import at_once

COUNTER = "12330100MB9900048F"


def shown(certificate_id: UUID, *, audience: str = "") -> str:
    caller = holder_caller(owner_of(certificate_id))
    grains = {"holder_name": Grain.MASKED}
    code = present_certificate(caller=caller, certificate_id=certificate_id, grains=grains, audience=audience, at=AT)
    return code.text


def spend(
    text: str, *, agency: str = COUNTER, at: datetime = AT, spender: str = "counter_officer:1"
) -> SpentPresentation:
    with transaction.atomic():
        return spend_presentation(text_or_token=text, spender=spender, agency_uscc=agency, digest=b"d" * 32, at=at)


def refusal(text: str, **changes: object) -> str:
    with pytest.raises(PresentationError) as refused:
        spend(text, **changes)  # type: ignore[arg-type]
    return refused.value.code


@pytest.mark.django_db
def test_tells_what_the_code_stood_for(node: Node, issued: UUID) -> None:
    spent = spend(shown(issued))

    assert (spent.certificate_id, spent.holder_id) == (issued, owner_of(issued))
    assert dict(spent.grains) == {"holder_name": Grain.MASKED}
    row = Presentation.objects.get()
    assert (row.spent_by, bytes(row.spent_digest or b""), row.spent_at) == ("counter_officer:1", b"d" * 32, AT)


@pytest.mark.django_db
def test_takes_the_token_alone(node: Node, issued: UUID) -> None:
    assert spend(shown(issued).rpartition(":")[2]).certificate_id == issued


@pytest.mark.django_db
def test_refuses_a_code_that_was_used(node: Node, issued: UUID) -> None:
    text = shown(issued)
    spend(text)
    assert refusal(text, spender="counter_officer:2") == "code.used"
    assert Presentation.objects.get().spent_by == "counter_officer:1"


@pytest.mark.django_db
def test_refuses_an_expired_code(node: Node, issued: UUID) -> None:
    assert refusal(shown(issued), at=AT + timedelta(seconds=60)) == "code.expired"


@pytest.mark.django_db
def test_refuses_a_truncated_or_changed_code(node: Node, issued: UUID) -> None:
    text = shown(issued)
    changed = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert refusal(text[:-1]) == refusal(text.lower()) == refusal(text + "A") == refusal("") == "code.malformed"
    assert refusal(changed) == "code.unknown"
    assert refusal(text[:-1] + "１") == refusal(f" {text}") == "code.malformed"


@pytest.mark.django_db
def test_refuses_a_code_of_another_region(node: Node, issued: UUID) -> None:
    assert refusal(shown(issued).replace("330000", "510000")) == "code.foreign"


@pytest.mark.django_db
def test_refuses_another_audience_and_leaves_the_code_to_its_own(node: Node, issued: UUID) -> None:
    text = shown(issued, audience=COUNTER)
    assert refusal(text, agency="11330100MB9900021T") == "code.audience"
    assert refusal(text, agency="") == "code.audience"
    assert spend(text).certificate_id == issued


@pytest.mark.django_db
def test_a_refusal_leaves_the_transaction_fit_for_its_record(node: Node, issued: UUID) -> None:
    text = shown(issued)
    spend(text)
    with transaction.atomic():
        with pytest.raises(PresentationError):
            spend_presentation(text_or_token=text, spender="x", agency_uscc="", digest=b"", at=AT)
        assert Presentation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_refuses_to_spend_outside_a_transaction(node_folder: object) -> None:
    with pytest.raises(TransactionManagementError):
        spend_presentation(text_or_token="A" * 26, spender="x", agency_uscc="", digest=b"", at=AT)


@pytest.mark.django_db(transaction=True)
def test_one_code_spent_by_twenty_at_once_goes_to_one(node_folder: object) -> None:
    text = shown(make_node().issue())

    results = at_once(20, lambda number: spend(text, spender=f"counter_officer:{number}"))

    winners = [number for number, result in enumerate(results) if isinstance(result, SpentPresentation)]
    assert len(winners) == 1, results
    assert Presentation.objects.get().spent_by == f"counter_officer:{winners[0]}"
    codes = {result.code for result in results if isinstance(result, PresentationError)}
    assert codes == {"code.used"}


@pytest.mark.django_db
def test_refuses_a_code_of_a_member_whose_membership_ended(node: Node) -> None:
    licence = node.issue(node.request(FOOD))
    person = register_holder(kind="citizen", code_type="111", code="330102199602290021", name="欧阳𫖯", at=AT)
    made = membership(person_id=person, firm_id=owner_of(licence), capacity="agent", from_date=date(2026, 1, 1))
    caller = holder_caller(person)
    grains = {"business_kind": Grain.FULL}
    first, second = (
        present_certificate(caller=caller, certificate_id=licence, grains=grains, at=AT).text for _ in range(2)
    )

    assert spend(first).holder_id == owner_of(licence)
    Membership.objects.filter(pk=made.pk).update(to_date=date(2026, 11, 22))
    assert refusal(second) == "code.membership"


@pytest.mark.django_db
@pytest.mark.parametrize("code", [CONSTRUCTOR, REAL_ESTATE])
def test_refuses_a_code_whose_holder_was_erased(node: Node, code: str) -> None:
    licence = node.issue(node.request(code))
    caller = holder_caller(owner_of(licence))
    name = licence_type_definition(code=code).fields[0].name
    grain = next(
        one for one in (Grain.FULL, Grain.MASKED) if one in licence_type_definition(code=code).field(name).grains
    )
    text = present_certificate(caller=caller, certificate_id=licence, grains={name: grain}, at=AT).text

    erase_holder(holder_id=owner_of(licence), at=AT)

    assert refusal(text) == "code.erased"
