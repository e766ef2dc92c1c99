"""What a node remembers of its log outside of its database: the highest head it signed, and the batch on its way.

A database that is older than this mark was put back from a copy: a log that went on from there would fork.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError
from verification.core.errors import LogError
from verification.core.merkle import EMPTY_ROOT, HASH_SIZE

MAX_MARK_BYTES: Final = 4 * 1024 * 1024  # the largest batch on its way, 30 bytes for each item


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingItem:
    """This will name one thing that waits for its index: an entry by its row, or a certificate's event by its own."""

    entry_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedBatch:
    """This will hold a batch that was about to commit: the items in their order, and the head they make."""

    size: int
    root: bytes
    items: tuple[WaitingItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMark:
    """This will hold the highest head known to be committed, and with `intended` the batch that may or may not be."""

    size: int
    root: bytes
    intended: IntendedBatch | None = None


NOTHING_SIGNED: Final = LogMark(size=0, root=EMPTY_ROOT)


def mark_bytes(mark: LogMark) -> bytes:
    """This will give the file's JSON; items are `["entry", id]` or `["event", id]`, roots hex."""
    members: dict[str, Any] = {"size": mark.size, "root": mark.root.hex(), "intended": None}
    if mark.intended is not None:
        items = [
            ["event", item.event_id] if item.entry_id is None else ["entry", item.entry_id]
            for item in mark.intended.items
        ]
        members["intended"] = {"size": mark.intended.size, "root": mark.intended.root.hex(), "items": items}
    return json.dumps(members, separators=(",", ":")).encode("ascii") + b"\n"


@lru_cache(maxsize=4)  # asked for at every look-up, while the file changes with every batch
def parse_mark(data: bytes) -> LogMark:
    """This will read the file; raises LogError `log.mark` for anything else than what `mark_bytes` writes."""
    try:
        members = strict_json_loads(data, max_bytes=MAX_MARK_BYTES)
        intended = members["intended"]
        return LogMark(
            size=_whole(members["size"]),
            root=_root(members["root"]),
            intended=None if intended is None else _batch(intended),
        )
    except (CanonicalError, ValueError, TypeError, KeyError) as error:
        raise LogError("log.mark", "The node's mark of its log's size cannot be read.") from error


def require_reached(mark: LogMark, *, size: int, root: bytes | None = None) -> None:
    """This will raise LogError `log.storage_older` where the stored log ends before the mark, or is another one at it.

    The head of a batch on its way counts as reached by the head before it: nobody has seen it yet.
    """
    heads = [(mark.size, mark.root)]
    if mark.intended is not None:
        heads.append((mark.intended.size, mark.intended.root))
    is_another = root is not None and any(size == known and root != signed for known, signed in heads)
    if size < mark.size or is_another:
        raise LogError("log.storage_older", "The database is older than the log that this node has signed already.")


def _batch(members: Any) -> IntendedBatch:
    return IntendedBatch(
        size=_whole(members["size"]),
        root=_root(members["root"]),
        items=tuple(_item(kind, _whole(number)) for kind, number in members["items"]),
    )


def _item(kind: Any, number: int) -> WaitingItem:
    if kind == "entry":
        return WaitingItem(entry_id=number)
    if kind == "event":
        return WaitingItem(event_id=number)
    raise ValueError


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _root(value: Any) -> bytes:
    root = bytes.fromhex(value)
    if len(root) != HASH_SIZE:
        raise ValueError
    return root
