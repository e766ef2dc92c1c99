"""A presentation code of another region: that region is asked, and its answer is believed only as far as it is signed."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db import IntegrityError

from certificates.core.grains import Grain, is_at_most
from verification.core.answer_content import Told, tell
from verification.core.evidence import InputKind, Missing, PresentationRefused, ReleaseStatement
from verification.core.field_items import wanted_items
from verification.core.recognition_message import AnswerOutcome
from verification.core.trust_list import TrustedRegion
from verification.core.verify import examine
from verification.queries.log_backlog import require_log_alive
from verification.queries.stored_answers import TIMEOUT, open_timeout
from verification.services.asked import Asked, VerificationAnswer, drawn_id, once
from verification.services.gather_evidence import Presence, gather_evidence, trust_or_missing
from verification.services.policy_versions import policy_versions
from verification.services.record_answer import About, record_told
from verification.services.request_recognition import RecognitionReply, request_recognition

REFUSED: Final = Missing(code="peer.refused")

# What the issuing region says about the code or the licence itself speaks against it; its policy leaves it open.
_AGAINST: Final = ("code.", "status.")


def verify_foreign_code(asked: Asked, *, region_code: str) -> VerificationAnswer:
    """This will ask the region outside of any transaction, then commit the look-up with its answer.

    After a time-out that is recorded at once; then the same request, signed anew, is made once more under the same
    look-up id, and what comes of it is recorded as the look-up's completion.
    """
    require_log_alive(at=asked.at)  # before the region spends a code for a look that could not be recorded here
    about = About(peer_region=region_code)
    trust_list = trust_or_missing(at=asked.at)
    region = None if isinstance(trust_list, Missing) else trust_list.regions.get(region_code)
    if region is None:
        missing = trust_list if isinstance(trust_list, Missing) else Missing(code="trust_list.region")
        told = _tell(asked, region_code, presented=missing)
        return once(asked, lambda: record_told(asked, told, about=about))
    asked, completes = _identified(asked)
    reply = _ask(asked, region)
    if reply.code == TIMEOUT:
        if completes is None:
            completes = _record_timeout(asked, region_code, about)
        reply = _ask(asked, region)
    final = _told(asked, region_code, reply)
    return once(asked, lambda: record_told(asked, final, about=about, completes=completes))


def _identified(asked: Asked) -> tuple[Asked, UUID | None]:
    """This will give the request under the id that the region is asked under, and the look-up that the answer completes.

    Where an earlier try broke off, or timed out and nothing came after, the region is asked for the same look again.
    What was answered is over: the same request is then another look.
    """
    drawn = drawn_id(asked)
    is_open = open_timeout(lookup_id=drawn)
    if is_open is False:
        return asked, None
    return replace(asked, lookup_id=drawn), drawn if is_open else None


def _ask(asked: Asked, region: TrustedRegion) -> RecognitionReply:
    assert asked.matter is not None
    return request_recognition(asked, matter=asked.matter, region=region, lookup_id=asked.lookup_id, at=asked.at)


def _record_timeout(asked: Asked, region_code: str, about: About) -> UUID:
    told = _tell(asked, region_code, presented=Missing(code=TIMEOUT))
    try:
        once(asked, lambda: record_told(asked, told, about=about, keep=False))
    except IntegrityError:
        # The same request came twice at one moment and timed out twice: the other one recorded it.
        if not open_timeout(lookup_id=asked.lookup_id):
            raise
    return asked.lookup_id


def _told(asked: Asked, region_code: str, reply: RecognitionReply) -> Told:
    answer = reply.answer
    if answer is None:
        return _tell(asked, region_code, presented=Missing(code=reply.code))
    if answer.outcome is AnswerOutcome.PENDING:
        return _tell(asked, region_code, presented=Missing(code="peer.pending"))
    if answer.credential is None or answer.release is None:
        code = answer.code or REFUSED.code
        if code.startswith(_AGAINST):
            return _tell(asked, region_code, presented=REFUSED, presence=PresentationRefused(code=code))
        return _tell(asked, region_code, presented=Missing(code=code))
    return _tell(
        asked,
        region_code,
        presented=answer.credential,
        presence=ReleaseStatement(token=answer.release),
        picture=answer.photo,
    )


def _tell(
    asked: Asked,
    region_code: str,
    *,
    presented: str | Missing,
    presence: Presence = None,
    picture: bytes | None = None,
) -> Told:
    gathered = gather_evidence(
        kind=InputKind.CODE,
        presented=presented,
        region_code=region_code,
        lookup_id=str(asked.lookup_id),
        matter=asked.matter,
        as_of=asked.request.as_of,
        at=asked.at,
        presence=presence,
    )
    examination = examine(gathered.evidence, asked.at, reading=gathered.reading)
    wanted = wanted_items(asked.request.fields, facts_of=gathered.evidence.facts_of)
    shown = {} if gathered.statement is None else gathered.statement.shown
    allowed = frozenset(
        name for name, item in shown.items() if is_at_most(item.grain, wanted.get(name, Grain.WITHHELD))
    )
    return tell(
        verdict=examination.verdict,
        statement=examination.statement,
        definition=gathered.definition,
        allowed=allowed,
        withheld=tuple(sorted(name for name in wanted.keys() - allowed if wanted[name] is not Grain.WITHHELD)),
        policy=policy_versions(gathered),
        picture=picture,
    )
