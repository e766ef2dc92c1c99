"""What a counter is told is exactly what is recorded, and nothing is shown beside a red verdict."""

import json
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.core.copy_claims import CopyClaims
from certificates.core.grains import Grain
from certificates.core.licence_types import parse_licence_type
from certificates.core.sd_jwt_format import Shown
from tests.unit.verification.province import NOW
from verification.core.answer_content import Told, tell
from verification.core.answer_view import view_fields
from verification.core.lookup_members import shown_field
from verification.core.verdict import Check, Outcome, Verdict

DEMO = Path(__file__).parents[3] / "demo" / "licence_types"
TYPE = parse_licence_type(tomllib.loads((DEMO / "constructor-registration.v1.toml").read_text("utf-8")))
SHOWN = {
    "specialities": Shown(Grain.FULL, ("建筑工程", "市政公用工程")),
    "holder_name": Shown(Grain.MASKED, "张**"),
    "age_over_18": Shown(Grain.FACT, True),
    "sex": Shown(Grain.FULL, "女"),
}
STATEMENT: Any = SimpleNamespace(
    shown=SHOWN,
    type_code=TYPE.code,
    region_code="330000",
    key=SimpleNamespace(agency_uscc="u", agency_name_zh="厅", agency_name_en="Dept"),
    copy=None,
    expires_at=NOW,
)


def told(outcome: Outcome, **changes: Any) -> Told:
    verdict = Verdict(checks=(Check(number=5, outcome=outcome, code="status.valid", age_seconds=7),), at=NOW)
    values: dict[str, Any] = {
        "verdict": verdict,
        "statement": STATEMENT,
        "definition": TYPE,
        "allowed": frozenset({"specialities", "holder_name", "age_over_18"}),
        "withheld": ("birth_date",),
        "policy": {"trust_list": 3, "usage_list": None},
    }
    return tell(**(values | changes))


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.UNDETERMINED])
def test_shows_the_allowed_fields_in_the_types_order_and_commits_to_each(outcome: Outcome) -> None:
    answer = told(outcome)
    names = [item["name"] for item in answer.body["view"]["fields"]]
    assert names == ["holder_name", "age_over_18", "specialities"]
    assert {f"{item.name}.{item.grain}" for item in map(shown_field, answer.members) if item} == {
        "holder_name.masked",
        "age_over_18.fact",
        "specialities.full",
    }
    assert answer.members["field.specialities.full"] == ["建筑工程", "市政公用工程"]
    assert answer.members["withheld"] == ["birth_date"]
    assert answer.members["policy"] == {"trust_list": 3}
    assert answer.members["status.age"] == 7
    json.dumps(answer.body)


def test_shows_and_commits_to_no_field_under_an_invalid_verdict() -> None:
    answer = told(Outcome.FAILED)
    assert answer.body["view"]["fields"] == []
    assert not [name for name in answer.members if shown_field(name)]
    assert answer.body["view"]["type_code"] == TYPE.code  # which licence it is about may be said


def test_the_entry_is_bound_to_what_was_told() -> None:
    one, other = told(Outcome.PASSED), told(Outcome.PASSED, allowed=frozenset({"holder_name"}))
    assert one.members["answer.sha256"] != other.members["answer.sha256"]


def test_without_a_statement_nothing_is_named() -> None:
    view = told(Outcome.UNDETERMINED, statement=None, definition=None).body["view"]
    assert (view["type_code"], view["agency"], view["fields"]) == (None, None, [])


def test_fields_of_an_unknown_type_stand_under_their_names() -> None:
    fields = view_fields(SHOWN, definition=None, names=SHOWN)
    assert [(item.name, item.title_zh) for item in fields] == [(name, name) for name in sorted(SHOWN)]
    assert "张" not in repr(fields)


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.FAILED])
def test_says_of_a_copy_for_what_and_for_whom_it_is_whatever_the_verdict(outcome: Outcome) -> None:
    copy = CopyClaims(number="7Q4K-09ZT-MXB2", purpose="投标", recipient="湖州市城市建设投资集团")
    of_copy = SimpleNamespace(**{**vars(STATEMENT), "copy": copy})

    answer = told(outcome, statement=of_copy)

    stated = answer.body["view"]["copy"]
    assert (stated["number"], stated["purpose"], stated["recipient"]) == copy
    assert stated["note"]["code"] == "copy.only_for"
    assert answer.members["copy.number"] == copy.number
    assert "copy" not in told(outcome).body["view"]
