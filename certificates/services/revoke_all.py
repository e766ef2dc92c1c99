"""Revoking many licences in the caller's transaction: an event each, and every status list signed once for all."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from certificates.core.certificate_states import TRANSITIONS, Act
from certificates.core.event_leaf import event_leaf
from certificates.core.status_list import Status
from certificates.models import LIVE_STATES, Certificate, CertificateEvent
from certificates.queries.status_entries import following_entries
from certificates.services.publish_status_list import publish_status_list

_AT_ONCE = 500  # rows in one statement: databases limit its parameters
_STEP = TRANSITIONS["valid", Act.REVOKE]


def revoke_all(*, certificate_ids: Sequence[UUID], reason_code: str, actor: str, at: datetime) -> None:
    """This will revoke licences that the caller has found live; a list with many of them is signed once.

    Raises StatusListError `status_list.key`, and AssertionError where a licence is not live after all: nothing is committed then.
    """
    changes: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for start in range(0, len(certificate_ids), _AT_ONCE):
        some = certificate_ids[start : start + _AT_ONCE]
        _revoke(some, reason_code, actor, at)
        entries = following_entries(certificate_ids=some)
        entries.update(value=int(Status.INVALID))
        for list_id, index in entries.values_list("status_list_id", "index"):
            changes[list_id][index] = int(Status.INVALID)
    for list_id in sorted(changes):  # always in the order of the lists' numbers, as every act takes them
        publish_status_list(status_list_id=list_id, changes=changes[list_id], at=at)


def _revoke(certificate_ids: Sequence[UUID], reason_code: str, actor: str, at: datetime) -> None:
    rows = Certificate.objects.select_for_update().filter(pk__in=certificate_ids, state__in=LIVE_STATES).order_by("pk")
    credentials = list(rows.values_list("pk", "credential_jwt"))
    assert len(credentials) == len(certificate_ids)
    Certificate.objects.filter(pk__in=certificate_ids).update(state=_STEP.state)
    CertificateEvent.objects.bulk_create(
        CertificateEvent(
            certificate_id=pk,
            kind=_STEP.event,
            reason_code=reason_code,
            actor=actor,
            leaf=event_leaf(kind=_STEP.event, credential_sha256=hashlib.sha256(jwt.encode("ascii")).digest(), at=at),
            at=at,
        )
        for pk, jwt in credentials
    )
