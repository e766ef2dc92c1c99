"""Check 6: did the holder present it, for this look-up?

It passes only by a code that this node spent for this look-up, or by the issuing node's release statement. (A
key-binding JWT would be the third way; our credentials carry no holder key, so one is refused in check 2.)
"""

from datetime import datetime

from verification.core.errors import ReleaseError
from verification.core.evidence import CodeSpent, Evidence, PresentationRefused, ReleaseStatement
from verification.core.release import verify_release
from verification.core.statement import Statement
from verification.core.verdict import Check, Outcome


def check_presence(evidence: Evidence, statement: Statement | None, *, required: bool, at: datetime) -> Check:
    """This will judge the proof of presence; without any, it is open where presence is required, else not asked."""
    presence = evidence.presence
    if presence is None:
        return _check(Outcome.UNDETERMINED if required else Outcome.NOT_APPLICABLE, "presenter.not_checked")
    if isinstance(presence, PresentationRefused):
        return _check(Outcome.FAILED, presence.code)
    if isinstance(presence, CodeSpent):
        if presence.lookup_id != evidence.lookup_id:
            return _check(Outcome.FAILED, "presenter.other_lookup")
        return _check(Outcome.PASSED, "presenter.code_spent")
    return _check_release(evidence, presence, statement, at)


def _check_release(evidence: Evidence, release: ReleaseStatement, statement: Statement | None, at: datetime) -> Check:
    if statement is None or statement.region is None:
        return _check(Outcome.UNDETERMINED, "credential.not_verified")
    try:
        verify_release(
            release.token,
            region=statement.region,
            audience_region=evidence.own_region,
            lookup_id=evidence.lookup_id,
            presented=statement.text,
            at=at,
            as_of=evidence.as_of,
        )
    except ReleaseError as error:
        return _check(Outcome.FAILED, error.code)
    return _check(Outcome.PASSED, "presenter.released")


def _check(outcome: Outcome, code: str) -> Check:
    return Check(number=6, outcome=outcome, code=code)
