"""A credential, a printed code or a document at a counter: judged by itself, with nobody's proof of presence."""

from collections.abc import Callable, Mapping

from django.conf import settings

from certificates.core.grains import Grain, is_at_most, narrowest
from verification.core.answer_content import tell
from verification.core.check_recognition import deciding_rule
from verification.core.errors import PolicyError
from verification.core.evidence import DocumentEvidence, InputKind, Missing
from verification.core.field_items import cut_items, wanted_items
from verification.core.statement import Statement
from verification.core.usage_list import UsageDecision
from verification.core.verify import examine
from verification.queries.policies import usage_rules
from verification.services.asked import Asked, VerificationAnswer, once
from verification.services.gather_evidence import Gathered, gather_evidence, with_usage
from verification.services.policy_versions import policy_versions
from verification.services.record_answer import About, record_told


def verify_statement(
    asked: Asked,
    *,
    kind: InputKind,
    presented: str | Missing,
    region_code: str | None,
    unreadable: str | None = None,
    document: DocumentEvidence | None = None,
    picture: bytes | None = None,
    complete: Callable[[Gathered], Gathered] = lambda gathered: gathered,
) -> VerificationAnswer:
    """This will fetch what is missing, then commit the look-up with its answer; a repeat gets that answer.

    `picture` is what a brought file carries as its photo. `complete` may add what can only be known once the statement has
    been read. For another region's licence it goes over the network, outside of any transaction.
    """
    gathered = complete(
        gather_evidence(
            kind=kind,
            presented=presented,
            region_code=region_code,
            lookup_id=str(asked.lookup_id),
            matter=asked.matter,
            as_of=asked.request.as_of,
            at=asked.at,
            unreadable=unreadable,
            document=document,
        )
    )
    statement = gathered.statement
    if statement is not None and _is_own(statement):
        gathered = with_usage(gathered, _usage(asked, gathered, statement))
    examination = examine(gathered.evidence, asked.at, reading=gathered.reading)
    wanted = _wanted(asked, gathered)
    allowed = _allowed(gathered, wanted)
    told = tell(
        verdict=examination.verdict,
        statement=examination.statement,
        definition=gathered.definition,
        allowed=allowed,
        withheld=tuple(sorted(wanted.keys() - allowed)),
        policy=policy_versions(gathered),
        picture=picture,
    )
    return once(asked, lambda: record_told(asked, told, about=_about(gathered, region_code)))


def _is_own(statement: Statement) -> bool:
    return statement.region_code == settings.NODE.region


def _wanted(asked: Asked, gathered: Gathered) -> dict[str, Grain]:
    """What to show: a printed code shows all that it holds to anybody, so there is nothing to hold back."""
    statement = gathered.statement
    if gathered.evidence.kind is InputKind.SEAL_CODE and statement is not None:
        return {name: item.grain for name, item in statement.shown.items()}
    wanted = wanted_items(asked.request.fields, facts_of=gathered.evidence.facts_of)
    return {name: grain for name, grain in wanted.items() if grain is not Grain.WITHHELD}


def _usage(asked: Asked, gathered: Gathered, statement: Statement) -> UsageDecision:
    return cut_items(
        usage_rules(type_code=statement.type_code, matter_code=asked.request.matter_code),
        facts_of=gathered.evidence.facts_of,
        type_code=statement.type_code,
        region=settings.NODE.region,
        agency=asked.agency_uscc,
        matter=asked.request.matter_code,
        wanted=_wanted(asked, gathered),
        offered={name: item.grain for name, item in statement.shown.items()},
    )


def _allowed(gathered: Gathered, wanted: dict[str, Grain]) -> frozenset[str]:
    """This will name what may be shown: a signed value cannot be cut to less, so more than allowed is not shown at all."""
    statement = gathered.statement
    if statement is None:
        return frozenset()
    bounds = _bounds(gathered, wanted)
    return frozenset(
        name for name, item in statement.shown.items() if name in bounds and is_at_most(item.grain, bounds[name])
    )


def _bounds(gathered: Gathered, wanted: dict[str, Grain]) -> Mapping[str, Grain]:
    """This will say how much may be shown at the most: by our usage list at home, by our recognition rule of a foreign licence.

    The issuing region is not asked for a file that was handed over, so its usage list cannot hold anything back: what the rule
    requires for the matter is all that is needed here.
    """
    evidence = gathered.evidence
    if evidence.kind is InputKind.SEAL_CODE:
        return wanted
    if evidence.usage is not None:
        return evidence.usage.allowed
    try:
        rule = deciding_rule(evidence, gathered.statement)
    except PolicyError:
        return {}
    required = {} if rule is None else rule.required
    return {name: narrowest(grain, required[name]) for name, grain in wanted.items() if name in required}


def _about(gathered: Gathered, region_code: str | None) -> About:
    statement, registered = gathered.statement, gathered.registered
    if statement is None or not _is_own(statement):
        return About(peer_region=region_code if region_code != settings.NODE.region else None)
    return About(owned=None if registered is None else registered.owned)
