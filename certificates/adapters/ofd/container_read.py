"""A ZIP container read strictly: every byte of the file belongs to one entry or to the one directory, which agree in everything.

ZIP readers differ on what a doubled, hidden or mislabelled entry means; here all such files are refused. Stored and deflated entries
only, nothing encrypted, no ZIP64, nothing before, between or after (APPNOTE.TXT 4.3).
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from certificates.adapters.ofd.container_write import CENTRAL, CENTRAL_MARK, END, END_MARK, LOCAL, LOCAL_MARK
from certificates.core.errors import DocumentError

MAX_CONTAINER_BYTES: Final = 10 * 1024 * 1024  # a licence has under 1 MiB
MAX_ENTRIES: Final = 256  # a licence has some 20
MAX_ENTRY_BYTES: Final = 8 * 1024 * 1024  # the largest, a page with its fine lines, has 400 KiB
MAX_TOTAL_BYTES: Final = 24 * 1024 * 1024  # all of a licence's together have under 1 MiB
MAX_RATIO: Final = 100  # of what an entry unpacks to; text of this kind packs at 5 to 20
RATIO_FROM_BYTES: Final = 256 * 1024

_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x2041  # bits 0, 6, 13: encrypted, strongly, masked
_FOLLOWED: Final = 0x0008  # bit 3: sizes stand after the data
_KNOWN_FLAGS: Final = 0x080E  # also bits 1 and 2 (how hard it was deflated) and 11 (UTF-8)
_DESCRIPTOR: Final = struct.Struct("<4sIII")
_DESCRIPTOR_MARK: Final = b"PK\x07\x08"
_NAME: Final = re.compile(
    r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}/){0,8}(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127})?", re.ASCII
)
_LINK: Final = 0xA000
_KIND: Final = 0xF000
_UNIX: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    name: str
    path: bytes
    flags: int
    method: int
    stamp: tuple[int, int]
    crc: int
    packed: int
    size: int
    needed: int
    offset: int
    made_by: int
    attributes: int


def read_container(data: bytes) -> Mapping[str, bytes]:
    """This will give the files by name, in the order of the directory; folders are left out.

    Raises DocumentError `ofd.limit` (sizes, number, ratio), `ofd.encrypted`, `ofd.entry_name` (a path that leaves the container,
    an absolute one, one that stands twice, a link), `ofd.container` (any other form).
    """
    if len(data) > MAX_CONTAINER_BYTES:
        raise DocumentError("ofd.limit", "the file is too large")
    listed, directory_start = _directory(data)
    _require_names(listed)
    found: dict[str, bytes] = {}
    at = total = 0
    for entry in sorted(listed, key=lambda one: one.offset):
        if entry.offset != at:
            raise _form()
        content, at = _content(data, entry)
        total += len(content)
        if total > MAX_TOTAL_BYTES:
            raise DocumentError("ofd.limit", "the file unpacks to more than is accepted")
        found[entry.name] = content
    if at != directory_start:
        raise _form()
    return MappingProxyType({entry.name: found[entry.name] for entry in listed if not entry.name.endswith("/")})


def _form() -> DocumentError:
    return DocumentError("ofd.container", "the file is no container of the one accepted form")


def _directory(data: bytes) -> tuple[list[_Listed], int]:
    if len(data) < END.size:
        raise _form()
    mark, disk, first_disk, here, entries, size, start, comment = END.unpack_from(data, len(data) - END.size)
    if mark != END_MARK or disk or first_disk or here != entries or comment or start + size + END.size != len(data):
        raise _form()
    if entries > MAX_ENTRIES:
        raise DocumentError("ofd.limit", "the file holds too many entries")
    listed = list(_listed(data[start : start + size], entries))
    # What stands in the directory alone must be the same for all: nothing else speaks for it.
    files = {(one.made_by, one.attributes) for one in listed if not one.name.endswith("/")}
    folders = {(one.made_by, one.attributes) for one in listed if one.name.endswith("/")}
    if len(files) != 1 or len(folders) > 1:
        raise _form()
    return listed, start


def _listed(directory: bytes, count: int) -> Iterator[_Listed]:
    at = 0
    for _ in range(count):
        if at + CENTRAL.size > len(directory):
            raise _form()
        mark, made_by, needed, flags, method, time, day, crc, packed, size, path_size, *rest = CENTRAL.unpack_from(
            directory, at
        )
        *nothing, attributes, offset = rest  # no extra field, comment, other disk or internal attribute
        path = directory[at + CENTRAL.size : at + CENTRAL.size + path_size]
        if mark != CENTRAL_MARK or len(path) != path_size or any(nothing):
            raise _form()
        if made_by >> 8 == _UNIX and attributes >> 16 & _KIND == _LINK:
            raise DocumentError("ofd.entry_name", "an entry is a link to somewhere else")
        yield _Listed(
            name=_name(path),
            path=path,
            flags=flags,
            method=method,
            stamp=(time, day),
            crc=crc,
            packed=packed,
            size=size,
            needed=needed,
            offset=offset,
            made_by=made_by,
            attributes=attributes,
        )
        at += CENTRAL.size + path_size
    if at != len(directory):
        raise _form()


def _name(path: bytes) -> str:
    name = path.decode("ascii", errors="replace")
    if not name or not _NAME.fullmatch(name):
        raise DocumentError("ofd.entry_name", "an entry has a name that leads elsewhere or has strange characters")
    return name


def _require_names(listed: list[_Listed]) -> None:
    # Readers that fold case, as on Windows, would take two such entries for one.
    names = {entry.name.lower() for entry in listed}
    folders = {name[: at + 1] for name in names for at, letter in enumerate(name) if letter == "/"}
    if len(names) != len(listed) or any(f"{name}/" in folders for name in names):
        raise DocumentError("ofd.entry_name", "two entries have one name")
    files = [name for name in names if not name.endswith("/")]
    if any(not any(file.startswith(name) for file in files) for name in names if name.endswith("/")):
        raise DocumentError("ofd.container", "a folder is listed that holds nothing")


def _content(data: bytes, entry: _Listed) -> tuple[bytes, int]:
    """This will give the content of an entry and the offset behind it; its two headers must say the same."""
    if entry.flags & _ENCRYPTED:
        raise DocumentError("ofd.encrypted", "encrypted entries are not accepted")
    if entry.flags & ~_KNOWN_FLAGS or entry.method not in {_STORED, _DEFLATED}:
        raise _form()
    followed = bool(entry.flags & _FOLLOWED)
    sizes = (0, 0, 0) if followed else (entry.crc, entry.packed, entry.size)
    head = LOCAL.pack(LOCAL_MARK, entry.needed, entry.flags, entry.method, *entry.stamp, *sizes, len(entry.path), 0)
    start = entry.offset + LOCAL.size + len(entry.path)
    end = start + entry.packed
    if data[entry.offset : start] != head + entry.path or end > len(data):
        raise _form()
    content = _unpacked(data[start:end], entry)
    if followed:
        tail = _DESCRIPTOR.pack(_DESCRIPTOR_MARK, entry.crc, entry.packed, entry.size)
        if data[end : end + len(tail)] != tail:
            raise _form()
        end += len(tail)
    return content, end


def _unpacked(packed: bytes, entry: _Listed) -> bytes:
    if entry.size > MAX_ENTRY_BYTES or (entry.size > RATIO_FROM_BYTES and entry.size > MAX_RATIO * entry.packed):
        raise DocumentError("ofd.limit", "an entry unpacks to more than is accepted")
    content = packed if entry.method == _STORED else _inflated(packed, entry.size)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc or (entry.name.endswith("/") and content):
        raise _form()
    return content


def _inflated(packed: bytes, size: int) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error as error:
        raise _form() from error
    if not stream.eof or stream.unused_data or stream.unconsumed_tail or _has_loose_bits(packed):
        raise _form()
    return content


def _has_loose_bits(packed: bytes) -> bool:
    """This will tell whether bits are set behind the end of the stream, in its last byte, where they mean nothing."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    stream.decompress(packed[:-1], MAX_ENTRY_BYTES)
    last = packed[-1]
    expected = stream.copy().decompress(packed[-1:])
    for bit in range(7, -1, -1):
        other = stream.copy()
        try:
            is_loose = other.decompress(bytes([last ^ 1 << bit])) == expected and other.eof
        except zlib.error:
            is_loose = False
        if not is_loose:
            return False
        if last >> bit & 1:
            return True
    return False
