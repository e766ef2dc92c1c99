"""The issuing desk revokes a copy by the number on it, on the licence's page and over the API; the holder reads that it did, and why."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.core.permissions import Role
from certificates.core.grains import Grain
from certificates.models import PurposeCopy
from tests.functional.page_steps import Journey, officer, refused_at_the_issuing_desk, words
from tests.integration.copy_steps import ordered
from tests.integration.factories import Node, make_agency

pytestmark = pytest.mark.django_db


def number_of(journey: Journey) -> str:
    return ordered(journey.licence, grains={"specialities": Grain.FULL}).number


def is_revoked() -> bool:
    return PurposeCopy.objects.get().revoked_at is not None


def test_the_officer_revokes_a_copy_and_the_holder_reads_why(node: Node, journey: Journey) -> None:
    desk, number, address = officer(node), number_of(journey), f"/issued/{journey.licence}/copies/revoke"
    page = desk.get(f"/issued/{journey.licence}").content.decode()
    assert f'action="{address}"' in page
    assert number not in page  # whom else a holder gives copies is not the agency's business

    wrong = desk.post(address, {"number": "0000-0000-0000", "reason_code": "leaked"}, follow=True)
    assert "没有这个编号的加注件" in words(wrong.content)
    assert "请从列表中选择作废的原因" in words(desk.post(address, {"number": number}, follow=True).content)
    assert not is_revoked()

    done = desk.post(address, {"number": f" {number.lower()} ", "reason_code": "leaked"}, follow=True)

    assert "加注件已作废" in words(done.content)
    assert is_revoked()
    told = words(journey.holder.get("/my/lookups").content)
    for stated in ("签发机关作废了加注件", "加注件已外泄", number, node.agency.name_zh):
        assert stated in told
    assert "已作废" in words(journey.holder.get("/my/copies").content)
    again = desk.post(address, {"number": number, "reason_code": "leaked"}, follow=True)
    assert "先前已经作废" in words(again.content)


def test_what_is_wrong_stands_beside_its_field_and_what_was_right_is_kept(node: Node, journey: Journey) -> None:
    desk, number, address = officer(node), number_of(journey), f"/issued/{journey.licence}/copies/revoke"

    wrong = desk.post(address, {"number": "0000-0000-0000", "reason_code": "leaked"}).content.decode()
    missing = desk.post(address, {"number": number, "reason_code": ""}).content.decode()

    assert re.search(r'id="copy-number-error".*\n?.*没有这个编号', wrong)
    assert re.search(r'name="number"[^>]*value="0000-0000-0000"[^>]*aria-invalid="true"[^>]*autofocus', wrong)
    assert '<option value="leaked" selected>' in wrong
    assert "copy-reason-error" not in wrong
    assert re.search(r'id="copy-reason"[^>]*aria-invalid="true"[^>]*autofocus', missing)
    assert re.search(rf'name="number"[^>]*value="{number}"', missing)
    assert "copy-number-error" not in missing
    assert desk.get(address)["Location"] == f"/issued/{journey.licence}"


def test_refuses_everybody_but_the_issuing_officers_of_the_own_agency(node: Node, journey: Journey) -> None:
    given = {"number": number_of(journey), "reason_code": "leaked"}
    clerk = officer(node, role=Role.COUNTER_OFFICER)
    for client, status in refused_at_the_issuing_desk(node, journey, clerk=clerk):
        assert client.post(f"/issued/{journey.licence}/copies/revoke", given).status_code == status
    assert "/copies/revoke" not in clerk.get(f"/issued/{journey.licence}").content.decode()
    assert not is_revoked()


def test_the_api_revokes_for_a_listed_reason_only(node: Node, journey: Journey) -> None:
    number, desk = number_of(journey), officer(node)

    def asked(client: Client, **body: str) -> Any:
        address = f"/api/v1/certificates/{journey.licence}/copies/revoke"
        return client.post(address, body, content_type="application/json")

    assert asked(desk, number=number, reason_code="other").status_code == 400
    unknown = asked(desk, number="0000-0000-0000", reason_code="leaked")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "copy.not_of_licence")
    foreign = asked(officer(node, agency_uscc=make_agency(which="hz_land").uscc), number=number, reason_code="leaked")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "issue.unknown")
    assert not is_revoked()
    assert asked(desk, number=number, reason_code="obtained_improperly").status_code == 204
    assert asked(desk, number=number, reason_code="obtained_improperly").status_code == 204
    assert is_revoked()
