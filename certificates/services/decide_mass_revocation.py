"""Second half of a mass revocation: another person approves exactly what was asked for, or rejects it; once."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.adapters.write_turn import write_turn
from accounts.core.caller import Caller
from accounts.core.permissions import Action, Role, may, require
from accounts.models import User
from certificates.core.errors import IssueError
from certificates.core.mass_revocation import set_digest
from certificates.models import LIVE_STATES, Certificate, MassRevocation, MassRevocationDecision, MassRevocationItem
from certificates.services.revoke_all import revoke_all

APPROVE: Final = "approve"
REJECT: Final = "reject"
State = MassRevocation.State
_DECIDED: Final = "issue.mass_decided"


def decide_mass_revocation(*, caller: Caller, mass_id: UUID, wanted: str, count: int, at: datetime) -> str:
    """This will commit the decision and what follows from it together, and give the state that it led to, or the code of why it did not.

    Of several decisions at one moment exactly one counts; the others are recorded as `issue.mass_decided`. An approval revokes every
    licence of the set, with an event each, and signs every list once. It is void (`issue.mass_changed`, `issue.mass_requester_gone`) if
    the set is not exactly the one asked for, or who asked may not ask any more. Recorded refusals that leave it pending:
    `issue.mass_same_person|mass_person_unknown|mass_account_new|mass_early|mass_count`. Raises NotPermitted, IssueError `issue.mass_unknown`.
    """
    require(caller, Action.MASS_REVOKE)
    if wanted != APPROVE:
        wanted = REJECT  # whatever is no approval changes nothing
    with write_turn(), transaction.atomic():
        # The row's lock makes deciders wait for each other; each then reads the state that the one before left.
        mass = (
            MassRevocation.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=mass_id).first()
        )
        if mass is None or (caller.kind is not Role.NODE_ADMIN and caller.agency_uscc != mass.agency.uscc):
            raise IssueError("issue.mass_unknown", "there is no such set, or it is another agency's")
        outcome = _outcome(mass, caller, wanted, count, at)
        MassRevocationDecision.objects.create(
            mass=mass, by_id=int(caller.principal_id), wanted=wanted, outcome=outcome, at=at
        )
    return outcome


def _outcome(mass: MassRevocation, caller: Caller, wanted: str, count: int, at: datetime) -> str:
    if mass.state != State.PENDING:
        return _DECIDED
    if wanted == REJECT:  # nobody needs a second person for leaving things as they are
        return _end(mass, State.REJECTED, at)
    refusal = _refusal(mass, caller, count, at)
    if refusal:
        return refusal
    ids = _items(mass)
    void = _void(mass, ids)
    ended = _end(mass, State.VOID if void else State.DONE, at)
    if ended == State.DONE:
        actor = f"mass:{mass.asked_by_id}+{caller.principal_id}"
        revoke_all(certificate_ids=ids, reason_code=mass.reason_code, actor=actor, at=at)
    return void if ended == State.VOID else ended


def _refusal(mass: MassRevocation, caller: Caller, count: int, at: datetime) -> str:
    """This will say why this person may not approve this now; the set stays pending."""
    asked_by = User.objects.get(pk=mass.asked_by_id)
    decider = User.objects.get(pk=int(caller.principal_id))
    if decider.pk == asked_by.pk:
        return "issue.mass_same_person"
    if not decider.staff_number or not asked_by.staff_number:
        return "issue.mass_person_unknown"  # two accounts are two people only where a staff number says so
    if decider.staff_number == asked_by.staff_number:
        return "issue.mass_same_person"
    if decider.date_joined >= mass.asked_at:
        return "issue.mass_account_new"  # nobody can be made the second person once one is needed
    if at - mass.asked_at < timedelta(seconds=settings.NODE.mass_revoke_delay):
        return "issue.mass_early"
    return "" if count == mass.count else "issue.mass_count"


def _void(mass: MassRevocation, ids: list[UUID]) -> str:
    """This will say what the set was bound to and has changed, or nothing."""
    asked_by = User.objects.get(pk=mass.asked_by_id)
    role = Role(asked_by.role)
    still_may = may(Caller(kind=role, principal_id=str(asked_by.pk)), Action.MASS_REVOKE)
    is_theirs = role is Role.NODE_ADMIN or asked_by.agency_id == mass.agency_id
    if not (asked_by.is_active and still_may and is_theirs):
        return "issue.mass_requester_gone"
    return "" if _is_asked_for(mass, ids) else "issue.mass_changed"


def _items(mass: MassRevocation) -> list[UUID]:
    items = MassRevocationItem.objects.filter(mass=mass).order_by("certificate_id")
    return list(items.values_list("certificate_id", flat=True))


def _is_asked_for(mass: MassRevocation, ids: list[UUID]) -> bool:
    """This will hold the set against what was asked for: the ids by their digest, and every licence, locked, still live and the agency's."""
    digest = set_digest(agency_uscc=mass.agency.uscc, reason_code=mass.reason_code, ids=ids)
    if digest != bytes(mass.set_digest):
        return False
    rows = Certificate.objects.select_for_update(of=("self",)).filter(mass_items__mass=mass, agency=mass.agency_id)
    live = rows.filter(state__in=LIVE_STATES).order_by("pk").values_list("pk", flat=True)
    return len(live) == len(ids) == mass.count


def _end(mass: MassRevocation, state: str, at: datetime) -> str:
    ended = MassRevocation.objects.filter(pk=mass.pk, state=State.PENDING).update(state=state, decided_at=at)
    return state if ended == 1 else _DECIDED
