"""What every act on an issued certificate does to the rows."""

import hashlib
from collections import defaultdict
from datetime import datetime

from certificates.core.act_reasons import require_reason
from certificates.core.certificate_states import Act, transition
from certificates.core.event_leaf import event_leaf
from certificates.models import Certificate, CertificateEvent
from certificates.queries.status_entries import following_entries
from certificates.services.publish_status_list import publish_status_list


def apply_act(*, certificate: Certificate, act: Act, actor: str, reason_code: str, at: datetime) -> None:
    """This will move a certificate, whose row the caller has locked, and publish its status lists anew.

    It runs inside the caller's transaction: state, status entries (its copies' too), log event and signed lists commit together.
    Raises IssueError `issue.state` (nothing leads there) or `issue.reason`.
    """
    require_reason(act=act, reason_code=reason_code)
    step = transition(state=certificate.state, act=act)
    certificate.state = step.state
    certificate.save(update_fields=["state"])
    entries = following_entries(certificate_ids=(certificate.pk,))
    entries.update(value=int(step.status))
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
    changes: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for list_id, index in entries.values_list("status_list_id", "index"):
        changes[list_id][index] = int(step.status)
    # Always in the order of the lists' numbers, so that two acts never wait for each other crosswise.
    for list_id in sorted(changes):
        publish_status_list(status_list_id=list_id, changes=changes[list_id], at=at)
