"""Which versions of the policies a verdict rests on, for the entry."""

from collections.abc import Mapping

from verification.core.check_recognition import deciding_rule
from verification.core.errors import PolicyError
from verification.core.trust_list import TrustList
from verification.services.gather_evidence import Gathered


def policy_versions(gathered: Gathered) -> Mapping[str, int | None]:
    """This will name trust list, usage list and recognition rule by version; None where one played no part."""
    evidence = gathered.evidence
    try:
        rule = deciding_rule(evidence, gathered.statement)
    except PolicyError:
        rule = None
    return {
        "trust_list": evidence.trust_list.version if isinstance(evidence.trust_list, TrustList) else None,
        "usage_list": None if evidence.usage is None else evidence.usage.rule_version,
        "recognition_rule": None if rule is None else rule.version,
    }
