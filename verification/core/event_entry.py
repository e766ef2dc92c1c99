"""Log entries that are no look-ups: events of a certificate's life, and the hourly count of the journal.

An event's entry follows from the credential's hash alone: whoever holds a credential can compute its leaf and find it
in the log, so that licences logged before a key was stolen can be told from those signed after it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from certificates.core.canonical import b64url, canonical_json
from verification.core.errors import LogError
from verification.core.lookup_entry import ENTRY_VERSION, EntryKind, hour_of, require_hour
from verification.core.merkle import HASH_SIZE
from verification.core.tiles import require_entry_size

EVENT_KINDS: Final = frozenset(kind for kind in EntryKind if kind.startswith("event."))
_REASON = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*", re.ASCII)


def event_leaf(*, kind: EntryKind, credential_sha256: bytes, at: datetime) -> bytes:
    """This will return the entry (canonical JSON) of an event; the leaf is its `leaf_hash`.

    `credential_sha256` is the SHA-256 of the issuer-signed JWT; `at` is the event's time, for `event.issued` the
    credential's own `iat`, so that the holder of a credential needs nothing else. The credential stands in it hashed
    with the kind, so that two events of one credential cannot be linked without it.
    Raises LogError `log.entry.malformed` for another kind or length.
    """
    if kind not in EVENT_KINDS or len(credential_sha256) != HASH_SIZE:
        raise LogError("log.entry.malformed", "An event needs an event's kind and a SHA-256 hash.")
    tag = sha256(f"huzheng.{kind.value}.v1\0".encode() + credential_sha256).digest()
    return canonical_json({"v": ENTRY_VERSION, "kind": kind.value, "hour": hour_of(at), "credential": b64url(tag)})


def journal_leaf(*, hour: str, counts: Mapping[str, int]) -> bytes:
    """This will return the entry (canonical JSON) that counts, by reason, the calls of one hour that were no look-ups.

    Raises LogError `log.entry.malformed|size`.
    """
    require_hour(hour)
    if any(not _REASON.fullmatch(reason) or count < 0 for reason, count in counts.items()):
        raise LogError("log.entry.malformed", "A journal counts named reasons from zero.")
    entry = canonical_json(
        {"v": ENTRY_VERSION, "kind": EntryKind.JOURNAL_HOUR.value, "hour": hour, "counts": dict(counts)}
    )
    require_entry_size(entry)
    return entry
