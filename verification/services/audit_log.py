"""The audit: everything that can be recomputed is recomputed from raw rows, and the first bad entry is named.

1 triggers stand  2 leaves without a gap, each the hash of its entry's bytes  3 stored tiles are what the leaves make
4 every head has the root of its leaves and the log's signature  5 every cosignature of a known witness holds
6 every look-up's row, details and lists are those its entry was made of
7 every look-up, event and journal hour has its entry and every entry its record; nothing waits too long
8 every certificate stands, and is published, as its events say
9 licences, signatures and issue entries stand one to one, and no intent is left open
10 the log and the trust list are no older than the marks kept outside of the database
It holds no lock: leaves are judged up to the head that was newest when it began.
"""

from datetime import datetime

from django.conf import settings

from verification.core.audit_report import MOST_FINDINGS, AuditReport, Finding
from verification.core.errors import TrustListError
from verification.core.note import NoteKey
from verification.queries.audit_certificates import certificate_findings
from verification.queries.audit_issues import issue_findings
from verification.queries.audit_marks import mark_findings
from verification.queries.audit_records import record_findings
from verification.queries.current_trust_list import current_trust_list
from verification.queries.log_tree import tree_size
from verification.queries.witness_keys import witnesses_of
from verification.services.audit_heads import HeadAudit
from verification.services.audit_leaves import audit_leaves
from verification.services.audit_lookups import audit_lookups
from verification.services.audit_status_lists import audit_status_lists
from verification.triggers import missing_triggers


def audit_log(*, at: datetime) -> AuditReport:
    """This will audit the whole log as it stands at `at`; writes nothing."""
    size = tree_size()
    findings = [
        Finding(code="trigger.missing", text=f"The append-only trigger {name} is absent or altered.")
        for name in missing_triggers()
    ]
    heads = HeadAudit(size=size, witnesses=_witnesses(at), at=at)
    findings += audit_leaves(size=size, heads=heads)
    findings += audit_lookups()
    findings += certificate_findings()
    findings += audit_status_lists()
    findings += issue_findings(at=at)
    findings += record_findings(at=at, stalled_after_seconds=settings.NODE.log_stall_seconds)
    findings += mark_findings(at=at)
    return AuditReport(
        size=size,
        checkpoints=heads.checkpoints,
        cosignatures=heads.cosignatures,
        findings=tuple(findings[:MOST_FINDINGS]),
    )


def _witnesses(at: datetime) -> dict[str, NoteKey]:
    try:
        trust_list = current_trust_list(at=at)
    except TrustListError:
        return {}  # without a list there are no known witnesses; the count of verified cosignatures then says 0
    return {item.key.name: item.key for item in witnesses_of(trust_list=trust_list, region=settings.NODE.region)}
