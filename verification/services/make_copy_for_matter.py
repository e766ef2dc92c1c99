"""An agency has a copy 加注件 made for its case: of what an authorised look of its own has shown, and never more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.adapters.blind_index import blind_index
from certificates.adapters.task_nudge import nudge
from certificates.core.canonical import canonical_json
from certificates.core.copy_terms import CopyTerms
from certificates.core.errors import CertificatesError, CopyError
from certificates.core.grains import Grain, is_at_most
from certificates.core.sd_jwt_format import Shown
from certificates.services.reserve_copy import CopyOrder, reserve_copy
from verification.core.copy_members import copy_members, is_look_at_copy
from verification.core.errors import PolicyError
from verification.core.field_items import cut_items, facts_by_field
from verification.core.lookup_entry import EntryKind, Opening
from verification.core.lookup_members import Member, shown_field
from verification.core.recorded_members import shown_members
from verification.core.verification_request import VerificationRequest, require_form
from verification.queries.copyable_looks import copyable_look
from verification.queries.own_licences import OwnLicence, own_licence
from verification.queries.policies import agency_matter, usage_rules
from verification.services.asked import Asked, VerificationAnswer, ask, earlier_answer, once, store_answer
from verification.services.detail_key import detail_key
from verification.services.lookup_openings import open_openings
from verification.services.permit_request import permit_request
from verification.services.read_own_credential import read_own_credential
from verification.services.record_answer import About, record_asked, record_refused

ACCEPTED = 202


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterCopyRequest:
    """This will hold what an agency asks for: a copy of what the look `lookup_id` showed, for that look's matter and case.

    `fields` may choose less; None is all that was shown and is still allowed. `days` is 0 for as long as is allowed.
    """

    lookup_id: UUID
    purpose: str = field(repr=False)
    fields: Mapping[str, Grain] | None = None
    days: int = 0

    def digest(self) -> bytes:
        """This will give SHA-256 of what the request says beside matter, case and reason."""
        wanted = None if self.fields is None else {name: grain.value for name, grain in self.fields.items()}
        return sha256(canonical_json({"copy_of": str(self.lookup_id), "fields": wanted, "days": self.days})).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """The look that the copy is made of: what it was for, and what it showed."""

    licence: OwnLicence
    matter_code: str
    case_number: str
    shown: Mapping[str, Grain]


def make_copy_for_matter(
    *, caller: Caller, request: MatterCopyRequest, idempotency_key: str, at: datetime
) -> VerificationAnswer:
    """This will commit copy, pending file and the look-up that it is, with the answer (202); a repeat gets the same one.

    The recipient is the agency itself. What may not be is recorded, too, and returned with status 403. Raises NotPermitted,
    PolicyError `request.form`, `idempotency.missing|other_body`, LogError `log.stalled`: nothing is done then.
    """
    require(caller, Action.VERIFY)
    look, refusal = _look_or_code(caller, request.lookup_id, at)
    asked = _asked(caller, request, look, idempotency_key, at)
    earlier = earlier_answer(asked)
    if earlier is not None:
        return earlier
    try:
        if look is None:
            raise CopyError(refusal, "there is no look that a copy could be made of")
        return _made(permit_request(asked), request, look)
    except (PolicyError, CertificatesError) as refused:
        return _refused(asked, refused.code, look)


def _asked(caller: Caller, request: MatterCopyRequest, look: _Look | None, idempotency_key: str, at: datetime) -> Asked:
    """The look-up is one for the matter and case of the look before, with a reason of its own."""
    stated = VerificationRequest(
        presentation="",
        matter_code="-" if look is None else look.matter_code,
        case_number="-" if look is None else look.case_number,
        purpose=request.purpose,
        fields=request.fields or {},
    )
    require_form(stated)
    return ask(caller=caller, request=stated, idempotency_key=idempotency_key, at=at, document_digest=request.digest())


def _look_or_code(caller: Caller, lookup_id: UUID, at: datetime) -> tuple[_Look | None, str]:
    found = copyable_look(lookup_id=lookup_id, caller=f"{caller.kind.value}:{caller.principal_id}", at=at)
    openings = None if found is None else open_openings(found.detail)
    licence = None if found is None else own_licence(certificate_id=found.certificate_id)
    if found is None or openings is None or licence is None:
        return None, "copy.look_unknown"
    if found.too_old:
        return None, "copy.look_too_old"
    if Member.AS_OF in openings or is_look_at_copy(openings) or Member.MATTER_CODE not in openings:
        return None, "copy.look_unknown"
    return (
        _Look(
            licence=licence,
            matter_code=str(openings[Member.MATTER_CODE].value),
            case_number=str(openings[Member.CASE_NUMBER].value),
            shown=_shown(openings),
        ),
        "",
    )


def _shown(openings: Mapping[str, Opening]) -> dict[str, Grain]:
    found = (shown_field(member) for member in openings)
    return {item.name: Grain(item.grain) for item in found if item is not None}


def _made(asked: Asked, request: MatterCopyRequest, look: _Look) -> VerificationAnswer:
    grains = _allowed(asked, request, look)
    shown = read_own_credential(certificate_id=look.licence.owned.certificate_id, grains=grains, at=asked.at).shown
    if shown.keys() != grains.keys():
        raise CopyError("copy.grain", "the licence has no such item at the chosen grain")
    documents: list[int] = []
    answer = once(asked, lambda: _record(asked, request, look, shown, documents))
    for document_id in documents[-1:]:  # none where the same request was answered meanwhile
        nudge("certificates.render_document", document_id=document_id)
    return answer


def _allowed(asked: Asked, request: MatterCopyRequest, look: _Look) -> dict[str, Grain]:
    """The narrowest of what is asked, what that look showed, and what the usage list allows now."""
    definition = look.licence.definition
    wanted = look.shown if request.fields is None else request.fields
    wanted = {name: grain for name, grain in wanted.items() if grain is not Grain.WITHHELD}
    usage = cut_items(
        usage_rules(type_code=definition.code, matter_code=look.matter_code),
        facts_of=facts_by_field(definition),
        type_code=definition.code,
        region=settings.NODE.region,
        agency=asked.agency_uscc,
        matter=look.matter_code,
        wanted=wanted,
        offered=look.shown,
    )
    if not usage.copies:
        raise CopyError("copy.not_allowed", "the usage list allows no copies for this matter")
    if request.fields is not None and not all(
        is_at_most(grain, usage.allowed.get(name, Grain.WITHHELD)) for name, grain in wanted.items()
    ):
        raise CopyError("copy.more_than_shown", "more is asked for than was shown, or than the usage list allows")
    return dict(usage.allowed)


def _order(asked: Asked, request: MatterCopyRequest, look: _Look, shown: Mapping[str, Shown]) -> CopyOrder:
    recipient = asked.caller.agency_name or ""
    return CopyOrder(
        certificate_id=look.licence.owned.certificate_id,
        lookup_id=asked.lookup_id,
        terms=CopyTerms(
            purpose=request.purpose,
            recipient=recipient,
            maker_name=recipient,
            matter_code=look.matter_code,
            case_number=look.case_number,
        ),
        grains={name: item.grain for name, item in shown.items()},
        days=request.days,
        request_key=blind_index(purpose="copy.request", value=str(asked.lookup_id)),
        request_digest=asked.digest,
        agency_uscc=asked.agency_uscc,
    )


def _record(
    asked: Asked,
    request: MatterCopyRequest,
    look: _Look,
    shown: Mapping[str, Shown],
    documents: list[int],
) -> VerificationAnswer:
    owned, recipient = look.licence.owned, asked.caller.agency_name or ""
    reserved = reserve_copy(order=_order(asked, request, look, shown), at=asked.at)
    recorded = record_asked(
        asked,
        lookup_id=asked.lookup_id,
        kind=EntryKind.LOOKUP_COPIED,
        members={
            Member.LICENCE_TYPE: look.licence.definition.code,
            Member.ISSUING_REGION: settings.NODE.region,
            **copy_members(number=reserved.number, recipient=recipient, expires_at=reserved.expires_at),
            **shown_members(shown),
        },
        about=About(owned=owned),
        outcome="released",
    )
    documents.append(reserved.document_id)
    body = {
        "id": str(reserved.id),
        "number": reserved.number,
        "state": "making",
        "expires_at": reserved.expires_at.isoformat(timespec="seconds"),
        "lookup_id": str(asked.lookup_id),
        "receipt": recorded.receipt,
    }
    answer = VerificationAnswer(status=ACCEPTED, body=body)
    store_answer(asked, answer, lookup_id=asked.lookup_id, key_subject=detail_key(owned=owned, at=asked.at))
    return answer


def _refused(asked: Asked, code: str, look: _Look | None) -> VerificationAnswer:
    known = agency_matter(code=asked.request.matter_code)
    named = asked if known is None else replace(asked, matter=known.matter)
    about = About(owned=None if look is None else look.licence.owned)
    return once(asked, lambda: record_refused(named, code=code, about=about))
