"""The node's policies in force: matters, usage list, recognition rules, rules for stated purposes."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from certificates.core.grains import Grain
from verification.core.matters import Matter, PurposeRules
from verification.core.policy_file import rules_from_json
from verification.core.recognition_rule import RecognitionRule
from verification.core.request_policy import DEFAULT_PURPOSE_RULES, AgencyMatter
from verification.core.usage_list import UsageRule
from verification.models import Matter as MatterRow
from verification.models import PurposeRules as PurposeRulesRow
from verification.models import RecognitionRule as RecognitionRuleRow
from verification.models import UsageRule as UsageRuleRow


def agency_matter(*, code: str) -> AgencyMatter | None:
    """This will give a matter with the agency it belongs to, in force or not, or None."""
    row = MatterRow.objects.filter(code=code).first()
    return None if row is None else _agency_matter(row)


def matters_in_force(*, agency_uscc: str, on: date) -> tuple[Matter, ...]:
    """This will list what an agency may look up for on a day in China, by name."""
    open_end = Q(in_force_to__isnull=True) | Q(in_force_to__gte=on)
    rows = MatterRow.objects.filter(open_end, agency_uscc=agency_uscc, in_force_from__lte=on)
    return tuple(_agency_matter(row).matter for row in rows.order_by("name_zh", "code"))


def usage_rules(*, type_code: str, matter_code: str) -> tuple[UsageRule, ...]:
    """This will give the active rules for a type and matter."""
    rows = UsageRuleRow.objects.filter(type_code=type_code, matter_code=matter_code, is_active=True)
    return tuple(
        UsageRule(
            type_code=row.type_code,
            relying_region=row.relying_region,
            agency_uscc=row.agency_uscc,
            matter_code=row.matter_code,
            fields=_grains(row.fields),
            version=row.version,
        )
        for row in rows.order_by("pk")
    )


def recognition_rules(*, matter_code: str) -> tuple[RecognitionRule, ...]:
    """This will give the active rules for a matter, of every type and issuing region."""
    rows = RecognitionRuleRow.objects.filter(matter_code=matter_code, is_active=True)
    return tuple(
        RecognitionRule(
            type_code=row.type_code,
            issuing_region=row.issuing_region,
            matter_code=row.matter_code,
            required=_grains(row.required),
            presence_required=row.presence_required,
            version=row.version,
        )
        for row in rows.order_by("pk")
    )


def purpose_rules() -> PurposeRules:
    """This will give the newest active rules for stated purposes, or the defaults of a node without any."""
    row = PurposeRulesRow.objects.filter(is_active=True).order_by("-version").first()
    return DEFAULT_PURPOSE_RULES if row is None else rules_from_json(row.rules)


def _agency_matter(row: MatterRow) -> AgencyMatter:
    return AgencyMatter(
        agency_uscc=row.agency_uscc,
        matter=Matter(
            code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            in_force_from=row.in_force_from,
            in_force_to=row.in_force_to,
            case_pattern=row.case_pattern,
        ),
    )


def _grains(stored: Mapping[str, Any]) -> Mapping[str, Grain]:
    return MappingProxyType({name: Grain(grain) for name, grain in stored.items()})
