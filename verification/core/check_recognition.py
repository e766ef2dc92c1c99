"""Check 7: does this licence count here, for this matter?"""

from verification.core.errors import PolicyError
from verification.core.evidence import Evidence
from verification.core.matters import Matter
from verification.core.recognition_rule import RecognitionRule, missing_grains, rule_for
from verification.core.statement import Statement
from verification.core.verdict import Check, Outcome


def deciding_rule(evidence: Evidence, statement: Statement | None) -> RecognitionRule | None:
    """This will give the rule that speaks of the licence, or None. Raises PolicyError `recognition.ambiguous`.

    A rule for all regions (`*`) speaks of our own licences, too: whether the holder must be there is not a matter of borders.
    """
    if statement is None or evidence.matter is None:
        return None
    return rule_for(
        evidence.recognition_rules,
        type_code=statement.type_code,
        issuing_region=statement.region_code,
        matter=evidence.matter.code,
    )


def check_recognition(evidence: Evidence, statement: Statement, matter: Matter) -> Check:
    """This will let a licence of our own region pass where the usage list does, a foreign one only under a rule.

    A rule whose required fields are not shown far enough leaves the check open: the holder can show more.
    """
    if statement.region_code == evidence.own_region:
        return _check_home(evidence)
    try:
        rule = deciding_rule(evidence, statement)
    except PolicyError as error:
        return _check(Outcome.UNDETERMINED, error.code)
    if rule is None:
        return _check(Outcome.FAILED, "recognition.no_rule")
    shown = {name: value.grain for name, value in statement.shown.items()}
    missing = missing_grains(rule.required, shown=shown, facts_of=evidence.facts_of)
    if missing:
        return Check(
            number=7,
            outcome=Outcome.UNDETERMINED,
            code="recognition.grain_missing",
            missing=tuple((name, rule.required[name]) for name in missing),
        )
    return _check(Outcome.PASSED, "recognition.by_rule")


def _check_home(evidence: Evidence) -> Check:
    code = "usage.no_rule" if evidence.usage is None else evidence.usage.code
    if code != "usage.allowed":
        return _check(Outcome.UNDETERMINED, code)
    return _check(Outcome.PASSED, "recognition.home")


def _check(outcome: Outcome, code: str) -> Check:
    return Check(number=7, outcome=outcome, code=code)
