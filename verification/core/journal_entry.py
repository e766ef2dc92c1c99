"""The log entry that counts, hour by hour, the calls that were no look-ups."""

import re
from collections.abc import Mapping

from certificates.core.canonical import canonical_json
from verification.core.errors import LogError
from verification.core.lookup_entry import ENTRY_VERSION, EntryKind, require_hour
from verification.core.tiles import require_entry_size

_REASON = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*", re.ASCII)


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
