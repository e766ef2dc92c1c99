"""Showing a licence: own, live, released, in grains the type has."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.conf import settings

from accounts.core.errors import NotPermitted
from certificates.core.errors import PresentationError
from certificates.core.grains import Grain
from certificates.models import Presentation
from certificates.services.issue_certificate import issue_certificate
from certificates.services.present_certificate import present_certificate
from certificates.services.register_holder import register_holder
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, FOOD, Node, holder_caller, owner_of
from tests.integration.membership_steps import member_of

GRAINS = {"holder_name": Grain.MASKED, "sex": Grain.WITHHELD}


@pytest.mark.django_db
def test_gives_a_code_of_which_only_the_hash_is_kept(node: Node, issued: UUID) -> None:
    code = present_certificate(
        caller=holder_caller(owner_of(issued)), certificate_id=issued, grains=GRAINS, audience="", at=AT
    )

    assert re.fullmatch(r"HZP1:330000:[A-Z2-7]{26}", code.text)
    assert code.expires_at == AT + timedelta(seconds=settings.NODE.presentation_seconds)
    row = Presentation.objects.get()
    assert row.grains == {"holder_name": "masked"}
    assert code.text.rpartition(":")[2].encode() not in bytes(row.token_digest)
    assert code.text not in repr(code)


@pytest.mark.django_db
def test_refuses_a_licence_of_somebody_else(node: Node, issued: UUID) -> None:
    stranger = register_holder(kind="citizen", code_type="111", code="330102199602290021", name="欧阳𫖯", at=AT)
    with pytest.raises(NotPermitted):
        present_certificate(caller=holder_caller(stranger), certificate_id=issued, grains=GRAINS, at=AT)


@pytest.mark.django_db
def test_a_recorded_member_presents_for_the_firm_while_the_membership_lasts(node: Node) -> None:
    licence = node.issue(node.request(FOOD))
    person = member_of(owner_of(licence), from_date=date(2026, 1, 1), to_date=date(2026, 12, 1))
    grains = {"business_kind": Grain.FULL}

    present_certificate(caller=holder_caller(person), certificate_id=licence, grains=grains, at=AT)
    assert Presentation.objects.get().holder_id == owner_of(licence)

    with pytest.raises(NotPermitted):
        present_certificate(
            caller=holder_caller(person), certificate_id=licence, grains=grains, at=AT + timedelta(days=30)
        )


@pytest.mark.django_db
@pytest.mark.parametrize("act", [revoke_certificate, suspend_certificate])
def test_refuses_a_licence_that_is_not_live(node: Node, issued: UUID, act: object) -> None:
    act(caller=node.officer, certificate_id=issued, reason_code="penalty", at=AT)  # type: ignore[operator]
    with pytest.raises(PresentationError) as refused:
        present_certificate(caller=holder_caller(owner_of(issued)), certificate_id=issued, grains=GRAINS, at=AT)
    assert refused.value.code == "presentation.not_live"


@pytest.mark.django_db
def test_refuses_a_licence_that_is_not_in_the_log_yet(node: Node) -> None:
    answer = issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k", at=AT)
    with pytest.raises(PresentationError) as refused:
        present_certificate(caller=holder_caller(owner_of(answer.id)), certificate_id=answer.id, grains=GRAINS, at=AT)
    assert refused.value.code == "presentation.not_live"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "grains", [{}, {"sex": Grain.WITHHELD}, {"sex": Grain.FACT}, {"shoe_size": Grain.FULL}], ids=str
)
def test_refuses_grains_that_show_nothing_or_do_not_exist(node: Node, issued: UUID, grains: dict[str, Grain]) -> None:
    with pytest.raises(PresentationError) as refused:
        present_certificate(caller=holder_caller(owner_of(issued)), certificate_id=issued, grains=grains, at=AT)
    assert refused.value.code == "presentation.grain"


@pytest.mark.django_db
def test_refuses_an_officer(node: Node, issued: UUID) -> None:
    with pytest.raises(NotPermitted):
        present_certificate(caller=node.officer, certificate_id=issued, grains=GRAINS, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("audience", ["12330100MB9900048G", "12330100", "杭州市公共资源交易中心", "x" * 19])
def test_refuses_an_audience_that_is_no_agencys_code(issued: UUID, audience: str) -> None:
    holder = holder_caller(owner_of(issued))
    with pytest.raises(PresentationError) as refused:
        present_certificate(caller=holder, certificate_id=issued, grains=GRAINS, audience=audience, at=AT)
    assert refused.value.code == "presentation.audience"
