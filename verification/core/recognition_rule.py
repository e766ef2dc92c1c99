"""The recognition rules 互认规则 of the relying side: which foreign licences count here, for which matter, shown how far.

Deny by default: a foreign licence without a rule is not recognised. The more specific of two rules decides alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from certificates.core.grains import Grain
from verification.core.errors import PolicyError

ANY: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionRule:
    """This will hold one rule: `issuing_region` may be `*`; `required` fields must be shown at their grains.

    A key of `required` is the name of a field, or of a fact with grain `fact`.
    """

    type_code: str
    issuing_region: str
    matter_code: str
    required: Mapping[str, Grain]
    presence_required: bool
    version: int


def applies(rule: RecognitionRule, *, type_code: str, issuing_region: str, matter: str) -> bool:
    """This will tell whether the rule speaks of this type from this region for this matter."""
    return rule.type_code == type_code and rule.matter_code == matter and rule.issuing_region in {ANY, issuing_region}


def rule_for(
    rules: Iterable[RecognitionRule], *, type_code: str, issuing_region: str, matter: str
) -> RecognitionRule | None:
    """This will give the deciding rule, or None. Raises PolicyError `recognition.ambiguous` where two decide."""
    found = [rule for rule in rules if applies(rule, type_code=type_code, issuing_region=issuing_region, matter=matter)]
    exact = [rule for rule in found if rule.issuing_region != ANY]
    deciding = exact or found
    if len(deciding) > 1:
        raise PolicyError("recognition.ambiguous", "two recognition rules speak of the same licences and matter")
    return deciding[0] if deciding else None


def missing_grains(
    required: Mapping[str, Grain], *, shown: Mapping[str, Grain], facts_of: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """This will name the required fields that are not shown far enough, sorted.

    A full value meets every demand. A mask does not stand for a fact, nor a fact for a mask: neither tells the other.
    `facts_of` names the facts derived from each field; any of them shown is the field shown as a fact.
    """
    return tuple(
        sorted(name for name, grain in required.items() if not _is_met(grain, _grains_of(name, shown, facts_of)))
    )


def _grains_of(name: str, shown: Mapping[str, Grain], facts_of: Mapping[str, frozenset[str]]) -> set[Grain]:
    return {shown[key] for key in {name} | facts_of.get(name, frozenset()) if key in shown}


def _is_met(required: Grain, grains: set[Grain]) -> bool:
    return required is Grain.WITHHELD or Grain.FULL in grains or required in grains
