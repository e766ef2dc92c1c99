"""The two elements of DER (X.690) that signatures and keys of the suites are written with; `certificates.core.der` reads it."""

from certificates.core.der import INTEGER


def tlv(tag: int, content: bytes) -> bytes:
    """This will give one element; its content must be shorter than 256 bytes, which every key and signature here is."""
    size = len(content)
    return bytes([tag, size] if size < 0x80 else [tag, 0x81, size]) + content  # noqa: PLR2004 - the long form


def uint(value: bytes) -> bytes:
    """This will give an INTEGER of big-endian bytes that stand for a number not negative."""
    digits = value.lstrip(b"\0")
    return tlv(INTEGER, b"\0" + digits if not digits or digits[0] & 0x80 else digits)
