"""What every act on an issued certificate does to the rows."""

import hashlib
import re
from datetime import datetime

from certificates.core.certificate_states import Act, transition
from certificates.core.errors import IssueError
from certificates.core.event_leaf import event_leaf
from certificates.models import Certificate, CertificateEvent, StatusEntry
from certificates.services.publish_status_list import publish_status_list

_REASON = re.compile(r"[a-z][a-z0-9_.-]{0,39}", re.ASCII)


def require_reason(reason_code: str) -> None:
    """This will pass a reason's code; raises IssueError `issue.reason`."""
    if _REASON.fullmatch(reason_code) is None:
        raise IssueError("issue.reason", "a reason is a short code of lower-case letters, digits and marks")


def apply_act(*, certificate: Certificate, act: Act, actor: str, reason_code: str, at: datetime) -> None:
    """This will move a certificate, whose row the caller has locked, and publish its status lists anew.

    It runs inside the caller's transaction: state, both status entries, log event and signed lists commit together.
    Raises IssueError `issue.state` (nothing leads there) or `issue.reason`.
    """
    require_reason(reason_code)
    step = transition(state=certificate.state, act=act)
    certificate.state = step.state
    certificate.save(update_fields=["state"])
    StatusEntry.objects.filter(certificate=certificate).update(value=int(step.status))
    CertificateEvent.objects.create(
        certificate=certificate,
        kind=step.event,
        reason_code=reason_code,
        actor=actor,
        leaf=event_leaf(
            kind=step.event,
            credential_sha256=hashlib.sha256(certificate.credential_jwt.encode("ascii")).digest(),
            at=at,
        ),
        at=at,
    )
    entries = StatusEntry.objects.filter(certificate=certificate).order_by("status_list_id")
    # Always in the order of the lists' numbers, so that two acts never wait for each other crosswise.
    for list_id, index in entries.values_list("status_list_id", "index"):
        publish_status_list(status_list_id=list_id, changes={index: int(step.status)}, at=at)
