"""The text that a viewer shows on a document's pages."""

from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from certificates.core.errors import DocumentError

MAX_TEXT_CHARS: Final = 200_000  # 50 pages of small print


def page_text(pdf: bytes) -> str:
    """This will give the pages' text in reading order, a line feed between lines and pages.

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


def _text(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        count = pdfium.FPDFText_CountChars(text)
        if count <= 0:
            return ""
        if count > MAX_TEXT_CHARS:
            raise DocumentError("pdf.limit", "a page has too much text")
        return str(text.get_text_range())
    finally:
        text.close()
        page.close()
