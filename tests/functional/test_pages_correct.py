"""Correcting a licence at the desk: typed anew, compared, and only then the old version ends."""

from uuid import UUID

import pytest
from django.test import Client

from accounts.core.permissions import Role
from certificates.models import Certificate
from tests.functional.page_steps import hidden, officer, words
from tests.functional.test_pages_issue import identifier_of, typed
from tests.integration.factories import CONSTRUCTOR, FOOD, Node, make_agency, sample

pytestmark = pytest.mark.django_db


def form_for(client: Client, licence: UUID, **changes: str) -> dict[str, str]:
    page = client.get(f"/issued/{licence}/correct")
    assert page.status_code == 200
    return typed(CONSTRUCTOR, page.content, **{"field.employer": "浙江另一建设有限公司", **changes})


def confirmed(licence: UUID, form: dict[str, str]) -> dict[str, str]:
    return {**form, "step": "issue", "replaces": Certificate.objects.get(pk=licence).identifier}


def test_the_form_names_what_it_replaces_and_shows_nothing_of_it(node: Node) -> None:
    licence = node.issue()
    client = officer(node)

    assert f"/issued/{licence}/correct" in client.get(f"/issued/{licence}").content.decode()
    answer = client.get(f"/issued/{licence}/correct")
    told = words(answer.content)

    assert "no-store" in answer["Cache-Control"]
    assert "签发第 002 版，取代第 001 版" in told
    assert Certificate.objects.get().identifier in told
    for name in ("holder_name", "holder_code", "certificate_number"):
        assert sample(CONSTRUCTOR)["values"][name] not in answer.content.decode()


def test_issues_the_next_version_once_what_it_replaces_is_confirmed(node: Node) -> None:
    licence = node.issue()
    client = officer(node)
    form = form_for(client, licence)

    compared = client.post(f"/issued/{licence}/correct", {**form, "step": "check"})
    assert "签发第 002 版，取代第 001 版" in words(compared.content)
    assert hidden(compared.content, "field.employer") == "浙江另一建设有限公司"
    unconfirmed = client.post(f"/issued/{licence}/correct", {**form, "step": "issue"})
    assert "请先确认要取代的版本" in words(unconfirmed.content)
    assert Certificate.objects.count() == 1

    answer = client.post(f"/issued/{licence}/correct", confirmed(licence, form), follow=True)

    new = Certificate.objects.get(version=2)
    assert answer.redirect_chain == [(f"/issued/{new.pk}", 302)]
    assert "已受理变更" in words(answer.content)
    assert "被取代的旧版本" in words(answer.content)
    assert new.replaces_id == licence
    assert "已变更" in words(client.get(f"/issued/{licence}").content)
    assert f"/issued/{licence}/correct" not in client.get(f"/issued/{licence}").content.decode()


def test_a_confirmation_sent_twice_corrects_once(node: Node) -> None:
    licence = node.issue()
    client = officer(node)
    form = confirmed(licence, form_for(client, licence))

    first, second = (client.post(f"/issued/{licence}/correct", form) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Certificate.objects.count() == 2


def test_refuses_a_licence_that_has_ended(node: Node) -> None:
    licence = node.issue()
    client = officer(node)
    form = confirmed(licence, form_for(client, licence))
    client.post(
        f"/issued/{licence}/state", {"change": "revoke", "reason_code": "penalty", "confirm": identifier_of(licence)}
    )

    assert "不能这样改变" in words(client.get(f"/issued/{licence}/correct", follow=True).content)
    late = client.post(f"/issued/{licence}/correct", form)

    assert "证照现在的状态不能这样改变" in words(late.content)
    assert Certificate.objects.get().state == "revoked"


def test_the_lint_of_the_type_speaks_at_the_field(node: Node) -> None:
    licence = node.issue()
    client = officer(node)
    form = confirmed(licence, form_for(client, licence, **{"field.holder_code": "330106199003071234"}))

    assert "证件号码不正确" in words(client.post(f"/issued/{licence}/correct", form).content)
    assert Certificate.objects.count() == 1


def test_the_type_is_the_licences_own(node: Node) -> None:
    licence = node.issue(node.request(FOOD))
    told = words(officer(node).get(f"/issued/{licence}/correct").content)

    assert "变更 食品经营许可证" in told


def test_refuses_others_licences_and_others_roles(node: Node) -> None:
    licence = node.issue()
    other = make_agency(which="hz_land")
    stranger = officer(node, agency_uscc=other.uscc)
    admin = officer(node, role=Role.AGENCY_ADMIN)

    assert stranger.get(f"/issued/{licence}/correct").status_code == 404
    assert stranger.post(f"/issued/{licence}/correct", {"step": "issue"}).status_code == 404
    assert admin.get(f"/issued/{licence}/correct").status_code == 403
    assert "correct" not in admin.get(f"/issued/{licence}").content.decode()
    assert Certificate.objects.get().state == "valid"
