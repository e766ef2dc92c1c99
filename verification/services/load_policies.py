"""Take the node's policies into use: matters, usage list, recognition rules, rules for stated purposes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from verification.core.errors import PolicyError
from verification.core.policy_file import Policies, read_policies, rules_json
from verification.core.request_policy import AgencyMatter
from verification.models import Matter, PurposeRules, RecognitionRule, UsageRule


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPolicies:
    """This will count what is in force after a load."""

    matters: int
    usage_rules: int
    recognition_rules: int


def load_policies(*, data: Mapping[str, Any], at: datetime) -> LoadedPolicies:
    """This will commit the rows of the node's own region, whole or not at all; loading the same again changes nothing.

    Rules that the file no longer has end; a matter ends by its own last day. Changed content needs a higher version.
    Raises PolicyError `policy.format|pattern|duplicate|older|conflict`, `case.pattern`.
    """
    policies = read_policies(data, region=settings.NODE.region)
    with transaction.atomic():
        for matter, example in policies.matters:
            _load_matter(matter, example)
        _load_usage_rules(policies)
        _load_recognition_rules(policies)
        _load_purpose_rules(policies)
    return LoadedPolicies(
        matters=len(policies.matters),
        usage_rules=len(policies.usage_rules),
        recognition_rules=len(policies.recognition_rules),
    )


def _load_matter(item: AgencyMatter, example: str) -> None:
    matter = item.matter
    Matter.objects.update_or_create(
        code=matter.code,
        defaults={
            "agency_uscc": item.agency_uscc,
            "name_zh": matter.name_zh,
            "name_en": matter.name_en,
            "in_force_from": matter.in_force_from,
            "in_force_to": matter.in_force_to,
            "case_pattern": matter.case_pattern,
            "case_example": example,
            "past_days": matter.past_days,
        },
    )


def _load_usage_rules(policies: Policies) -> None:
    kept = [
        _take(
            UsageRule.objects,
            {
                "type_code": rule.type_code,
                "relying_region": rule.relying_region,
                "agency_uscc": rule.agency_uscc,
                "matter_code": rule.matter_code,
            },
            {
                "fields": {name: grain.value for name, grain in rule.fields.items()},
                "past_dates": rule.past_dates,
                "copies": rule.copies,
            },
            rule.version,
        )
        for rule in policies.usage_rules
    ]
    UsageRule.objects.filter(is_active=True).exclude(pk__in=kept).update(is_active=False)


def _load_recognition_rules(policies: Policies) -> None:
    kept = [
        _take(
            RecognitionRule.objects,
            {
                "type_code": rule.type_code,
                "issuing_region": rule.issuing_region,
                "matter_code": rule.matter_code,
            },
            {
                "required": {name: grain.value for name, grain in rule.required.items()},
                "presence_required": rule.presence_required,
            },
            rule.version,
        )
        for rule in policies.recognition_rules
    ]
    RecognitionRule.objects.filter(is_active=True).exclude(pk__in=kept).update(is_active=False)


def _load_purpose_rules(policies: Policies) -> None:
    if policies.purpose_rules is None:
        return
    rules, version = policies.purpose_rules
    kept = _take(PurposeRules.objects, {}, {"rules": rules_json(rules)}, version)
    PurposeRules.objects.filter(is_active=True).exclude(pk=kept).update(is_active=False)


def _take(rows: models.Manager[Any], key: Mapping[str, Any], content: Mapping[str, Any], version: int) -> int:
    """This will make one rule the active one of its key, and give its row."""
    known = rows.filter(**key).order_by("-version").first()
    if known is not None and version < known.version:
        raise PolicyError("policy.older", "a newer version of a rule was loaded before")
    if known is not None and version == known.version:
        if any(getattr(known, name) != value for name, value in content.items()):
            raise PolicyError("policy.conflict", "a rule was changed without a new version")
        if not known.is_active:
            rows.filter(pk=known.pk).update(is_active=True)
        return int(known.pk)
    rows.filter(**key, is_active=True).update(is_active=False)
    return int(rows.create(**key, **content, version=version, is_active=True).pk)
