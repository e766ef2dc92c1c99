"""The node's policies in force: matters, usage list, recognition rules, rules for stated purposes; asked of the database at every look."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.queries.compiled_read import CompiledRead
from certificates.core.grains import Grain
from verification.core.matters import Matter, PurposeRules
from verification.core.policy_file import rules_from_json
from verification.core.recognition_rule import RecognitionRule
from verification.core.request_policy import DEFAULT_PURPOSE_RULES, AgencyMatter
from verification.core.usage_list import ANY, UsageRule, cut
from verification.models import Matter as MatterRow
from verification.models import PurposeRules as PurposeRulesRow
from verification.models import RecognitionRule as RecognitionRuleRow
from verification.models import UsageRule as UsageRuleRow

_MATTER_COLUMNS = (
    "agency_uscc",
    "code",
    "name_zh",
    "name_en",
    "in_force_from",
    "in_force_to",
    "case_pattern",
    "past_days",
    "case_example",
)

_MATTER = CompiledRead(
    lambda given: MatterRow.objects.filter(code=given("code")).values_list(*_MATTER_COLUMNS),
)
_USAGE_RULES = CompiledRead(
    lambda given: (
        UsageRuleRow.objects.filter(type_code=given("type_code"), matter_code=given("matter_code"), is_active=True)
        .order_by("pk")
        .values_list(
            *("type_code", "relying_region", "agency_uscc", "matter_code", "fields", "version", "past_dates", "copies")
        )
    )
)
_RECOGNITION_RULES = CompiledRead(
    lambda given: (
        RecognitionRuleRow.objects.filter(matter_code=given("matter_code"), is_active=True)
        .order_by("pk")
        .values_list("type_code", "issuing_region", "matter_code", "required", "presence_required", "version")
    )
)
_PURPOSE_RULES = CompiledRead(
    lambda _: (
        PurposeRulesRow.objects.filter(is_active=True).order_by("-version").values_list(Cast("rules", TextField()))[:1]
    )
)


def agency_matter(*, code: str) -> AgencyMatter | None:
    """This will give a matter with the agency it belongs to, in force or not, or None."""
    row = _MATTER.first(code=code)
    return None if row is None else _agency_matter(row)


def matters_in_force(*, agency_uscc: str, on: date) -> tuple[Matter, ...]:
    """This will list what an agency may look up for on a day in China, by name."""
    open_end = Q(in_force_to__isnull=True) | Q(in_force_to__gte=on)
    rows = MatterRow.objects.filter(open_end, agency_uscc=agency_uscc, in_force_from__lte=on)
    return tuple(_agency_matter(row).matter for row in rows.order_by("name_zh", "code").values_list(*_MATTER_COLUMNS))


def usage_rules(*, type_code: str, matter_code: str) -> tuple[UsageRule, ...]:
    """This will give the active rules for a type and matter."""
    return tuple(
        UsageRule(
            type_code=stated_type,
            relying_region=region,
            agency_uscc=agency,
            matter_code=matter,
            fields=_grains(fields),
            version=version,
            past_dates=past_dates,
            copies=copies,
        )
        for stated_type, region, agency, matter, fields, version, past_dates, copies in _USAGE_RULES.rows(
            type_code=type_code, matter_code=matter_code
        )
    )


def past_dates_allowed(*, relying_region: str, matter_code: str) -> bool:
    """This will tell whether some active rule lets the region ask, for the matter, how things stood on a past date."""
    rules = UsageRuleRow.objects.filter(matter_code=matter_code, is_active=True, past_dates=True)
    return rules.filter(relying_region__in=(ANY, relying_region)).exists()


def copies_allowed(*, type_code: str, region: str, agency_uscc: str, matter_code: str) -> bool:
    """This will tell whether the deciding rule lets the agency have copies 加注件 made for the matter."""
    decision = cut(
        usage_rules(type_code=type_code, matter_code=matter_code),
        type_code=type_code,
        region=region,
        agency=agency_uscc,
        matter=matter_code,
        wanted={},
        offered={},
    )
    return decision.copies


def recognition_rules(*, matter_code: str) -> tuple[RecognitionRule, ...]:
    """This will give the active rules for a matter, of every type and issuing region."""
    return tuple(
        RecognitionRule(
            type_code=type_code,
            issuing_region=region,
            matter_code=matter,
            required=_grains(required),
            presence_required=presence_required,
            version=version,
        )
        for type_code, region, matter, required, presence_required, version in _RECOGNITION_RULES.rows(
            matter_code=matter_code
        )
    )


def purpose_rules() -> PurposeRules:
    """This will give the newest active rules for stated purposes, or the defaults of a node without any."""
    row = _PURPOSE_RULES.first()
    return DEFAULT_PURPOSE_RULES if row is None else _parsed(row[0])


@lru_cache(maxsize=16)  # by the stored text itself: other rules are another text
def _parsed(rules: str) -> PurposeRules:
    return rules_from_json(orjson.loads(rules))


def _agency_matter(row: tuple[Any, ...]) -> AgencyMatter:
    agency_uscc, code, name_zh, name_en, in_force_from, in_force_to, case_pattern, past_days, example = row
    return AgencyMatter(
        agency_uscc=agency_uscc,
        matter=Matter(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            in_force_from=in_force_from,
            in_force_to=in_force_to,
            case_pattern=case_pattern,
            past_days=past_days,
            case_example=example,
        ),
    )


def _grains(stored: Mapping[str, Any]) -> Mapping[str, Grain]:
    return MappingProxyType({name: Grain(grain) for name, grain in stored.items()})
