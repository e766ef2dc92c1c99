"""Which bytes of the file a signature stands for: all of its revision but its own digits, in one canonical form."""

import re
from typing import Any, Final

from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject, DictionaryObject, NumberObject, TextStringObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificates.adapters.pdf.refusals import item
from certificates.core.errors import DocumentError

_HEX: Final = re.compile(rb"[0-9A-F]+")
_END: Final = re.compile(rb"startxref\s{1,4}\d{1,10}\s{1,4}%%EOF(?:\r?\n)?\Z")
_END_WITHIN: Final = 48  # bytes that the end of a file takes
_HEADER_WITHIN: Final = 1024  # bytes in which viewers look for a header
_RANGE: Final = 4  # numbers of a byte range


def require_one_end_of_file(data: bytes) -> None:
    """This will refuse what is no PDF (`pdf.unreadable`) and a file with something before its header or after its last marker (`pdf.trailing`)."""
    if not data.startswith(b"%PDF-"):
        if b"%PDF-" in data[:_HEADER_WITHIN]:
            raise DocumentError("pdf.trailing", "the file begins with something else")
        raise DocumentError("pdf.unreadable", "the file is not a PDF")
    if b"startxref" not in data or b"%%EOF" not in data:
        raise DocumentError("pdf.unreadable", "the file is not a PDF")
    if _END.search(data, max(0, len(data) - _END_WITHIN)) is None:
        raise DocumentError("pdf.trailing", "the file goes on after its end marker")


def require_byte_ranges(reader: PdfFileReader) -> int:
    """This will demand a byte range and a value of every signature, looked at as they are written, and count the signatures.

    The library forgives a few broken ones, on which universal signature forgeries live. Raises DocumentError
    (`pdf.byterange`, `pdf.unsigned`, `pdf.signatures`).
    """
    form = item(reader.root, "/AcroForm")
    fields = () if form is None else item(form, "/Fields", ())
    found = 0
    for index in range(len(fields)):
        value = item(fields[index], "/V")
        if not isinstance(value, DictionaryObject) or item(fields[index], "/FT") != "/Sig" or "/Kids" in fields[index]:
            raise DocumentError("pdf.signatures", "the document has a field that is no signature")
        _require_byte_range(value)
        found += 1
    if not found:
        raise DocumentError("pdf.unsigned", "the document is not signed")
    return found


def _require_byte_range(value: DictionaryObject) -> None:
    numbers: Any = value.raw_get("/ByteRange") if "/ByteRange" in value else None
    content: Any = value.raw_get("/Contents") if "/Contents" in value else None
    if not isinstance(numbers, ArrayObject) or len(numbers) != _RANGE:
        raise DocumentError("pdf.byterange", "the byte range is not two pairs of numbers")
    pair = [numbers.raw_get(index) for index in range(_RANGE)]
    if any(not isinstance(number, NumberObject) or number < 0 for number in pair):
        raise DocumentError("pdf.byterange", "the byte range is not two pairs of positive numbers")
    start, first, second, rest = pair
    if start != 0 or first <= 0 or second <= first or rest <= 0:
        raise DocumentError("pdf.byterange", "the byte range does not begin with the file, is empty or overlaps itself")
    if not isinstance(content, ByteStringObject | TextStringObject) or not content:
        raise DocumentError("pdf.byterange", "the signature has no value")
    if isinstance(content, ByteStringObject) and not content.strip(b"\0"):
        raise DocumentError("pdf.byterange", "the signature's value is empty")


def signed_end(data: bytes, signature: EmbeddedPdfSignature) -> int:
    """This will demand that the byte range lies in the file with nothing but the signature's digits in its gap, and give its end.

    ISO 32000-2 12.8.1 leaves the gap's contents to the reader: anything there but `<`, upper-case hexadecimal digits and
    `>` could carry other content under a valid signature. Raises DocumentError (`pdf.coverage`, `pdf.gap`).
    """
    _, first, second, rest = (int(number) for number in signature.byte_range)
    if second + rest > len(data):
        raise DocumentError("pdf.coverage", "the signature reaches beyond the end of the file")
    gap = data[first:second]
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or not _HEX.fullmatch(digits) or len(digits) % 2:
        if b"endobj" in gap:  # wrapping: what is read stands there, what is signed was moved behind it
            raise DocumentError("pdf.coverage", "the signature leaves out objects of the file")
        raise DocumentError("pdf.gap", "the unsigned gap holds more than a signature")
    if bytes.fromhex(digits.decode("ascii")) != signature.pkcs7_content:
        raise DocumentError("pdf.coverage", "the gap is not the place of the signature that is read")
    return second + rest


def require_end(end: int, *, data: bytes, is_revised: bool) -> None:
    """This will demand that the last signature reaches to the end of the file.

    Raises DocumentError: `pdf.modified` where a later revision follows (`is_revised`), else `pdf.trailing`.
    """
    if end == len(data):
        return
    if is_revised:
        raise DocumentError("pdf.modified", "the document was changed after it was signed")
    raise DocumentError("pdf.trailing", "the file goes on after what is signed")
