"""The node's marks: small files beside its keys, which tell what it has seen, whatever its database says now."""

from pathlib import Path
from typing import Final

from django.conf import settings

LOG: Final = "log"  # the highest head this node signed (`core.log_mark`)
WITNESSED: Final = "log-witnessed"  # the largest size of our log that a witness says it saw
TRUST_LIST: Final = "trust-list"  # the highest version of the trust list taken into use, and its digest
PUBLISHER: Final = "publisher"  # when the publisher last ended a round

_cache: dict[Path, tuple[tuple[int, int, int], bytes]] = {}


def read_mark(name: str) -> bytes | None:
    """This will give a mark as it stands in its file now, None where there is none; what did not change is not read again."""
    path = settings.NODE.var / "marks" / name
    try:
        found = path.stat()
        state = (found.st_ino, found.st_mtime_ns, found.st_size)
        known = _cache.get(path)
        if known is None or known[0] != state:
            known = _cache[path] = (state, path.read_bytes())
    except FileNotFoundError:
        return None
    return known[1]
