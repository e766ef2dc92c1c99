"""Which bytes of the file a signature stands for: all of them but its own digits, in one canonical form."""

import re

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificates.core.errors import DocumentError

_HEX = re.compile(rb"[0-9A-F]+")


def require_one_end_of_file(data: bytes) -> None:
    """This will refuse what is no PDF (`pdf.unreadable`) and a file that goes on after its last marker (`pdf.trailing`)."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data:
        raise DocumentError("pdf.unreadable", "the file is not a PDF")
    if not data.endswith((b"%%EOF", b"%%EOF\n", b"%%EOF\r\n")):
        raise DocumentError("pdf.trailing", "the file goes on after its end marker")


def require_whole_file(data: bytes, signature: EmbeddedPdfSignature) -> None:
    """This will demand that the byte range spans the file and that its gap holds nothing but the signature's digits.

    ISO 32000-2 12.8.1 leaves the gap's contents to the reader: anything there but `<`, upper-case hexadecimal digits and
    `>` could carry other content under a valid signature. Raises DocumentError (`pdf.coverage`, `pdf.trailing`).
    """
    numbers = tuple(signature.byte_range)
    if len(numbers) != 4 or any(not isinstance(n, int) or n < 0 for n in numbers):  # noqa: PLR2004
        raise DocumentError("pdf.coverage", "the byte range is not two pairs of positive numbers")
    start, first, second, rest = (int(n) for n in numbers)
    if start != 0 or second <= first:
        raise DocumentError("pdf.coverage", "the byte range does not begin with the file or overlaps itself")
    if second + rest != len(data):
        code = "pdf.trailing" if second + rest < len(data) else "pdf.coverage"
        raise DocumentError(code, "the signature does not reach to the end of the file")
    gap = data[first:second]
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or not _HEX.fullmatch(digits) or len(digits) % 2:
        raise DocumentError("pdf.coverage", "the unsigned gap holds more than a signature")
    if bytes.fromhex(digits.decode("ascii")) != signature.pkcs7_content:
        raise DocumentError("pdf.coverage", "the gap is not the place of the signature that is read")
