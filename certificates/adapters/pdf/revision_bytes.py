"""How a later revision must be written: objects one behind the other, a plain table that names each, a trailer, nothing else.

ISO 32000-2 7.5.6 lets an update hold anything between its objects. What no table names could still be found by a viewer that
repairs files, so a revision behind the certification has no room for it.
"""

import re
from itertools import pairwise
from typing import Final

from certificates.core.errors import DocumentError

_TABLE: Final = re.compile(
    rb"xref\n((?:\d{1,7} \d{1,5}\n(?:\d{10} \d{5} [nf] ?[\r\n]{1,2})+)+)trailer\n<<\n([^<>]*(?:<[0-9A-Fa-f]*>[^<>]*)*)>>\n"
)
_SECTION: Final = re.compile(rb"(\d{1,7}) (\d{1,5})\n((?:\d{10} \d{5} [nf] ?[\r\n]{1,2})+)")
_ENTRY_BYTES: Final = 20  # ISO 32000-2 7.5.4
_END: Final = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n?")
_FREE_LIST: Final = b"0000000000 65535 f"
_MOST_OBJECTS: Final = 512  # of one revision: a store of some dozen certificates and lists
_STREAM: Final = re.compile(
    rb"\A(\d{1,7}) 0 obj\n<<\n(?:/Filter /FlateDecode\n)?/Length (\d{1,8})\n(?:/Filter /FlateDecode\n)?>>\nstream\n"
)


def require_plain_revision(data: bytes, *, start: int, end: int, table: int) -> frozenset[int]:
    """This will demand the one form of a revision at `start` to `end` whose table begins at `table`, and give its objects' numbers.

    Raises DocumentError `pdf.modified`.
    """
    found = _TABLE.match(data, table, end)
    tail = None if found is None else _END.fullmatch(data, found.end(), end)
    if found is None or tail is None or int(tail[1]) != table:
        raise _changed()
    places = _places(found[1])
    bounds = [*sorted(places), table]
    if not places or bounds[0] != start:
        raise _changed()
    for place, until in pairwise(bounds):
        _require_one_object(data[place:until], number=places[place])
    return frozenset(places.values())


def _places(table: bytes) -> dict[int, int]:
    """Offset to number; the free list's head may stand in front."""
    places: dict[int, int] = {}
    seen: set[int] = set()
    for first, count, lines in _SECTION.findall(table):
        entries = [lines[at : at + _ENTRY_BYTES] for at in range(0, len(lines), _ENTRY_BYTES)]
        if len(entries) != int(count) or len(places) + len(entries) > _MOST_OBJECTS:
            raise _changed()
        for number, entry in enumerate(entries, start=int(first)):
            if number == 0 and entry.startswith(_FREE_LIST):
                continue
            place = int(entry[:10])
            if entry[10:18] != b" 00000 n" or place in places or number in seen or number == 0:
                raise _changed()
            places[place] = number
            seen.add(number)
    return places


def _require_one_object(written: bytes, *, number: int) -> None:
    stream = _STREAM.match(written)
    if stream is not None:
        rest = written[stream.end() + int(stream[2]) :]
        is_plain = int(stream[1]) == number and rest.strip(b"\r\n") == b"endstream\nendobj"
    else:
        is_plain = written.startswith(b"%d 0 obj\n" % number) and written.endswith(b"\nendobj\n")
        is_plain = (
            is_plain and written.count(b"endobj") == 1 and written.count(b" obj") == 1 and b"stream" not in written
        )
    if not is_plain:
        raise _changed()


def _changed() -> DocumentError:
    return DocumentError("pdf.modified", "the document was changed after it was signed")
