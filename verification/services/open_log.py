"""What a publisher makes sure of before its first batch."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from verification.core.checkpoint import verify_checkpoint
from verification.core.errors import LogError
from verification.core.log_names import log_origin
from verification.queries.log_checkpoint import latest_checkpoint
from verification.queries.node_keys import log_note_keys
from verification.services.publish_log import resume_tree
from verification.triggers import missing_triggers


def open_log(*, at: datetime) -> int:
    """This will give the size of the log where triggers stand and leaves, tiles and signed head agree; writes nothing.

    Raises LogError `log.triggers`, `log.tree.disagrees`, `log.checkpoint.signature`, `log.clock.back`.
    """
    if missing_triggers():
        raise LogError("log.triggers", "Append-only triggers are absent or altered: run migrate, then audit_log.")
    head = latest_checkpoint()
    if head is not None:
        _require_own_signature(head.note, head.size, head.root)
    with transaction.atomic():
        return resume_tree(at=at).size


def _require_own_signature(note: bytes, size: int, root: bytes) -> None:
    origin = log_origin(settings.NODE.region)
    for key in log_note_keys(origin=origin):
        try:
            said = verify_checkpoint(note, origin=origin, key=key)
        except LogError:
            continue
        if (said.size, said.root) == (size, root):
            return
    raise LogError(
        "log.checkpoint.signature", "The last head is not signed by a key of this log, or says otherwise than its row."
    )
