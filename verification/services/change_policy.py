"""Change one line of the node's policies by hand: rules keep their old versions, for the log names the version that decided."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction

from accounts.core.organisation_codes import check_uscc
from accounts.core.regions import region
from certificates.core.errors import LicenceTypeError
from certificates.core.grains import Grain
from certificates.queries.licence_types import licence_type_definition
from verification.core.errors import PolicyError
from verification.core.policy_file import Policies, read_policies, rules_json
from verification.core.usage_list import ANY
from verification.models import Matter, PurposeRules, RecognitionRule, UsageRule


class PolicyTable(StrEnum):
    """The tables of a policies file that can be changed line by line."""

    MATTERS = "matters"
    USAGE = "usage_rules"
    RECOGNITION = "recognition_rules"
    PURPOSE = "purpose_rules"


RULES: Mapping[PolicyTable, models.Manager[Any]] = MappingProxyType(
    {
        PolicyTable.USAGE: UsageRule.objects,
        PolicyTable.RECOGNITION: RecognitionRule.objects,
        PolicyTable.PURPOSE: PurposeRules.objects,
    }
)


def change_policy(*, table: PolicyTable, row: Mapping[str, Any]) -> int:
    """This will commit one line, written as in a policies file without region and version, and give its row's number.

    A rule gets the next version of its key and ends the version before; unchanged content changes nothing. A matter is changed in place.
    Raises PolicyError `policy.format|pattern|field|conflict`, `case.pattern`, `matter.unknown`, IdentityCodeError,
    LicenceTypeError `licence_type.unknown`.
    """
    policies = _read(table, row)
    try:
        with transaction.atomic():
            if table is PolicyTable.MATTERS:
                return _matter(policies)
            key, content = _checked_rule(table, policies)
            return _next_version(RULES[table], key, content)
    except IntegrityError:
        raise PolicyError("policy.conflict", "somebody else changed the same rule just now") from None


def _read(table: PolicyTable, row: Mapping[str, Any]) -> Policies:
    if table is PolicyTable.PURPOSE:
        return read_policies({table.value: {**row, "version": 1}}, region=settings.NODE.region)
    stated = {**row, "region": settings.NODE.region}
    if table is not PolicyTable.MATTERS:
        stated["version"] = 1
    return read_policies({table.value: [stated]}, region=settings.NODE.region)


def _matter(policies: Policies) -> int:
    item, example = policies.matters[0]
    matter = item.matter
    found = Matter.objects.select_for_update().filter(code=matter.code).first()
    if found is not None and found.agency_uscc != item.agency_uscc:
        # The agency's look-ups stand in the log under this code.
        raise PolicyError("policy.conflict", "a matter never moves to another agency: enter a new one")
    row, _ = Matter.objects.update_or_create(
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
    return row.pk


def _checked_rule(table: PolicyTable, policies: Policies) -> tuple[dict[str, Any], dict[str, Any]]:
    """This will give what names the rule and what it says, as columns."""
    if table is PolicyTable.USAGE:
        usage = policies.usage_rules[0]
        _check_place(usage.relying_region, usage.agency_uscc)
        _check_fields(usage.type_code, usage.fields)
        content = {"fields": _plain(usage.fields), "past_dates": usage.past_dates, "copies": usage.copies}
        return _columns(usage, "type_code relying_region agency_uscc matter_code"), content
    if table is PolicyTable.RECOGNITION:
        rule = policies.recognition_rules[0]
        _check_place(rule.issuing_region)
        _check_fields(rule.type_code, rule.required)
        if not Matter.objects.filter(code=rule.matter_code).exists():
            raise PolicyError("matter.unknown", "no matter of this node has this code")
        content = {"required": _plain(rule.required), "presence_required": rule.presence_required}
        return _columns(rule, "type_code issuing_region matter_code"), content
    assert policies.purpose_rules is not None
    return {}, {"rules": rules_json(policies.purpose_rules[0])}


def _columns(rule: object, names: str) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in names.split()}


def _plain(fields: Mapping[str, Grain]) -> dict[str, str]:
    return {name: grain.value for name, grain in fields.items()}


def _check_place(region_code: str, agency_uscc: str = ANY) -> None:
    if region_code != ANY:
        region(region_code)
    if agency_uscc != ANY:
        check_uscc(agency_uscc)


def _check_fields(type_code: str, fields: Mapping[str, Grain]) -> None:
    definition = licence_type_definition(code=type_code)
    facts = {fact.name for fact in definition.facts}
    for name, grain in fields.items():
        try:
            known = grain is Grain.FACT if name in facts else grain in definition.field(name).grains
        except LicenceTypeError:
            known = False
        if not known:
            raise PolicyError("policy.field", "the licence type has no such field, or never shows it at this grain")


def _next_version(rows: models.Manager[Any], key: Mapping[str, Any], content: Mapping[str, Any]) -> int:
    newest = rows.select_for_update().filter(**key).order_by("-version").first()
    if (
        newest is not None
        and newest.is_active
        and all(getattr(newest, name) == value for name, value in content.items())
    ):
        return int(newest.pk)
    rows.filter(**key, is_active=True).update(is_active=False)
    version = 1 if newest is None else newest.version + 1
    return int(rows.create(**key, **content, version=version, is_active=True).pk)
