"""The counter's question: is what was presented good, for this matter, and what of it may be seen?"""

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from verification.core.errors import PolicyError
from verification.core.evidence import InputKind, Missing
from verification.core.presentation_kind import UNREADABLE, claimed_region_or_code, kind_of
from verification.core.verification_request import VerificationRequest, require_form
from verification.queries.own_licences import licence_of_code
from verification.queries.policies import agency_matter
from verification.services.asked import Asked, VerificationAnswer, ask, earlier_answer, once
from verification.services.permit_request import permit_request
from verification.services.record_answer import About, record_refused
from verification.services.verify_foreign_code import verify_foreign_code
from verification.services.verify_own_code import tell_code_refused, verify_own_code
from verification.services.verify_statement import verify_statement

__all__ = ["VerificationAnswer", "VerificationRequest", "verify_presentation"]


def verify_presentation(
    *, caller: Caller, request: VerificationRequest, idempotency_key: str, at: datetime
) -> VerificationAnswer:
    """This will commit the look-up together with its answer, and only then give the answer; a repeat gets the same one.

    A request that the agency may not make is recorded too, and returned with status 403. Raises NotPermitted, PolicyError
    `request.form`, `idempotency.missing|other_body`, LogError `log.stalled`: nothing is looked at then.
    """
    require(caller, Action.VERIFY)
    require_form(request)
    asked = ask(caller=caller, request=request, idempotency_key=idempotency_key, at=at)
    earlier = earlier_answer(asked)
    if earlier is not None:
        return earlier
    try:
        asked = permit_request(asked)
    except PolicyError as refused:
        return refuse(asked, code=refused.code)
    return _by_kind(asked)


def refuse(asked: Asked, *, code: str) -> VerificationAnswer:
    """This will commit the refusal of a request; the holder of a code of this region finds it in the own list."""
    about = About(owned=licence_of_code(text=asked.request.presentation))
    known = agency_matter(code=asked.request.matter_code)
    named = asked if known is None else replace(asked, matter=known.matter)  # for its name in the holder's list only
    return once(asked, lambda: record_refused(named, code=code, about=about))


def _by_kind(asked: Asked) -> VerificationAnswer:
    text = asked.request.presentation
    kind = kind_of(text)
    region_code, refusal = claimed_region_or_code(text)
    if kind is None:
        # Nothing of ours: the ledger of a credential says so in its first line.
        return _unreadable(asked, kind=InputKind.SD_JWT, code=UNREADABLE)
    if kind is InputKind.CODE:
        if refusal is not None:
            return once(asked, lambda: tell_code_refused(asked, code=refusal))
        if region_code == settings.NODE.region:
            return verify_own_code(asked)
        return verify_foreign_code(asked, region_code=region_code or "")
    if refusal is not None:
        return _unreadable(asked, kind=kind, code=refusal)
    return verify_statement(asked, kind=kind, presented=text, region_code=region_code)


def _unreadable(asked: Asked, *, kind: InputKind, code: str) -> VerificationAnswer:
    return verify_statement(
        asked, kind=kind, presented=Missing(code="credential.missing"), region_code=None, unreadable=code
    )
