"""A node's policies come whole from a file, only grow in version, and a misspelt rule allows nothing."""

import copy
from typing import Any

import pytest

from tests.integration.factories import AT, CONSTRUCTOR, POLICIES, Node
from tests.integration.recognition_steps import COUNTER_USCC, HOME_MATTER, SC_MATTER
from verification.core.errors import PolicyError
from verification.core.request_policy import DEFAULT_PURPOSE_RULES
from verification.models import Matter, UsageRule
from verification.queries.policies import matters_in_force, purpose_rules, recognition_rules, usage_rules
from verification.services.load_policies import LoadedPolicies, load_policies

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("node")]


@pytest.fixture
def data() -> dict[str, Any]:
    return copy.deepcopy(POLICIES)


def load(data: dict[str, Any]) -> LoadedPolicies:
    return load_policies(data=data, at=AT)


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(PolicyError) as refused:
        load(data)
    return refused.value.code


def own(data: dict[str, Any], table: str) -> dict[str, Any]:
    return next(row for row in data[table] if row["region"] == "330000")


def test_takes_the_rows_of_the_nodes_own_region(data: dict[str, Any]) -> None:
    assert load(data) == LoadedPolicies(matters=1, usage_rules=4, recognition_rules=1)
    assert [one.code for one in matters_in_force(agency_uscc=COUNTER_USCC, on=AT.date())] == [HOME_MATTER]
    assert usage_rules(type_code=CONSTRUCTOR, matter_code=SC_MATTER)[0].relying_region == "510000"
    assert recognition_rules(matter_code=HOME_MATTER)[0].presence_required
    assert "测试" in purpose_rules().placeholders


def test_loading_the_same_again_changes_nothing(data: dict[str, Any]) -> None:
    load(data)
    rows = list(UsageRule.objects.order_by("pk").values())
    load(data)
    assert list(UsageRule.objects.order_by("pk").values()) == rows


def test_a_rule_that_the_file_no_longer_has_ends(data: dict[str, Any]) -> None:
    load(data)
    data["usage_rules"] = [row for row in data["usage_rules"] if row["matter_code"] != SC_MATTER]
    load(data)
    assert usage_rules(type_code=CONSTRUCTOR, matter_code=SC_MATTER) == ()
    assert UsageRule.objects.filter(matter_code=SC_MATTER).exists()


def test_refuses_changed_content_without_a_new_version(data: dict[str, Any]) -> None:
    load(data)
    own(data, "usage_rules")["fields"]["sex"] = "full"
    assert refusal(data) == "policy.conflict"
    own(data, "usage_rules")["version"] = 2
    load(data)
    assert "sex" in usage_rules(type_code=CONSTRUCTOR, matter_code=SC_MATTER)[0].fields


def test_refuses_an_older_version(data: dict[str, Any]) -> None:
    newer = copy.deepcopy(data)
    own(newer, "usage_rules")["version"] = 2
    load(newer)
    assert refusal(data) == "policy.older"


@pytest.mark.parametrize(
    ("table", "change", "code"),
    [
        ("usage_rules", {"feilds": {}}, "policy.format"),
        ("usage_rules", {"matter_code": "*"}, "policy.format"),
        ("usage_rules", {"fields": {"holder_name": "ful"}}, "policy.format"),
        ("usage_rules", {"fields": {"Holder Name": "full"}}, "policy.format"),
        ("usage_rules", {"version": True}, "policy.format"),
        ("recognition_rules", {"presence_required": "false"}, "policy.format"),
        ("matters", {"agency": "12330100MB9900048X"}, "policy.format"),
        ("matters", {"in_force_from": "2026-02-30"}, "policy.format"),
        ("matters", {"case_pattern": "(a+)+"}, "policy.pattern"),
        ("matters", {"case_example": "nothing like it"}, "case.pattern"),
    ],
)
def test_refuses_the_whole_file_for_one_bad_row(
    data: dict[str, Any], table: str, change: dict[str, Any], code: str
) -> None:
    own(data, table).update(change)
    assert refusal(data) == code
    assert not Matter.objects.exists()


def test_refuses_two_rows_about_the_same(data: dict[str, Any]) -> None:
    data["usage_rules"].append(own(data, "usage_rules"))
    assert refusal(data) == "policy.duplicate"


def test_refuses_a_table_it_does_not_know(data: dict[str, Any]) -> None:
    data["usage_rule"] = []
    assert refusal(data) == "policy.format"


def test_a_node_without_rules_for_purposes_has_the_defaults(node: Node) -> None:
    assert purpose_rules() == DEFAULT_PURPOSE_RULES
