"""The node's own application with nothing but the recording taken out, to be measured beside it and never to be served.

What is gone: the look-up, its sealed openings, its log entry, its promise, and the answer kept for a repeat (which is a row that belongs
to the look-up). What stays: authentication, policies, the whole verdict, the view, and the transaction around them.
"""

from uuid import UUID

from config.rsgi import application
from verification.services import record_answer
from verification.services.record_lookup import RecordedLookup

__all__ = ["application"]


def _recorded_nowhere(*, lookup_id: UUID, **_: object) -> RecordedLookup:
    return RecordedLookup(lookup_id=lookup_id, entry=b"", leaf_hash=b"", receipt="")


def _stored_nowhere(*_: object, **__: object) -> None:
    return None


vars(record_answer).update(record_lookup=_recorded_nowhere, store_answer=_stored_nowhere)
