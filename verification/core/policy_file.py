"""Reading a node's policies from data: matters, usage list, recognition rules and rules for stated purposes.

One file may hold the policies of several regions; only the rows of the node's own region are read. Unknown members are
refused: a rule that was misspelt must not silently allow more than meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from accounts.core.errors import IdentityCodeError
from accounts.core.organisation_codes import check_uscc
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import FIELD_NAME
from verification.core.data_pattern import compile_pattern
from verification.core.errors import PolicyError
from verification.core.matters import Matter, PurposeRules, check_case_number
from verification.core.recognition_rule import RecognitionRule
from verification.core.request_policy import DEFAULT_PURPOSE_RULES, AgencyMatter
from verification.core.usage_list import ANY, UsageRule

_TABLES: Final = {"matters", "usage_rules", "recognition_rules", "purpose_rules"}
_MATTER: Final = {"region", "agency", "code", "name_zh", "name_en", "in_force_from", "in_force_to", "case_pattern"} | {
    "case_example",
    "past_days",
}
_USAGE: Final = {"region", "version", "type_code", "relying_region", "agency_uscc", "matter_code", "fields"} | {
    "past_dates",
    "copies",
}
_RECOGNITION: Final = {"region", "version", "type_code", "issuing_region", "matter_code"} | {
    "presence_required",
    "required",
}
_PURPOSE: Final = {"version", "min_length", "max_length", "copies_allowed", "min_distinct"} | {
    "placeholders",
    "placeholder_patterns",
}
LONGEST: Final[Mapping[str, int]] = MappingProxyType(  # characters
    {"type_code": 21, "agency": 18, "agency_uscc": 18, "relying_region": 6, "issuing_region": 6, "code": 64}
    | {"matter_code": 64, "name_zh": 120, "name_en": 200, "case_pattern": 200}
)
LARGEST_WHOLE: Final = 2**31 - 1  # what a database's integer holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """This will hold what one region's rows say; `purpose_rules` is None where the file has none."""

    matters: tuple[tuple[AgencyMatter, str], ...]
    usage_rules: tuple[UsageRule, ...]
    recognition_rules: tuple[RecognitionRule, ...]
    purpose_rules: tuple[PurposeRules, int] | None


def read_policies(data: Mapping[str, Any], *, region: str) -> Policies:
    """This will read the region's rows strictly; raises PolicyError `policy.format|pattern|duplicate`, `case.pattern`."""
    _require(data.keys() <= _TABLES)
    own = {name: _rows(data, name, region) for name in ("matters", "usage_rules", "recognition_rules")}
    purpose = data.get("purpose_rules")
    policies = Policies(
        matters=tuple(_matter(row) for row in own["matters"]),
        usage_rules=tuple(_usage_rule(row) for row in own["usage_rules"]),
        recognition_rules=tuple(_recognition_rule(row) for row in own["recognition_rules"]),
        purpose_rules=None if purpose is None else _purpose_rules(purpose),
    )
    _require_once(item.matter.code for item, _ in policies.matters)
    _require_once((r.type_code, r.relying_region, r.agency_uscc, r.matter_code) for r in policies.usage_rules)
    _require_once((r.type_code, r.issuing_region, r.matter_code) for r in policies.recognition_rules)
    return policies


def rules_json(rules: PurposeRules) -> dict[str, Any]:
    """This will give the stored form of purpose rules, which `rules_from_json` reads."""
    return {
        "min_length": rules.min_length,
        "max_length": rules.max_length,
        "min_distinct": rules.min_distinct,
        "copies_allowed": rules.max_copies,
        "placeholders": sorted(rules.placeholders),
        "placeholder_patterns": list(rules.placeholder_patterns),
    }


def rules_from_json(data: Mapping[str, Any]) -> PurposeRules:
    """This will read purpose rules; raises PolicyError `policy.format|pattern`."""
    return _purpose_rules({**data, "version": 1})[0]


def _matter(row: Mapping[str, Any]) -> tuple[AgencyMatter, str]:
    _require(row.keys() <= _MATTER)
    uscc, example = _text(row, "agency"), row.get("case_example", "")
    try:
        check_uscc(uscc)
    except IdentityCodeError as error:
        raise _malformed() from error
    last = row.get("in_force_to")
    matter = Matter(
        code=_text(row, "code"),
        name_zh=_text(row, "name_zh"),
        name_en=_text(row, "name_en"),
        in_force_from=_day(row.get("in_force_from")),
        in_force_to=None if last is None else _day(last),
        case_pattern=_text(row, "case_pattern"),
        past_days=_whole(row.get("past_days", 0)),
    )
    compile_pattern(matter.case_pattern)
    _require(isinstance(example, str))
    if example:
        check_case_number(matter, example)
    return AgencyMatter(agency_uscc=uscc, matter=matter), example


def _usage_rule(row: Mapping[str, Any]) -> UsageRule:
    _require(row.keys() <= _USAGE and all(isinstance(row.get(name, False), bool) for name in ("past_dates", "copies")))
    return UsageRule(
        type_code=_text(row, "type_code"),
        relying_region=_text(row, "relying_region"),
        agency_uscc=_text(row, "agency_uscc"),
        matter_code=_concrete(_text(row, "matter_code")),
        fields=_grains(row.get("fields")),
        version=_whole(row.get("version")),
        past_dates=row.get("past_dates", False),
        copies=row.get("copies", False),
    )


def _recognition_rule(row: Mapping[str, Any]) -> RecognitionRule:
    _require(row.keys() <= _RECOGNITION and isinstance(row.get("presence_required", True), bool))
    return RecognitionRule(
        type_code=_text(row, "type_code"),
        issuing_region=_text(row, "issuing_region"),
        matter_code=_concrete(_text(row, "matter_code")),
        required=_grains(row.get("required")),
        presence_required=row.get("presence_required", True),
        version=_whole(row.get("version")),
    )


def _purpose_rules(row: Any) -> tuple[PurposeRules, int]:
    _require(isinstance(row, Mapping) and row.keys() <= _PURPOSE)
    patterns = _texts(row.get("placeholder_patterns", []))
    for pattern in patterns:
        compile_pattern(pattern)
    rules = PurposeRules(
        min_length=_whole(row.get("min_length")),
        max_length=_whole(row.get("max_length")),
        min_distinct=_whole(row.get("min_distinct", DEFAULT_PURPOSE_RULES.min_distinct)),
        max_copies=_whole(row.get("copies_allowed")),
        placeholders=frozenset(_texts(row.get("placeholders", []))),
        placeholder_patterns=patterns,
    )
    return rules, _whole(row.get("version"))


def _rows(data: Mapping[str, Any], name: str, region: str) -> list[Mapping[str, Any]]:
    rows = data.get(name, [])
    _require(isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows))
    return [row for row in rows if row.get("region") == region]


def _grains(fields: Any) -> Mapping[str, Grain]:
    _require(
        isinstance(fields, Mapping) and all(isinstance(name, str) and FIELD_NAME.fullmatch(name) for name in fields)
    )
    known = {grain.value: grain for grain in Grain}
    _require(all(isinstance(grain, str) and grain in known for grain in fields.values()))
    return MappingProxyType({name: known[grain] for name, grain in fields.items()})


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST[name] or not value.isprintable():
        raise _malformed()
    return value


def _texts(value: Any) -> tuple[str, ...]:
    _require(isinstance(value, list | tuple) and all(isinstance(item, str) and item for item in value))
    return tuple(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_WHOLE:
        raise _malformed()
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _malformed() from error


def _concrete(matter_code: str) -> str:
    _require(matter_code != ANY)
    return matter_code


def _require_once(keys: Iterable[object]) -> None:
    found = list(keys)
    if len(set(found)) != len(found):
        raise PolicyError("policy.duplicate", "two rows of one file speak of the same thing")


def _require(holds: bool) -> None:
    if not holds:
        raise _malformed()


def _malformed() -> PolicyError:
    return PolicyError("policy.format", "a row of the policies does not have its agreed form")
