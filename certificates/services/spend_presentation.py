"""Spending a presentation code: of any number who try at once, exactly one gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError

from certificates.core.errors import PresentationError
from certificates.core.facts import shanghai_date
from certificates.core.grains import Grain
from certificates.core.presentation_code import PREFIX, code_text, parse_code
from certificates.models import Presentation
from certificates.queries.holdings import acting_for

ERASURE: Final = "erasure"  # stands as the spender of codes that ended because the holder was erased


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentPresentation:
    """This will hold what the spent code stood for: licence, holder, and the grains the holder chose."""

    certificate_id: UUID
    holder_id: UUID
    grains: Mapping[str, Grain]


def spend_presentation(
    *, text_or_token: str, spender: str, agency_uscc: str, digest: bytes, at: datetime
) -> SpentPresentation:
    """This will spend the code inside the caller's transaction, by one conditional update.

    `spender` names who spends it and for which look-up, `digest` is SHA-256 of the request. After a refusal the
    transaction can go on, so that the refusal is recorded in it. Raises PresentationError
    `code.malformed|foreign|unknown|used|expired|audience|erased|membership`.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a code is spent inside the transaction that records the look-up")
    text = text_or_token if text_or_token.startswith(PREFIX) else _own_code(text_or_token)
    code = parse_code(text)
    if code.region != settings.NODE.region:
        raise PresentationError("code.foreign", "the code is of another region")
    rows = Presentation.objects.filter(token_digest=code.token_digest)
    spent = rows.filter(spent_at__isnull=True, expires_at__gt=at, audience__in=["", agency_uscc]).update(
        spent_at=at, spent_by=spender, spent_digest=digest
    )
    row = rows.first()
    if row is None or spent != 1:
        raise _refusal(row, agency_uscc)
    if row.presenter_id != row.holder_id and row.holder_id not in acting_for(
        holder_id=row.presenter_id, on=shanghai_date(at)
    ):
        raise PresentationError("code.membership", "who made the code may no longer act for the holder")
    return SpentPresentation(
        certificate_id=row.certificate_id,
        holder_id=row.holder_id,
        grains=MappingProxyType({name: Grain(grain) for name, grain in row.grains.items()}),
    )


def _own_code(token: str) -> str:
    return code_text(region=settings.NODE.region, token=token)


def _refusal(row: Presentation | None, agency_uscc: str) -> PresentationError:
    if row is None:
        return PresentationError("code.unknown", "the node has given out no such code")
    if row.audience not in {"", agency_uscc}:
        # Before all else: whom the code is not for learns nothing about it.
        return PresentationError("code.audience", "the code is for another agency")
    if row.spent_by == ERASURE:
        return PresentationError("code.erased", "the details of the licence were erased")
    if row.spent_at is not None:
        return PresentationError("code.used", "the code was used before")
    return PresentationError("code.expired", "the code has expired")
