"""A holder shows a licence 亮证: a short-lived single-use code for chosen fields and grains."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.core.caller import Caller
from accounts.core.errors import IdentityCodeError, NotPermitted
from accounts.core.identity_codes import check_uscc
from accounts.core.permissions import Action, require
from certificates.core.errors import LicenceTypeError, PresentationError
from certificates.core.facts import shanghai_date
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.presentation_code import code_text, new_token, token_digest
from certificates.models import Certificate, CertificateState, Presentation
from certificates.queries.holdings import owner_acted_for
from certificates.queries.licence_types import known_from_row


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationCode:
    """This will hold the code to show (its text is a secret until spent) and when it ends."""

    text: str = field(repr=False)
    expires_at: datetime


def present_certificate(
    *, caller: Caller, certificate_id: UUID, grains: Mapping[str, Grain], audience: str = "", at: datetime
) -> PresentationCode:
    """This will commit a new code for a licence of the caller, or of a firm the caller may act for; only its hash is kept.

    `audience` is the USCC of the only agency that may spend it, or empty. Raises NotPermitted (no such licence of the
    caller), PresentationError `presentation.not_live|grain|audience`.
    """
    require(caller, Action.PRESENT)
    if caller.holder_id is None:
        raise NotPermitted
    owner = owner_acted_for(certificate_id=certificate_id, holder_id=caller.holder_id, on=shanghai_date(at))
    if owner is None:
        raise NotPermitted
    certificate = Certificate.objects.select_related("licence_type").get(pk=certificate_id)
    if not _is_live(certificate, at):
        raise PresentationError("presentation.not_live", "the licence is not yet released or no longer live")
    _require_audience(audience)
    chosen = _chosen(known_from_row(certificate.licence_type).definition, grains)
    token = new_token(random=secrets.token_bytes)
    expires_at = at + timedelta(seconds=settings.NODE.presentation_seconds)
    with transaction.atomic():
        Presentation.objects.create(
            token_digest=token_digest(token),
            certificate=certificate,
            holder_id=owner,
            presenter_id=caller.holder_id,
            grains=chosen,
            audience=audience,
            created_at=at,
            expires_at=expires_at,
        )
    return PresentationCode(text=code_text(region=settings.NODE.region, token=token), expires_at=expires_at)


def _require_audience(audience: str) -> None:
    # A code for a mistyped agency would be good for nobody, and its holder would learn that only at the counter.
    try:
        if audience:
            check_uscc(audience)
    except IdentityCodeError as error:
        raise PresentationError("presentation.audience", "an audience is named by its USCC") from error


def _is_live(certificate: Certificate, at: datetime) -> bool:
    ended = certificate.valid_until is not None and certificate.valid_until < shanghai_date(at)
    return certificate.state == CertificateState.VALID and certificate.released_at is not None and not ended


def _chosen(definition: LicenceTypeDefinition, grains: Mapping[str, Grain]) -> dict[str, str]:
    chosen = {}
    for name, grain in grains.items():
        if grain not in _grains_of(definition, name):
            raise PresentationError("presentation.grain", "the field is never shown at this grain")
        if grain is not Grain.WITHHELD:
            chosen[name] = grain.value
    if not chosen:
        raise PresentationError("presentation.grain", "a code shows one field at least")
    return chosen


def _grains_of(definition: LicenceTypeDefinition, name: str) -> frozenset[Grain]:
    """A fact is chosen by its own name, so that a masked field and its fact can be shown together."""
    if any(fact.name == name for fact in definition.facts):
        return frozenset({Grain.FACT, Grain.WITHHELD})
    try:
        return definition.field(name).grains
    except LicenceTypeError as error:
        raise PresentationError("presentation.grain", "the licence type has no such field") from error
