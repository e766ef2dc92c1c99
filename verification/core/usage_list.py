"""The usage list 用证清单 of the issuing side: which agency may, for which matter, see which fields at which grain.

Deny by default: without a rule nothing is shown. Three things bound each field, and the narrowest wins: what is
wanted, what the rule allows, and what the holder chose to offer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from types import MappingProxyType
from typing import Final

from certificates.core.grains import Grain, narrowest

ANY: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRule:
    """This will hold one line of the list; `relying_region` and `agency_uscc` may be `*`, the matter never.

    `past_dates`: for this matter it may also be asked how things stood on a past date. `copies`: copies 加注件 of what a
    look showed may be made for its case.
    """

    type_code: str
    relying_region: str
    agency_uscc: str
    matter_code: str
    fields: Mapping[str, Grain]
    version: int
    past_dates: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDecision:
    """This will hold what may be shown; `narrowed` fields are shown at less than wanted, `withheld` ones not at all."""

    allowed: Mapping[str, Grain]
    narrowed: tuple[str, ...]
    withheld: tuple[str, ...]
    rule_version: int | None
    past_dates: bool = False
    copies: bool = False

    @property
    def code(self) -> str:
        """This will say why: `usage.allowed`, `usage.nothing_allowed` or `usage.no_rule`."""
        if self.rule_version is None:
            return "usage.no_rule"
        return "usage.allowed" if self.allowed else "usage.nothing_allowed"


def cut(
    rules: Iterable[UsageRule],
    *,
    type_code: str,
    region: str,
    agency: str,
    matter: str,
    wanted: Mapping[str, Grain],
    offered: Mapping[str, Grain],
) -> UsageDecision:
    """This will decide, field by field, at which grain the wanted fields may be shown.

    The most specific rule decides alone: one for the agency beats one for its region, which beats `*`. Of several
    equally specific ones, the narrowest grain of each field counts.
    """
    matching = [rule for rule in rules if _matches(rule, type_code, region, agency, matter)]
    best = max((_specificity(rule) for rule in matching), default=None)
    deciding = [rule for rule in matching if _specificity(rule) == best]
    shown = {
        name: reduce(
            narrowest,
            (rule.fields.get(name, Grain.WITHHELD) for rule in deciding),
            narrowest(grain, offered.get(name, Grain.WITHHELD)) if deciding else Grain.WITHHELD,
        )
        for name, grain in wanted.items()
        if grain is not Grain.WITHHELD
    }
    return UsageDecision(
        allowed=MappingProxyType({name: grain for name, grain in shown.items() if grain is not Grain.WITHHELD}),
        narrowed=tuple(
            sorted(name for name, grain in shown.items() if Grain.WITHHELD is not grain is not wanted[name])
        ),
        withheld=tuple(sorted(name for name, grain in shown.items() if grain is Grain.WITHHELD)),
        rule_version=max((rule.version for rule in deciding), default=None),
        past_dates=bool(deciding) and all(rule.past_dates for rule in deciding),
        copies=bool(deciding) and all(rule.copies for rule in deciding),
    )


def past_refusal(*, as_of: datetime, is_allowed: bool, at: datetime, most_days: int) -> str:
    """This will give the code of why this side does not say how things stood at a past moment, or nothing where it does."""
    if not is_allowed:
        return "usage.past_not_allowed"
    if as_of > at:
        return "request.as_of_future"
    return "request.as_of_too_old" if at - as_of > timedelta(days=most_days) else ""


def _matches(rule: UsageRule, type_code: str, region: str, agency: str, matter: str) -> bool:
    return (
        rule.type_code == type_code
        and rule.matter_code == matter
        and rule.relying_region in {ANY, region}
        and rule.agency_uscc in {ANY, agency}
    )


def _specificity(rule: UsageRule) -> tuple[bool, bool]:
    return rule.agency_uscc != ANY, rule.relying_region != ANY
