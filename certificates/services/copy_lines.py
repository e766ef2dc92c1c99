"""One purpose copy as its maker and the holders see it: what for, for whom, until when, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.core.caller import Caller
from certificates.core.copy_terms import CopyTerms
from certificates.core.errors import ERASED_CODES, CipherError, CopyError
from certificates.core.grains import Grain
from certificates.models import CertificateState, Document, PurposeCopy
from certificates.queries.licence_types import known_from_row
from certificates.services.copy_rows import terms_of
from certificates.services.revoke_one_copy import may_handle_copy

MOST_LISTED: Final = 200  # of these the newest; a page with more is not read


MAKING: Final = "making"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """This will hold one copy without any value of the licence.

    `state` is making, ready, held, revoked, expired or licence_ended; `maker` is holder or agency, `maker_name` its name. Purpose
    and recipient are empty where they were erased. `own`: the reader may have its file and revoke it.
    """

    id: UUID
    number: str
    certificate_id: UUID
    title_zh: str
    title_en: str
    purpose: str = field(repr=False)
    recipient: str = field(repr=False)
    maker: str
    maker_name: str
    matter_code: str
    case_number: str = field(repr=False)
    grains: Mapping[str, Grain]
    state: str
    own: bool
    made_at: datetime
    expires_at: datetime

    @property
    def is_live(self) -> bool:
        """This will tell whether the copy is good, or on its way."""
        return self.state in {MAKING, "ready", "held"}


def copy_line(*, caller: Caller, copy_id: UUID, at: datetime) -> CopyLine:
    """This will give one copy that is the caller's own. Raises CopyError `copy.unknown` alike for a copy of others and for none."""
    found = copy_rows().filter(public_id=copy_id).first()
    if found is None or not may_handle_copy(caller=caller, copy=found, at=at):
        raise CopyError("copy.unknown", "the caller had no such copy made")
    return _line(found, at, own=True)


def copy_rows() -> QuerySet[PurposeCopy]:
    """This will pick all copies, newest first, with what their lines need."""
    rows = PurposeCopy.objects.select_related("certificate__licence_type", "document")
    return rows.order_by("-made_at", "pk")


def copy_lines(*, rows: QuerySet[PurposeCopy], caller: Caller, at: datetime) -> tuple[CopyLine, ...]:
    """This will give the lines of the newest copies among the rows."""
    wanted = PurposeCopy.Maker.HOLDER if caller.holder_id is not None else PurposeCopy.Maker.AGENCY
    return tuple(_line(row, at, own=row.maker == wanted) for row in rows[:MOST_LISTED])


def _line(row: PurposeCopy, at: datetime, *, own: bool) -> CopyLine:
    definition = known_from_row(row.certificate.licence_type).definition
    terms = _terms(row)
    return CopyLine(
        id=row.public_id,
        number=row.number,
        certificate_id=row.certificate_id,
        title_zh=definition.title_zh,
        title_en=definition.title_en,
        purpose=terms.purpose,
        recipient=terms.recipient,
        maker=row.maker,
        maker_name=terms.maker_name,
        matter_code=terms.matter_code,
        case_number=terms.case_number,
        grains={name: Grain(grain) for name, grain in row.grains.items()},
        state=_state(row, at),
        own=own,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )


def _terms(row: PurposeCopy) -> CopyTerms:
    try:
        return terms_of(row)
    except CipherError as refused:
        if refused.code not in ERASED_CODES:
            raise
        return CopyTerms(purpose="", recipient="", maker_name="")


def _state(row: PurposeCopy, at: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if at >= row.expires_at:
        return "expired"
    if row.certificate.state != CertificateState.VALID:
        return "licence_ended"
    states = {Document.State.READY: "ready", Document.State.HELD: "held"}
    return states.get(Document.State(row.document.state), MAKING)
