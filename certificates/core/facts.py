"""Facts: derived yeses that are signed only when true, and only if they can never become false."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final, Literal

from accounts.core.identity_codes import check_citizen_id
from certificates.core.field_kinds import FieldKind
from certificates.core.licence_type_model import (
    FactDefinition,
    FactRule,
    FieldValue,
    FieldValues,
    LicenceTypeDefinition,
)

# China has one civil time, without summer time since 1991; a fixed offset needs no zone files.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

Argument = int | str | tuple[str, ...]


def shanghai_date(at: datetime) -> date:
    """This will return the calendar day in China at an aware moment: the `at` that facts and value rules want."""
    return at.astimezone(SHANGHAI).date()


def facts_true(definition: LicenceTypeDefinition, values: FieldValues, *, at: date) -> Mapping[str, Literal[True]]:
    """This will name the facts that hold on the day `at` (in China) for values that passed `check_values`.

    A fact of a field with one value for each holder holds only if it holds of all of them. A missing value, like a
    false fact, leaves no trace. Raises IdentityCodeError or ValueError only for values that were never checked.
    """
    return {
        fact.name: True
        for fact in definition.facts
        if fact.field in values and _holds(fact, _items(values[fact.field]), at)
    }


def _items(value: FieldValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _holds(fact: FactDefinition, items: tuple[str, ...], at: date) -> bool:
    rule = _RULES[fact.rule]
    return bool(items) and all(rule(item, fact.argument, at) for item in items)


def _years_passed(since: date, years: int, at: date) -> bool:
    # An age is reached on the day after the birthday (法释〔2006〕1号 art. 2). Comparing the parts, not two dates, also
    # settles 29 February: in other years that birthday is the last of February, the age reached on 1 March.
    return (at.year - years, at.month, at.day) > (since.year, since.month, since.day)


def _age_at_least(value: str, argument: Argument, at: date) -> bool:
    return isinstance(argument, int) and _years_passed(check_citizen_id(value).birth_date, argument, at)


def _years_since(value: str, argument: Argument, at: date) -> bool:
    return isinstance(argument, int) and _years_passed(date.fromisoformat(value), argument, at)


def _code_begins_with(value: str, argument: Argument, at: date) -> bool:
    return isinstance(argument, str) and value.startswith(argument)


def _value_in(value: str, argument: Argument, at: date) -> bool:
    return isinstance(argument, tuple) and value in argument


# The closed table. A rule enters it only if a yes stays a yes: "under 60" or "area over 90" have no place here.
_RULES: Mapping[FactRule, Callable[[str, Argument, date], bool]] = MappingProxyType(
    {
        FactRule.AGE_AT_LEAST: _age_at_least,
        FactRule.YEARS_SINCE: _years_since,
        FactRule.CODE_BEGINS_WITH: _code_begins_with,
        FactRule.VALUE_IN: _value_in,
    }
)

# Which kinds of field a rule can read, and what its argument must be.
RULE_KINDS: Mapping[FactRule, frozenset[FieldKind]] = MappingProxyType(
    {
        FactRule.AGE_AT_LEAST: frozenset({FieldKind.CITIZEN_ID}),
        FactRule.YEARS_SINCE: frozenset({FieldKind.DATE}),
        FactRule.CODE_BEGINS_WITH: frozenset({FieldKind.USCC}),
        FactRule.VALUE_IN: frozenset({FieldKind.ENUM, FieldKind.REGION}),
    }
)
RULE_ARGUMENTS: Mapping[FactRule, type] = MappingProxyType(
    {
        FactRule.AGE_AT_LEAST: int,
        FactRule.YEARS_SINCE: int,
        FactRule.CODE_BEGINS_WITH: str,
        FactRule.VALUE_IN: tuple,
    }
)
