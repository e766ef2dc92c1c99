"""The lists of revoked certificates that a document carries for later readers: its document security store (ISO 32000-2 12.8.4.3)."""

from typing import Final

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.adapters.pdf.refusals import item
from certificates.core.errors import DocumentError

MAX_LISTS: Final = 64  # two or three for each renewal of the archive timestamp
MAX_LIST_BYTES: Final = 256 * 1024  # as long as a list may be anywhere in this system
MAX_LISTS_BYTES: Final = 6 * 1024 * 1024  # of all together: what goes back to the node beside the carried files


def carried_revocation_lists(reader: PdfFileReader) -> tuple[bytes, ...]:
    """This will give the lists (DER) of the file's store, unverified. Raises DocumentError (`pdf.limit`, `pdf.unreadable`)."""
    store = item(reader.root, "/DSS")
    lists = () if store is None else item(store, "/CRLs", ())
    if len(lists) > MAX_LISTS:
        raise DocumentError("pdf.limit", "the document carries too many revocation lists")
    found = []
    for index in range(len(lists)):
        stream = lists[index]
        if not isinstance(stream, StreamObject):
            raise DocumentError("pdf.unreadable", "a revocation list is not a stream")
        data = bytes(stream.data)
        if len(data) > MAX_LIST_BYTES:
            raise DocumentError("pdf.limit", "a revocation list is too large")
        found.append(data)
        if sum(map(len, found)) > MAX_LISTS_BYTES:
            raise DocumentError("pdf.limit", "the revocation lists are too large together")
    return tuple(found)
