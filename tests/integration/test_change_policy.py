"""Policies changed by hand: every change is a new version, and no rule may name what does not exist."""

from typing import Any

import pytest

from accounts.core.errors import AccountsError
from certificates.core.errors import CertificatesError
from tests.integration.factories import CONSTRUCTOR, Node
from verification.core.errors import VerificationError
from verification.models import Matter, PurposeRules, RecognitionRule, UsageRule
from verification.queries.policies import purpose_rules, recognition_rules, usage_rules
from verification.services.change_policy import PolicyTable, change_policy
from verification.services.end_rule import end_rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("node")]

USCC = "12330100MB9900048F"
MATTER = f"{USCC}3330117001001"
MATTER_ROW = {
    "agency": USCC,
    "code": MATTER,
    "name_zh": "项目负责人资格核验",
    "name_en": "Check of a project manager",
    "in_force_from": "2026-01-01",
    "case_pattern": "HZZB20[0-9]{2}[0-9]{5}",
    "case_example": "HZZB202600012",
}
USAGE_ROW = {
    "type_code": CONSTRUCTOR,
    "relying_region": "510000",
    "agency_uscc": "*",
    "matter_code": MATTER,
    "fields": {"holder_name": "full", "holder_code": "masked", "age_over_18": "fact"},
}
RECOGNITION_ROW = {
    "type_code": CONSTRUCTOR,
    "issuing_region": "*",
    "matter_code": MATTER,
    "required": {"holder_name": "full"},
    "presence_required": True,
}
PURPOSE_ROW = {"min_length": 6, "max_length": 200, "copies_allowed": 3, "placeholders": ["测试"]}


def _usage(**changes: Any) -> int:
    return change_policy(table=PolicyTable.USAGE, row={**USAGE_ROW, **changes})


def _code(table: PolicyTable, row: dict[str, Any]) -> str:
    with pytest.raises((AccountsError, CertificatesError, VerificationError)) as refused:
        change_policy(table=table, row=row)
    return refused.value.code


def test_a_changed_rule_is_a_new_version_and_the_old_one_stays() -> None:
    first = _usage()
    second = _usage(fields={"holder_name": "masked"})
    rows = {row.pk: (row.version, row.is_active, row.fields) for row in UsageRule.objects.all()}
    assert rows == {
        first: (1, False, USAGE_ROW["fields"]),
        second: (2, True, {"holder_name": "masked"}),
    }
    (rule,) = usage_rules(type_code=CONSTRUCTOR, matter_code=MATTER)
    assert (rule.version, dict(rule.fields)) == (2, {"holder_name": "masked"})


def test_unchanged_content_changes_nothing() -> None:
    assert _usage() == _usage()
    assert UsageRule.objects.count() == 1


def test_rules_of_another_key_are_left_alone() -> None:
    _usage()
    _usage(agency_uscc=USCC)
    assert UsageRule.objects.filter(is_active=True, version=1).count() == 2


def test_an_ended_rule_decides_no_more_and_comes_back_as_a_new_version() -> None:
    number = _usage()
    end_rule(table=PolicyTable.USAGE, rule_id=number)
    assert usage_rules(type_code=CONSTRUCTOR, matter_code=MATTER) == ()
    again = _usage()
    assert UsageRule.objects.get(pk=again).version == 2
    assert UsageRule.objects.filter(pk=number, is_active=False).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fields": {"no_such_field": "full"}}, "policy.field"),
        ({"fields": {"holder_name": "fact"}}, "policy.field"),
        ({"fields": {"age_over_18": "full"}}, "policy.field"),
        ({"fields": {"holder_name": "half"}}, "policy.format"),
        ({"fields": ["holder_name"]}, "policy.format"),
        ({"matter_code": "*"}, "policy.format"),
        ({"matter_code": ""}, "policy.format"),
        ({"type_code": "unknown"}, "licence_type.unknown"),
        ({"relying_region": "999999"}, "identity.region.unknown"),
        ({"agency_uscc": "12330100MB9900048G"}, "identity.uscc.check_digit"),
        ({"note": "x"}, "policy.format"),
    ],
)
def test_refuses_a_usage_rule_about_nothing(change: dict[str, Any], code: str) -> None:
    assert _code(PolicyTable.USAGE, {**USAGE_ROW, **change}) == code
    assert not UsageRule.objects.exists()


def test_a_recognition_rule_needs_a_matter_of_this_node() -> None:
    assert _code(PolicyTable.RECOGNITION, RECOGNITION_ROW) == "matter.unknown"
    change_policy(table=PolicyTable.MATTERS, row=MATTER_ROW)
    change_policy(table=PolicyTable.RECOGNITION, row=RECOGNITION_ROW)
    change_policy(table=PolicyTable.RECOGNITION, row={**RECOGNITION_ROW, "presence_required": False})
    (rule,) = recognition_rules(matter_code=MATTER)
    assert (rule.version, rule.presence_required) == (2, False)
    assert RecognitionRule.objects.count() == 2


def test_a_matter_is_changed_in_place_and_never_moves_to_another_agency(node: Node) -> None:
    number = change_policy(table=PolicyTable.MATTERS, row=MATTER_ROW)
    assert change_policy(table=PolicyTable.MATTERS, row={**MATTER_ROW, "in_force_to": "2026-12-31"}) == number
    assert str(Matter.objects.get().in_force_to) == "2026-12-31"
    assert _code(PolicyTable.MATTERS, {**MATTER_ROW, "agency": node.agency.uscc}) == "policy.conflict"
    assert Matter.objects.get().agency_uscc == USCC


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"case_pattern": "(a+)+"}, "policy.pattern"),
        ({"case_example": "other"}, "case.pattern"),
        ({"agency": "x"}, "policy.format"),
        ({"in_force_from": "yesterday"}, "policy.format"),
    ],
)
def test_refuses_a_matter_that_could_not_be_used(change: dict[str, Any], code: str) -> None:
    assert _code(PolicyTable.MATTERS, {**MATTER_ROW, **change}) == code


def test_purpose_rules_have_one_version_in_force() -> None:
    change_policy(table=PolicyTable.PURPOSE, row=PURPOSE_ROW)
    change_policy(table=PolicyTable.PURPOSE, row={**PURPOSE_ROW, "min_length": 8})
    assert purpose_rules().min_length == 8
    assert list(PurposeRules.objects.order_by("version").values_list("version", "is_active")) == [(1, False), (2, True)]
    assert _code(PolicyTable.PURPOSE, {**PURPOSE_ROW, "max_length": "many"}) == "policy.format"


def test_refuses_to_end_what_is_no_rule() -> None:
    number = change_policy(table=PolicyTable.MATTERS, row=MATTER_ROW)
    for table, rule_id in ((PolicyTable.MATTERS, number), (PolicyTable.USAGE, 4711)):
        with pytest.raises(VerificationError) as refused:
            end_rule(table=table, rule_id=rule_id)
        assert refused.value.code == "policy.unknown"
