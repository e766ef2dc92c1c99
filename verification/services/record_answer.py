"""Recording what a counter is told or refused, and keeping the answer under its key: one transaction, then the answer."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings

from verification.core.answer_content import Told
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.recorded_members import caller_members, request_members
from verification.core.refusal import REFUSED_STATUS, refusal_body
from verification.core.request_policy import purpose_key
from verification.models import Lookup
from verification.queries.own_licences import Owned
from verification.services.asked import Asked, VerificationAnswer, store_answer
from verification.services.detail_key import detail_key
from verification.services.record_lookup import RecordedLookup, record_lookup, subjects_of


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """This will say what a look-up is about: a licence of this node, or the region that another one is of."""

    owned: Owned | None = None
    peer_region: str | None = None

    @property
    def side(self) -> Lookup.Side:
        """This will say from where the look is seen."""
        return Lookup.Side.RELYING if self.peer_region else Lookup.Side.HOME


def record_told(
    asked: Asked, told: Told, *, about: About, completes: UUID | None = None, keep: bool = True
) -> VerificationAnswer:
    """This will record a verdict in the caller's transaction, and with `keep` store the answer for a repeat.

    With `completes` it is the answer that came after all to a look-up recorded before, as a look-up of its own.
    """
    decisive = told.verdict.decisive
    lookup_id = asked.lookup_id if completes is None else uuid4()
    recorded = record_asked(
        asked,
        lookup_id=lookup_id,
        kind=EntryKind.LOOKUP_VERIFIED if completes is None else EntryKind.LOOKUP_COMPLETED,
        members=dict(told.members),
        about=about,
        outcome=told.verdict.outcome.value,
        code="" if decisive is None else decisive.code,
        completes=completes,
    )
    answer = VerificationAnswer(
        status=200, body={"lookup_id": str(lookup_id), **told.body, "receipt": recorded.receipt}
    )
    if keep:
        store_answer(asked, answer, lookup_id=lookup_id, key_subject=detail_key(owned=about.owned, at=asked.at))
    return answer


def record_refused(asked: Asked, *, code: str, about: About) -> VerificationAnswer:
    """This will record in the caller's transaction that a request was refused, and store the refusal for a repeat."""
    recorded = record_asked(
        asked,
        lookup_id=asked.lookup_id,
        kind=EntryKind.LOOKUP_REFUSED,
        members={Member.REFUSAL: code},
        about=about,
        outcome="refused",
        code=code,
    )
    body = refusal_body(code=code, lookup_id=str(asked.lookup_id), receipt=recorded.receipt)
    answer = VerificationAnswer(status=REFUSED_STATUS, body=body)
    store_answer(asked, answer, lookup_id=asked.lookup_id, key_subject=detail_key(owned=about.owned, at=asked.at))
    return answer


def purpose_text(asked: Asked) -> str:
    """This will give the text under which copies of the reason are counted: one operator's, not a whole agency's."""
    operator = asked.caller.operator
    return purpose_key(
        operator="" if operator is None else f"{operator.name}\n{operator.unit}", purpose=asked.request.purpose
    )


def case_text(asked: Asked) -> str:
    """This will give the text that tells one case from another."""
    return f"{asked.request.matter_code}\n{asked.request.case_number}"


def record_asked(
    asked: Asked,
    *,
    lookup_id: UUID,
    kind: EntryKind,
    members: dict[str, object],
    about: About,
    outcome: str,
    code: str = "",
    completes: UUID | None = None,
) -> RecordedLookup:
    """This will record, in the caller's transaction, what came of a request, with who asked and what for."""
    return record_lookup(
        lookup_id=lookup_id,
        side=about.side,
        kind=kind,
        caller=asked.caller_name,
        members={
            **caller_members(asked.caller, name=asked.caller_name, region=settings.NODE.region),
            **request_members(asked.request, matter=asked.matter, digest=asked.digest),
            **members,
        },
        subjects=subjects_of(about.owned),
        key_subject=detail_key(owned=about.owned, at=asked.at),
        outcome=outcome,
        code=code,
        purpose_text=purpose_text(asked),
        case_text=case_text(asked),
        peer_region=about.peer_region,
        completes=completes,
        at=asked.at,
    )
