"""Recording what another region was told, and keeping the answer for its permitted repeat."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from certificates.adapters.field_cipher import decrypt, seal
from certificates.core.canonical import b64url
from verification.core.lookup_entry import EntryKind
from verification.core.lookup_members import Member
from verification.core.recognition_message import AnswerOutcome, RecognitionAnswer, RecognitionAsk, write_answer
from verification.core.recorded_members import (
    operator_members,
    past_member,
    policy_members,
    shown_members,
    withheld_members,
)
from verification.core.release import sd_hash
from verification.models import Lookup, StoredAnswer
from verification.queries.stored_answers import SealedAnswer, stored_answer
from verification.services.detail_key import detail_key
from verification.services.record_lookup import record_lookup, subjects_of
from verification.services.release_credential import Released, peer_name


def record_release(
    *,
    ask: RecognitionAsk,
    released: Released,
    peer_region: str,
    digest: bytes,
    lookup_id: UUID,
    keep: bool,
    at: datetime,
) -> bytes:
    """This will record the answer in the caller's transaction and give its body; with `keep` a repeat gets the same bytes.

    `lookup_id` is the record's own: that of the request, unless a look-up stands under it already.
    """
    is_released = released.credential is not None
    key_subject = detail_key(owned=released.owned, at=at)
    recorded = record_lookup(
        lookup_id=lookup_id,
        side=Lookup.Side.ISSUING,
        kind=EntryKind.LOOKUP_ANSWERED if is_released else EntryKind.LOOKUP_REFUSED,
        caller=peer_name(peer_region),
        members=_members(ask, released, peer_region, digest),
        subjects=subjects_of(released.owned),
        key_subject=key_subject,
        outcome="released" if is_released else "refused",
        code=released.code,
        peer_region=peer_region,
        at=at,
    )
    body = _body(ask, released, recorded.receipt)
    if keep:
        StoredAnswer.objects.create(
            scope=peer_name(peer_region),
            idempotency_key=str(ask.lookup_id),
            request_digest=digest,
            lookup_id=lookup_id,
            status=200,
            key_subject=key_subject,
            sealed_answer=seal(body, subject=key_subject, place=_place(lookup_id)),
            at=at,
        )
    return body


def _body(ask: RecognitionAsk, released: Released, receipt: str) -> bytes:
    is_released = released.credential is not None
    return write_answer(
        RecognitionAnswer(
            outcome=AnswerOutcome.RELEASED if is_released else AnswerOutcome.REFUSED,
            lookup_id=ask.lookup_id,
            code=None if is_released else released.code,
            credential=released.credential,
            release=released.release,
            receipt=receipt,
            withheld=released.withheld,
            photo=released.photo,
        )
    )


def stored_release(*, peer_region: str, lookup_id: UUID) -> SealedAnswer | None:
    """This will give the sealed answer that the region had to this look-up, or None."""
    return stored_answer(scope=peer_name(peer_region), idempotency_key=str(lookup_id))


def open_release(found: SealedAnswer) -> bytes:
    """This will give the bytes of a stored answer; raises CipherError `cipher.erased`."""
    return decrypt(found.sealed, subject=found.key_subject, place=_place(found.lookup_id))


def _members(ask: RecognitionAsk, released: Released, peer_region: str, digest: bytes) -> dict[str, object]:
    members: dict[str, object] = {
        Member.CALLER: peer_name(peer_region),
        Member.REGION: peer_region,
        Member.AGENCY_USCC: ask.agency_uscc,
        Member.AGENCY_NAME: ask.agency_name,
        **operator_members(ask.operator),
        Member.MATTER_CODE: ask.matter_code,
        Member.MATTER_NAME: ask.matter_name_zh,
        Member.CASE_NUMBER: ask.case_number,
        Member.PURPOSE: ask.purpose,
        Member.REQUEST_DIGEST: b64url(digest),
        Member.ISSUING_REGION: settings.NODE.region,
        **past_member(ask.as_of),
        **shown_members(released.shown),
        **withheld_members(released.withheld),
        **policy_members(usage_list=released.rule_version),
    }
    if released.licence_type is not None:
        members[Member.LICENCE_TYPE] = released.licence_type
    if released.credential is not None:
        members[Member.ANSWER_DIGEST] = sd_hash(released.credential)
    return members | ({Member.REFUSAL: released.code} if released.code else {})


def _place(lookup_id: UUID) -> str:
    return f"StoredAnswer:{lookup_id}:sealed_answer"
