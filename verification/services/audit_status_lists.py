"""The audit of what is published: do the kept bits of every status list say what entries and events say?"""

from certificates.models import StatusList
from certificates.services.check_status_list import disagreements
from verification.core.audit_report import Finding


def audit_status_lists() -> list[Finding]:
    """This will name the lists whose bits are not what the logged events led to; it mends nothing."""
    rows = StatusList.objects.order_by("pk")
    return [
        Finding(code="status.disagrees", text=f"Status list {row.pk} does not publish what the events led to.")
        for row in rows.iterator(chunk_size=1)
        if disagreements(row).changes
    ]
