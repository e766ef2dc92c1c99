"""A status list as packed bits: setting, changing, compressing and reading single entries.

IETF Token Status List, section 4: entries of 1, 2, 4 or 8 bits, the first one in the lowest bits of the first byte, the
whole array as one zlib stream (RFC 1950). A list is never built anew for one change: `flip` works on the packed bytes.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from certificates.core.errors import StatusListError

BITS = 2
MAX_ENTRIES = 2**24  # 4 MiB at two bits: a province's licences are spread over many lists
MAX_INFLATED_BYTES = MAX_ENTRIES * BITS // 8  # what the largest list inflates to, and no bomb beyond it
# Level 9 costs fourteen times the time of 6 for an eighth of the size: see docs/decisions/0015.
COMPRESSION_LEVEL = 6
_BYTE_BITS = 8
_ALLOWED_BITS = (1, 2, 4, 8)


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

    def marked(self) -> dict[int, int]:
        """This will give every entry that is not 0, by index; zero bytes are passed over whole."""
        share = _BYTE_BITS // self.bits
        mask = (1 << self.bits) - 1
        return {
            position * share + place: value
            for position, byte in enumerate(self.data)
            if byte
            for place in range(share)
            if (value := byte >> place * self.bits & mask)
        }


def pack(statuses: Mapping[int, int], *, size: int, bits: int = BITS) -> bytes:
    """This will give the packed bytes of a list of `size` entries, where `statuses` holds the ones that are not 0.

    Raises StatusListError `status_list.index|value|limit`.
    """
    if bits not in _ALLOWED_BITS or not 0 < size <= MAX_ENTRIES or size * bits % _BYTE_BITS:
        raise StatusListError("status_list.limit", "the list has no size that can be published")
    return flip_all(bytes(size * bits // _BYTE_BITS), statuses, bits=bits)


def flip(packed: bytes, *, index: int, value: int, bits: int = BITS) -> bytes:
    """This will give the packed bytes with one entry set to `value`; raises StatusListError `status_list.index|value`."""
    return flip_all(packed, {index: value}, bits=bits)


def flip_all(packed: bytes, changes: Mapping[int, int], *, bits: int = BITS) -> bytes:
    """This will give the packed bytes with several entries set; cost: one copy, and the changes.

    Raises StatusListError `status_list.index|value`.
    """
    data = bytearray(packed)
    entries = len(data) * _BYTE_BITS // bits
    mask = (1 << bits) - 1
    for index, value in changes.items():
        if not 0 <= index < entries:
            raise StatusListError("status_list.index", "the list has no entry of this index")
        if not 0 <= value <= mask:
            raise StatusListError("status_list.value", "the value does not fit the list's entries")
        position, offset = divmod(index * bits, _BYTE_BITS)
        data[position] = data[position] & ~(mask << offset) | value << offset
    return bytes(data)


def compress(packed: bytes, *, level: int = COMPRESSION_LEVEL) -> bytes:
    """This will give the zlib stream of packed entries: the `lst` of a CWT, and in base64url that of a JWT."""
    return zlib.compress(packed, level)


def inflate(stream: bytes, *, bits: int, max_bytes: int = MAX_INFLATED_BYTES) -> StatusBits:
    """This will inflate one whole zlib stream to at most `max_bytes`; no more than that is ever allotted.

    Raises StatusListError `status_list.limit` (too large inflated) or `status_list.malformed`.
    """
    if bits not in _ALLOWED_BITS:
        raise StatusListError("status_list.malformed", "the list states a width that does not exist")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(stream, max_bytes + 1)
    except zlib.error as error:
        raise StatusListError("status_list.malformed", "the list is not zlib") from error
    if len(data) > max_bytes:
        raise StatusListError("status_list.limit", "the list inflates to more than allowed here")
    if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
        raise StatusListError("status_list.malformed", "the list is not one whole zlib stream")
    return StatusBits(bits=bits, data=data)
