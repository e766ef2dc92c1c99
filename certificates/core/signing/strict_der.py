"""The little of DER (X.690) that keys and signatures need, read strictly: one encoding for one meaning, nothing left over."""

from typing import Final

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_ID: Final = 0x06
SEQUENCE: Final = 0x30
CONTEXT_0: Final = 0xA0
CONTEXT_1: Final = 0xA1

_LONG_FORM: Final = 0x80  # X.690 section 8.1.3: above, the length's own length
_SIGN_BIT: Final = 0x80
_MOST_DIGITS: Final = 2  # keys and signatures stay below 64 KiB


class DerReader:
    """This will read the elements of one content in order; every method raises ValueError for what is not strict DER."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def enter(self, tag: int) -> "DerReader":
        """This will give a reader of the next element's content and, at the outermost level, allow nothing behind it."""
        inner = DerReader(self.take(tag))
        self.end()
        return inner

    def take(self, tag: int) -> bytes:
        """This will give the next element's content."""
        if self._data[self._at : self._at + 1] != bytes([tag]):
            raise ValueError("another element was expected")
        start, length = self._length(self._at + 1)
        if start + length > len(self._data):
            raise ValueError("the content ends too early")
        self._at = start + length
        return self._data[start : self._at]

    def unsigned(self) -> bytes:
        """This will give the next INTEGER, not negative and minimal, as big-endian bytes without leading zeros."""
        content = self.take(INTEGER)
        if not content or content[0] & _SIGN_BIT:
            raise ValueError("a number is negative or empty")
        if content[0] == 0 and len(content) > 1 and not content[1] & _SIGN_BIT:
            raise ValueError("a number is not in its shortest form")
        return content.lstrip(b"\0")

    def has(self, tag: int) -> bool:
        """This will tell whether the next element has this tag."""
        return self._data[self._at : self._at + 1] == bytes([tag])

    def end(self) -> None:
        """This will refuse anything left unread."""
        if self._at != len(self._data):
            raise ValueError("bytes are left over")

    def _length(self, at: int) -> tuple[int, int]:
        if at >= len(self._data):
            raise ValueError("the content ends too early")
        first = self._data[at]
        if first < _LONG_FORM:
            return at + 1, first
        count = first - _LONG_FORM
        digits = self._data[at + 1 : at + 1 + count]
        length = int.from_bytes(digits, "big")
        if not 1 <= count <= _MOST_DIGITS or len(digits) != count or digits[0] == 0 or length < _LONG_FORM:
            raise ValueError("a length is not in its shortest form")
        return at + 1 + count, length


def tlv(tag: int, content: bytes) -> bytes:
    """This will give one element; its content must be shorter than 256 bytes, which every key and signature here is."""
    size = len(content)
    return bytes([tag, size] if size < _LONG_FORM else [tag, _LONG_FORM + 1, size]) + content


def uint(value: bytes) -> bytes:
    """This will give an INTEGER of big-endian bytes that stand for a number not negative."""
    digits = value.lstrip(b"\0")
    return tlv(INTEGER, b"\0" + digits if not digits or digits[0] & _SIGN_BIT else digits)
