"""The text that a viewer shows on a document's pages."""

from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from certificates.adapters.pdf.visible_text import VisibleText
from certificates.core.errors import DocumentError

MAX_TEXT_CHARS: Final = 200_000  # 50 pages of small print
UNSEEN: Final = (
    "\0"  # stands where the page has a character that nobody sees; no page agrees with a credential that has one
)


def page_text(pdf: bytes) -> str:
    """This will give the pages' text in reading order, a line feed between lines and pages, `UNSEEN` for what nobody can see.

    A large native parser reads here: give it only files that a trusted agency signed, inside a confined process.
    Raises DocumentError (`pdf.unreadable`, `pdf.limit`).
    """
    try:
        return _pages(pdf)
    except pypdfium2.PdfiumError as error:
        raise DocumentError("pdf.unreadable", "the pages cannot be read") from error


def _pages(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    parts = []
    try:
        for index in range(len(document)):
            parts.append(_text(document[index]))
            if sum(map(len, parts)) > MAX_TEXT_CHARS:
                raise DocumentError("pdf.limit", "the pages have too much text")
    finally:
        document.close()
    return "\n".join(parts)


def _read(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, count: int) -> str:
    seen = VisibleText(page, text)
    found = (
        chr(pdfium.FPDFText_GetUnicode(text, index))
        # Blanks and ends of lines are the library's own, where it saw room between words.
        if pdfium.FPDFText_IsGenerated(text, index) == 1 or seen.sees(index)
        else UNSEEN
        for index in range(count)
    )
    return "".join(found).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        count = pdfium.FPDFText_CountChars(text)
        if count <= 0:
            return ""
        if count > MAX_TEXT_CHARS:
            raise DocumentError("pdf.limit", "a page has too much text")
        return _read(page, text, count)
    finally:
        text.close()
        page.close()
