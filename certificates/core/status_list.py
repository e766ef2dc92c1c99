"""The status list: two bits per credential in one compressed string (IETF Token Status List, section 4)."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.errors import CanonicalError, StatusListError

BITS = 2
MAX_ENTRIES = 2**24  # 4 MiB at two bits: a province's licences are spread over many lists
MAX_INFLATED_BYTES = MAX_ENTRIES * BITS // 8
_BYTE_BITS = 8
_ALLOWED_BITS = (1, 2, 4, 8)


class Status(IntEnum):
    """This will name the status types of the Token Status List (section 7.1) used here; 3 has no meaning for us."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReference:
    """This will say where a credential's status stands: the list's URI and the index in it, from 0."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusBits:
    """This will answer single look-ups in an inflated list."""

    bits: int
    data: bytes

    def get(self, index: int) -> int:
        """This will give the raw value at `index`; raises StatusListError `status_list.index` out of range."""
        if type(index) is not int or not 0 <= index < len(self.data) * _BYTE_BITS // self.bits:
            raise StatusListError("status_list.index", "the list has no entry of this index")
        position, offset = divmod(index * self.bits, _BYTE_BITS)
        return self.data[position] >> offset & (1 << self.bits) - 1

    def status(self, index: int) -> Status:
        """This will give the status at `index`; raises StatusListError `status_list.index|value`."""
        try:
            return Status(self.get(index))
        except ValueError as error:
            raise StatusListError("status_list.value", "the entry holds a value without a meaning here") from error


def encode(statuses: Mapping[int, int], *, size: int, bits: int = BITS) -> str:
    """This will give the `lst` text of a list of `size` entries, where `statuses` holds the ones that are not 0.

    Cost grows with the entries that are not 0 and the compression of the zeros, not with a loop over all.
    Raises StatusListError `status_list.index|value|limit`.
    """
    if bits not in _ALLOWED_BITS or not 0 < size <= MAX_ENTRIES or size * bits % _BYTE_BITS:
        raise StatusListError("status_list.limit", "the list has no size that can be published")
    data = bytearray(size * bits // _BYTE_BITS)
    for index, status in statuses.items():
        if not 0 <= index < size:
            raise StatusListError("status_list.index", "the list has no entry of this index")
        if not 0 <= status < 1 << bits:
            raise StatusListError("status_list.value", "the value does not fit the list's entries")
        position, offset = divmod(index * bits, _BYTE_BITS)
        data[position] |= status << offset
    return b64url(zlib.compress(bytes(data), 9))  # the draft recommends the highest level


def decode(lst: str, *, bits: int, max_bytes: int = MAX_INFLATED_BYTES) -> StatusBits:
    """This will inflate a `lst` text of at most `max_bytes`, one whole zlib stream with nothing after it.

    Raises StatusListError `status_list.limit` (too large inflated) or `status_list.malformed`.
    """
    if bits not in _ALLOWED_BITS:
        raise StatusListError("status_list.malformed", "the list states a width that does not exist")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(b64url_decode_strict(lst), max_bytes + 1)
    except (CanonicalError, zlib.error) as error:
        raise StatusListError("status_list.malformed", "the list is not zlib in base64url") from error
    if len(data) > max_bytes:
        raise StatusListError("status_list.limit", "the list inflates to more than allowed here")
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise StatusListError("status_list.malformed", "the list is not one whole zlib stream")
    return StatusBits(bits=bits, data=data)
