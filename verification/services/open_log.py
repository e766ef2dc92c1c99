"""What a publisher makes sure of before its first batch."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from verification.core.checkpoint import verify_checkpoint
from verification.core.errors import LogError
from verification.core.log_names import log_origin
from verification.queries.log_checkpoint import latest_checkpoint
from verification.services.ask_witnessed_size import ask_witnessed_size
from verification.services.publish_log import resume_tree
from verification.services.remember_head import batch_to_repeat
from verification.services.trusted_log_keys import trusted_added_keys, trusted_log_keys
from verification.triggers import missing_triggers


def open_log(*, at: datetime) -> int:
    """This will give the size of the log where triggers stand, and leaves, tiles, signed head, the node's mark and its witnesses agree.

    Raises LogError `log.triggers`, `log.tree.disagrees`, `log.checkpoint.signature`, `log.clock.back`,
    `log.storage_older`, `log.witness.ahead`.
    """
    if missing_triggers():
        raise LogError("log.triggers", "Append-only triggers are absent or altered: run migrate, then audit_log.")
    head = latest_checkpoint()
    if head is not None:
        _require_own_signature(head.note, head.size, head.root, at)
    with transaction.atomic():
        tree = resume_tree(at=at)
        batch_to_repeat(tree)
    ask_witnessed_size(at=at)
    return tree.size


def _require_own_signature(note: bytes, size: int, root: bytes, at: datetime) -> None:
    origin, added = log_origin(settings.NODE.region), trusted_added_keys(at=at)
    for key in trusted_log_keys(at=at):
        try:
            said = verify_checkpoint(note, origin=origin, key=key, added=added)
        except LogError:
            continue
        if (said.size, said.root) == (size, root):
            return
    raise LogError(
        "log.checkpoint.signature", "The last head is not signed by a key of this log, or says otherwise than its row."
    )
