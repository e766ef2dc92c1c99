"""Holders have a copy 加注件 of their own licence made, for one purpose and one recipient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.adapters.blind_index import blind_index
from certificates.adapters.task_nudge import nudge
from certificates.core.canonical import canonical_json
from certificates.core.copy_content import require_one_number
from certificates.core.copy_terms import CopyTerms
from certificates.core.errors import CopyError, LicenceTypeError
from certificates.core.grains import Grain
from certificates.core.issue_request import require_idempotency_key
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.queries.copies import copy_of_request
from certificates.services.reserve_copy import CopyOrder, ReservedCopy, reserve_copy
from verification.core.copy_members import copy_members
from verification.core.errors import PolicyError
from verification.core.lookup_members import Member
from verification.core.matters import check_purpose
from verification.queries.lookup_parties import caller_name
from verification.queries.own_licences import OwnLicence
from verification.queries.policies import purpose_rules
from verification.services.read_own_credential import read_own_credential
from verification.services.record_own_look import own_licence_of, record_own_look

MAKER: Final = "持证主体"  # JZJZZZ: the holder's name may be withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRequest:
    """This will hold what a holder asks for; `days` is 0 for as long as is allowed."""

    certificate_id: UUID
    grains: Mapping[str, Grain]
    purpose: str = field(repr=False)
    recipient: str = field(repr=False)
    days: int = 0

    def canonical(self) -> bytes:
        """This will give the bytes by which a repeat is told from another request."""
        return canonical_json(
            {
                "certificate_id": str(self.certificate_id),
                "grains": {name: grain.value for name, grain in self.grains.items()},
                "purpose": self.purpose,
                "recipient": self.recipient,
                "days": self.days,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCopy:
    """This will name the copy that is being made, and the look-up that making it was."""

    id: UUID
    number: str
    lookup_id: UUID
    expires_at: datetime


def make_copy(
    *, caller: Caller, request: CopyRequest, session_key: str, idempotency_key: str, at: datetime
) -> MadeCopy:
    """This will commit copy, status entry, pending file and the look-up that it is, together; a worker makes the file.

    Of the chosen items those that the licence does not have are left out. A repeat under the Idempotency-Key gets the first
    answer. Raises NotPermitted alike for a licence of others and for none, CopyError `copy.*`, PolicyError `purpose.*`,
    `idempotency.other_body`, `session.missing`, IssueError `idempotency.malformed|issue.not_released`, CipherError, LogError.
    """
    require(caller, Action.PRESENT)
    key, digest = _request_key(caller, require_idempotency_key(idempotency_key)), _digest(request)
    earlier = _earlier(key, digest)
    if earlier is not None:
        return earlier
    licence = own_licence_of(caller=caller, certificate_id=request.certificate_id, session_key=session_key, at=at)
    check_purpose(request.purpose, purpose_rules(), copies=0)
    wanted = _wanted(licence.definition, request.grains)
    try:
        made, document_id = _committed(caller, licence, request, wanted, session_key, key, digest, at)
    except IntegrityError:
        again = _earlier(key, digest)  # the same request came in twice at once
        if again is None:
            raise
        return again
    nudge("certificates.render_document", document_id=document_id)
    return made


def _committed(
    caller: Caller,
    licence: OwnLicence,
    request: CopyRequest,
    wanted: Mapping[str, Grain],
    session_key: str,
    key: bytes,
    digest: bytes,
    at: datetime,
) -> tuple[MadeCopy, int]:
    shown = read_own_credential(certificate_id=request.certificate_id, grains=wanted, at=at).shown
    lookup_id = uuid4()
    order = CopyOrder(
        certificate_id=request.certificate_id,
        lookup_id=lookup_id,
        terms=CopyTerms(purpose=request.purpose, recipient=request.recipient, maker_name=MAKER),
        grains={name: item.grain for name, item in shown.items()},
        days=request.days,
        request_key=key,
        request_digest=digest,
        holder_id=caller.holder_id,
    )
    with transaction.atomic():
        reserved = reserve_copy(order=order, at=at)
        record_own_look(
            caller=caller,
            licence=licence,
            session_key=session_key,
            seen="copy_made",
            shown=shown,
            every_time=True,
            lookup_id=lookup_id,
            more=copy_members(number=reserved.number, recipient=request.recipient, expires_at=reserved.expires_at)
            | {Member.COPY_PURPOSE: request.purpose},
            at=at,
        )
    return _made(reserved, lookup_id), reserved.document_id


def _made(reserved: ReservedCopy, lookup_id: UUID) -> MadeCopy:
    return MadeCopy(id=reserved.id, number=reserved.number, lookup_id=lookup_id, expires_at=reserved.expires_at)


def _earlier(key: bytes, digest: bytes) -> MadeCopy | None:
    found = copy_of_request(request_key=key)
    if found is None:
        return None
    if found.request_digest != digest:
        raise PolicyError("idempotency.other_body", "the Idempotency-Key was used for another request")
    return MadeCopy(id=found.id, number=found.number, lookup_id=found.lookup_id, expires_at=found.expires_at)


def _request_key(caller: Caller, idempotency_key: str) -> bytes:
    return blind_index(purpose="copy.request", value=f"{caller_name(caller)}\n{idempotency_key}")


def _digest(request: CopyRequest) -> bytes:
    # Keyed: the reason and the recipient could be guessed from a plain hash.
    return blind_index(purpose="copy.request", value=request.canonical().decode("utf-8"))


def _wanted(definition: LicenceTypeDefinition, grains: Mapping[str, Grain]) -> dict[str, Grain]:
    for name, grain in grains.items():
        if grain not in _grains_of(definition, name) | {Grain.WITHHELD}:
            raise CopyError("copy.grain", "the field is never shown at this grain")
    require_one_number(definition, grains)
    return {name: grain for name, grain in grains.items() if grain is not Grain.WITHHELD}


def _grains_of(definition: LicenceTypeDefinition, name: str) -> frozenset[Grain]:
    """A fact is chosen by its own name, so that a masked field and its fact can stand together."""
    if any(fact.name == name for fact in definition.facts):
        return frozenset({Grain.FACT})
    try:
        return definition.field(name).grains - {Grain.FACT}
    except LicenceTypeError as error:
        raise CopyError("copy.grain", "the licence type has no such field") from error
