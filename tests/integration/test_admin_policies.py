"""The administration changes rules by new versions; old ones can only be read."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.admin_steps import MATTER, registered
from tests.integration.factories import CONSTRUCTOR, Node
from verification.models import Matter, UsageRule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_folder")]


def test_a_changed_rule_is_a_new_version_and_the_old_one_can_only_be_read(filled: Node, administrator: Client) -> None:
    first = UsageRule.objects.get()
    change = reverse("admin:verification_usagerule_change", args=[first.pk])
    bad = administrator.post(change, {"fields": '{"no_such": "full"}'})
    assert "policy.field" in bad.content.decode()
    assert UsageRule.objects.count() == 1
    answer = administrator.post(
        change, {"fields": '{"holder_name": "masked"}', "matter_code": "smuggled", "version": "9"}
    )
    assert answer.status_code == 302
    second = UsageRule.objects.get(is_active=True)
    assert (second.version, second.matter_code, second.fields) == (2, MATTER, {"holder_name": "masked"})
    first.refresh_from_db()
    assert (first.is_active, first.fields) == (False, {"holder_name": "full"})
    assert administrator.post(change, {"fields": "{}"}).status_code == 403
    assert administrator.get(change).status_code == 200
    listing = reverse("admin:verification_usagerule_changelist")
    administrator.post(listing, {"action": "end_rules", "_selected_action": [str(second.pk)]})
    assert not UsageRule.objects.filter(is_active=True).exists()
    form = {"type_code": CONSTRUCTOR, "relying_region": "510000", "agency_uscc": "*", "matter_code": MATTER}
    add = reverse("admin:verification_usagerule_add")
    assert administrator.post(add, {**form, "fields": '{"holder_name": "full"}'}).status_code == 302
    assert UsageRule.objects.get(relying_region="510000").version == 1


def test_the_other_policies_are_changed_in_the_same_way(filled: Node, administrator: Client) -> None:
    for name, form in (
        ("recognitionrule", {"required": '{"holder_name": "masked"}'}),
        ("purposerules", {"rules": '{"min_length": 8, "max_length": 100, "copies_allowed": 1}'}),
    ):
        pages = next(pages for model, pages in registered() if model._meta.model_name == name)
        row = pages.model._default_manager.get()
        assert administrator.post(reverse(f"admin:verification_{name}_change", args=[row.pk]), form).status_code == 302
        versions = pages.model._default_manager.order_by("version").values_list("version", "is_active")
        assert list(versions) == [(1, False), (2, True)]
    matter = Matter.objects.get()
    form = {
        "name_zh": "改名的事项",
        "name_en": "Renamed",
        "in_force_from": "2026-01-01",
        "in_force_to": "2026-12-31",
        "case_pattern": "(a+)+",
        "code": "smuggled",
    }
    change = reverse("admin:verification_matter_change", args=[matter.pk])
    assert "policy.pattern" in administrator.post(change, form).content.decode()
    assert administrator.post(change, {**form, "case_pattern": "A[0-9]{4}"}).status_code == 302
    matter.refresh_from_db()
    assert (matter.code, matter.name_zh, str(matter.in_force_to)) == (MATTER, "改名的事项", "2026-12-31")
