"""What the verdict page says of copies 加注件: that one was shown, for what and for whom; and whether one may be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from certificates.core.copy_claims import MAX_PURPOSE_CHARS
from verification.core.verdict import VerdictOutcome
from verification.pages.words import said, shown_moment
from verification.queries.policies import copies_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyNotice:
    """This will hold what must be read with a verdict about a copy."""

    number: str
    purpose: str
    recipient: str
    until: str
    sentence: str


def copy_notice(view: Mapping[str, Any]) -> CopyNotice | None:
    """This will word the copy that was shown, or give None where it was none."""
    copy = view.get("copy")
    if copy is None:
        return None
    return CopyNotice(
        number=copy["number"],
        purpose=copy["purpose"],
        recipient=copy["recipient"],
        until=shown_moment(copy["expires_at"]),
        sentence=said(copy["note"]["code"]),
    )


def purpose_of_copy(
    verdict: Mapping[str, Any], view: Mapping[str, Any], *, agency_uscc: str, matter_code: str, purpose: str
) -> str | None:
    """This will give the purpose to begin with where a copy may be made of the look, or None."""
    is_own = view["region"] == settings.NODE.region and "copy" not in view and "as_of" not in verdict
    if not is_own or verdict["outcome"] != VerdictOutcome.VALID or not view["fields"]:
        return None
    allowed = copies_allowed(
        type_code=view["type_code"], region=settings.NODE.region, agency_uscc=agency_uscc, matter_code=matter_code
    )
    return purpose[:MAX_PURPOSE_CHARS] if allowed else None
