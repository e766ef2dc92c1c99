"""A presentation code of this region at one of its counters: spent, cut, judged and recorded in one transaction."""

from django.conf import settings

from certificates.core.errors import ERASED_CODES, CipherError, PresentationError
from certificates.services.disclose_credential import disclose_credential
from certificates.services.reveal_photo import reveal_photo
from certificates.services.spend_presentation import SpentPresentation, spend_presentation
from verification.core.answer_content import tell
from verification.core.evidence import CodeSpent, InputKind, Missing, PresentationRefused
from verification.core.field_items import cut_items, facts_by_field
from verification.core.shown_photo import shows_photo
from verification.core.usage_list import UsageDecision
from verification.core.verify import examine
from verification.queries.own_licences import OwnLicence, licence_of_code, own_licence
from verification.queries.policies import usage_rules
from verification.services.asked import Asked, VerificationAnswer, once
from verification.services.gather_evidence import Presence, gather_evidence, with_usage
from verification.services.policy_versions import policy_versions
from verification.services.record_answer import About, record_told

NOTHING_RELEASED = Missing(code="credential.not_released")


def verify_own_code(asked: Asked) -> VerificationAnswer:
    """This will commit the look-up with its answer and spend the code, or commit nothing at all."""
    return once(asked, lambda: _spend_and_tell(asked))


def _spend_and_tell(asked: Asked) -> VerificationAnswer:
    try:
        spent = spend_presentation(
            text_or_token=asked.request.presentation,
            spender=f"{asked.caller_name} {asked.lookup_id}",
            agency_uscc=asked.agency_uscc,
            digest=asked.digest,
            at=asked.at,
        )
    except PresentationError as refused:
        return tell_code_refused(asked, code=refused.code)
    licence = own_licence(certificate_id=spent.certificate_id)
    assert licence is not None  # a presentation cannot outlive its certificate
    return _tell(asked, spent, licence)


def tell_code_refused(asked: Asked, *, code: str) -> VerificationAnswer:
    """This will record, in the caller's transaction, that a code of this region was not accepted."""
    malformed = code == "code.malformed"
    presence: Presence = None if malformed else PresentationRefused(code=code)
    gathered = gather_evidence(
        kind=InputKind.CODE,
        presented=NOTHING_RELEASED,
        region_code=settings.NODE.region,
        lookup_id=str(asked.lookup_id),
        matter=asked.matter,
        as_of=asked.request.as_of,
        at=asked.at,
        unreadable=code if malformed else None,
        presence=presence,
    )
    told = tell(
        verdict=examine(gathered.evidence, asked.at, reading=gathered.reading).verdict,
        statement=None,
        definition=None,
        allowed=frozenset(),
        withheld=(),
        policy=policy_versions(gathered),
    )
    return record_told(asked, told, about=About(owned=licence_of_code(text=asked.request.presentation)))


def _tell(asked: Asked, spent: SpentPresentation, licence: OwnLicence) -> VerificationAnswer:
    usage = _cut(asked, spent, licence)
    try:
        disclosed = disclose_credential(certificate_id=spent.certificate_id, grains=usage.allowed)
        is_seen = shows_photo(usage.allowed, definition=licence.definition)
        picture = reveal_photo(certificate_id=spent.certificate_id) if is_seen else None
    except CipherError as refused:
        if refused.code not in ERASED_CODES:
            raise
        return tell_code_refused(asked, code="code.erased")
    gathered = with_usage(
        gather_evidence(
            kind=InputKind.CODE,
            presented=disclosed.sd_jwt,
            region_code=settings.NODE.region,
            lookup_id=str(asked.lookup_id),
            matter=asked.matter,
            as_of=asked.request.as_of,
            at=asked.at,
            presence=CodeSpent(lookup_id=str(asked.lookup_id)),
        ),
        usage,
    )
    examination = examine(gathered.evidence, asked.at, reading=gathered.reading)
    told = tell(
        verdict=examination.verdict,
        statement=examination.statement,
        definition=licence.definition,
        allowed=frozenset(disclosed.offered),
        withheld=tuple(sorted({*usage.withheld, *(usage.allowed.keys() - disclosed.offered.keys())})),
        policy=policy_versions(gathered),
        picture=picture,
    )
    return record_told(asked, told, about=About(owned=licence.owned))


def _cut(asked: Asked, spent: SpentPresentation, licence: OwnLicence) -> UsageDecision:
    return cut_items(
        usage_rules(type_code=licence.definition.code, matter_code=asked.request.matter_code),
        facts_of=facts_by_field(licence.definition),
        type_code=licence.definition.code,
        region=settings.NODE.region,
        agency=asked.agency_uscc,
        matter=asked.request.matter_code,
        wanted=asked.request.fields,
        offered=spent.grains,
    )
