"""Fields and facts as separate items, so that no mask is ever taken for a fact, nor a fact given for a mask.

A request, a usage rule and a holder's choice name fields at grains, and facts by the field (grain `fact`) or by their own
name. A mask tells nothing of a fact: who chose "masked" for an ID number did not agree to tell their age.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition
from verification.core.usage_list import UsageDecision, UsageRule, cut


def facts_by_field(definition: LicenceTypeDefinition) -> dict[str, frozenset[str]]:
    """This will name, for each field that has any, the facts derived from it."""
    return {field.name: frozenset(fact.name for fact in field.facts) for field in definition.fields if field.facts}


def wanted_items(fields: Mapping[str, Grain], *, facts_of: Mapping[str, frozenset[str]]) -> dict[str, Grain]:
    """This will give the items that are asked for: a field at grain `fact` asks for each of its facts."""
    items: dict[str, Grain] = {}
    for name, grain in fields.items():
        facts = facts_of.get(name, frozenset()) if grain is Grain.FACT else frozenset()
        items |= dict.fromkeys(sorted(facts), Grain.FACT) if facts else {name: grain}
    return items


def granted_items(fields: Mapping[str, Grain], *, facts_of: Mapping[str, frozenset[str]]) -> dict[str, Grain]:
    """This will give the items that a rule or a holder grants; a whole value grants its facts, a mask does not."""
    items = {name: grain for name, grain in fields.items() if not (grain is Grain.FACT and name in facts_of)}
    for name, grain in fields.items():
        if grain in {Grain.FACT, Grain.FULL}:
            items |= dict.fromkeys(facts_of.get(name, frozenset()), Grain.FACT)
    return items


def cut_items(
    rules: Iterable[UsageRule],
    *,
    facts_of: Mapping[str, frozenset[str]],
    type_code: str,
    region: str,
    agency: str,
    matter: str,
    wanted: Mapping[str, Grain],
    offered: Mapping[str, Grain],
) -> UsageDecision:
    """This will decide as `usage_list.cut` does, item by item."""
    return cut(
        [replace(rule, fields=granted_items(rule.fields, facts_of=facts_of)) for rule in rules],
        type_code=type_code,
        region=region,
        agency=agency,
        matter=matter,
        wanted=wanted_items(wanted, facts_of=facts_of),
        offered=granted_items(offered, facts_of=facts_of),
    )
