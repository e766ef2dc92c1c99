"""The issuing desk: from the list of types to a licence with its identifier, and changing its state."""

import re
import tomllib
from typing import Any
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from certificates.core.grains import Grain
from certificates.core.licence_types import parse_licence_type
from certificates.models import Certificate, CertificateHolder, IssuerKey, KeyState
from certificates.pages.issue_form import IssueForm
from certificates.services.disclose_credential import disclose_credential
from tests.functional.page_steps import hidden, officer, words
from tests.integration.factories import (
    AT,
    CONSTRUCTOR,
    DEMO,
    FOOD,
    REAL_ESTATE,
    Node,
    make_agency,
    officer_of,
    release,
    sample,
)

pytestmark = pytest.mark.django_db

OF_THE_NODE = {"issuing_authority", "issuing_authority_code", "valid_from", "valid_until"}


def typed(code: str, page: bytes, **changes: str) -> dict[str, str]:
    """What an officer types for the demo's licence: lists one item a line."""
    licence: dict[str, Any] = sample(code)
    form = {
        f"field.{name}": value if isinstance(value, str) else "\n".join(value)
        for name, value in licence["values"].items()
        if name not in OF_THE_NODE
    }
    return {
        **form,
        "idempotency_key": hidden(page, "idempotency_key"),
        "valid_from": licence["valid_from"],
        "valid_until": licence.get("valid_until", ""),
        **changes,
    }


def identifier_of(licence: UUID) -> str:
    return Certificate.objects.get(pk=licence).identifier


def form_of(client: Client, code: str, **changes: str) -> dict[str, str]:
    return typed(code, client.get(f"/issue/{code}").content, **changes)


def test_lists_the_types_and_makes_the_form_from_the_types_fields(node: Node) -> None:
    client = officer(node)

    listed = words(client.get("/issue").content)
    assert "二级建造师注册证书" in listed
    assert "食品经营许可证" in listed
    form = client.get(f"/issue/{CONSTRUCTOR}")
    assert "no-store" in form["Cache-Control"]
    shown = words(form.content)
    assert "聘用企业" in shown
    assert "发证机关" not in shown  # the node fills in who issues


def test_lists_only_what_the_own_agencys_active_key_may_sign(node: Node) -> None:
    IssuerKey.objects.update(licence_types=[FOOD])
    client = officer(node)

    listed = words(client.get("/issue").content)
    assert "食品经营许可证" in listed
    assert "二级建造师注册证书" not in listed
    refused = client.post(f"/issue/{CONSTRUCTOR}", {**form_of(client, CONSTRUCTOR), "step": "issue"})
    assert "签发密钥不能签发这类证照" in words(refused.content)

    IssuerKey.objects.update(state=KeyState.RETIRED, to_at=timezone.now())
    assert "没有可以签发的证照类型" in words(client.get("/issue").content)


def test_the_list_of_issued_licences_goes_page_by_page(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certificates.pages.issued.PAGE", 1)
    first = node.issue()
    second = node.issue(node.request(FOOD), key="second")
    client = officer(node)

    pages = [words(client.get(f"/issued?page={number}").content) for number in (1, 2)]

    for licence in (first, second):
        assert sum(identifier_of(licence) in page for page in pages) == 1
    assert "更早的" in pages[0]
    assert "更早的" not in pages[1]
    assert "2026-11-23" in pages[0]  # when it was issued
    assert client.get("/issued?page=0").status_code == client.get("/issued?page=x").status_code == 404


def test_says_may_be_left_empty_only_where_it_may(node: Node) -> None:
    for name, needed in (("special-work", True), ("constructor-registration", False)):
        definition = parse_licence_type(tomllib.loads((DEMO / "licence_types" / f"{name}.v1.toml").read_text("utf-8")))
        form = IssueForm(definition=definition, caller=officer_of(node.agency), today=AT.date())
        shown = render_to_string("parts/field.html", {"field": form["photo"]})
        assert ("可不填" not in shown) is needed


def test_an_unknown_type_is_not_found(node: Node) -> None:
    assert officer(node).get("/issue/11100000000013338W999").status_code == 404


@pytest.mark.parametrize("code", [CONSTRUCTOR, REAL_ESTATE, FOOD])
def test_issues_what_was_typed_compared_and_confirmed(node: Node, code: str) -> None:
    client = officer(node)
    form = form_of(client, code)

    compared = client.post(f"/issue/{code}", {**form, "step": "check"})
    assert compared.status_code == 200, words(compared.content)
    assert node.agency.name_zh in words(compared.content)
    assert Certificate.objects.count() == 0
    confirmed = {name: hidden(compared.content, name) if name in form else "" for name in form}
    issued = client.post(f"/issue/{code}", {**confirmed, "step": "issue"})

    certificate = Certificate.objects.get()
    assert issued["Location"] == f"/issued/{certificate.pk}"
    number = sample(code)["values"]["certificate_number"]
    release(certificate.pk)
    shown = disclose_credential(certificate_id=certificate.pk, grains={"certificate_number": Grain.FULL})
    assert shown.offered == {"certificate_number": Grain.FULL}
    page = words(client.get(issued["Location"]).content)
    assert certificate.identifier in page
    assert number not in page  # metadata only


def test_sending_the_confirmation_twice_issues_one_licence(node: Node) -> None:
    client = officer(node)
    form = {**form_of(client, CONSTRUCTOR), "step": "issue"}

    first, second = (client.post(f"/issue/{CONSTRUCTOR}", form) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Certificate.objects.count() == 1


def test_the_lint_of_the_type_speaks_at_the_field(node: Node) -> None:
    client = officer(node)
    form = form_of(client, CONSTRUCTOR, **{"field.holder_code": "330106199003071234"})

    answer = client.post(f"/issue/{CONSTRUCTOR}", {**form, "step": "issue"})

    assert "证件号码不正确" in words(answer.content)
    assert re.search(r'name="field.holder_code"[^>]*aria-invalid="true"', answer.content.decode())
    assert Certificate.objects.count() == 0


def test_going_back_keeps_what_was_typed(node: Node) -> None:
    client = officer(node)
    form = form_of(client, CONSTRUCTOR)

    answer = client.post(f"/issue/{CONSTRUCTOR}", {**form, "step": "edit"}).content.decode()

    assert form["field.holder_name"] in answer
    assert '<input type="hidden" name="step" value="check">' in answer


def test_no_address_of_the_desk_holds_anything_typed(node: Node) -> None:
    client = officer(node)
    answer = client.post(f"/issue/{CONSTRUCTOR}", {**form_of(client, CONSTRUCTOR), "step": "issue"})

    assert re.fullmatch(r"/issued/[0-9a-f-]{36}", answer["Location"])


def test_changes_a_state_and_shows_it(node: Node) -> None:
    licence = node.issue()
    client = officer(node)

    assert "有效" in words(client.get(f"/issued/{licence}").content)
    client.post(f"/issued/{licence}/state", {"change": "suspend", "reason_code": "investigation"})
    suspended = words(client.get(f"/issued/{licence}").content)
    form = {"change": "revoke", "reason_code": "penalty"}
    unconfirmed = client.post(f"/issued/{licence}/state", form, follow=True)
    unreasoned = client.post(
        f"/issued/{licence}/state", {**form, "reason_code": "", "confirm": identifier_of(licence)}, follow=True
    )
    assert Certificate.objects.get().state == "suspended"
    client.post(f"/issued/{licence}/state", {**form, "confirm": identifier_of(licence)})
    revoked = words(client.get(f"/issued/{licence}").content)
    again = client.post(f"/issued/{licence}/state", {"change": "reinstate", "reason_code": "cleared"}, follow=True)

    assert "请先勾选确认" in words(unconfirmed.content)
    assert re.search(r'value="penalty" selected', unconfirmed.content.decode())
    assert re.search(r'name="confirm"[^>]*aria-invalid="true"', unconfirmed.content.decode())
    assert "请选择原因" in words(unreasoned.content)
    assert re.search(r'id="reason-revoke"[^>]*aria-invalid="true"', unreasoned.content.decode())
    assert client.get(f"/issued/{licence}/state")["Location"] == f"/issued/{licence}"
    assert f"我确认撤销 {identifier_of(licence)}" in suspended
    assert "暂扣" in suspended
    assert "恢复" in suspended
    assert "已撤销" in revoked
    assert "改变状态" not in revoked
    assert "不能这样改变" in words(again.content)
    assert Certificate.objects.get().state == "revoked"


def test_refuses_another_agencys_certificate(node: Node) -> None:
    licence = node.issue()
    other = make_agency(which="hz_land")
    client = officer(node, agency_uscc=other.uscc)

    assert client.get(f"/issued/{licence}").status_code == 404
    client.post(f"/issued/{licence}/state", {"change": "revoke", "reason_code": "penalty"})
    assert Certificate.objects.get().state == "valid"
    assert str(licence) not in words(client.get("/issued").content)


def test_lists_show_numbers_and_no_holder(node: Node) -> None:
    licence = node.issue()
    told = words(officer(node).get("/issued").content)

    assert Certificate.objects.get(pk=licence).identifier in told
    assert sample(CONSTRUCTOR)["values"]["holder_name"] not in told
    assert CertificateHolder.objects.filter(certificate=licence).exists()
