"""The files that a document carries: the credential, the metadata, the seal code's text."""

from collections.abc import Iterator, Mapping

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.adapters.pdf.content import (
    CREDENTIAL_NAME,
    LICENCE_TYPE_NAME,
    OPENINGS_NAME,
    RECEIPT_NAME,
    SEAL_CODE_NAME,
)
from certificates.adapters.pdf.metadata import METADATA_NAME
from certificates.adapters.pdf.refusals import item
from certificates.core.errors import DocumentError
from certificates.core.photos import PHOTO_NAME

MAX_CARRIED_FILES = 8  # a licence carries four: credential, seal code, type, metadata
MAX_CARRIED_BYTES = 1024 * 1024  # the largest, a credential with every disclosure, has 64 KiB
MAX_ALL_CARRIED_BYTES = 4 * 1024 * 1024  # of all together; a licence's have some 300 KiB with its photo
KNOWN_NAMES = frozenset(
    {CREDENTIAL_NAME, SEAL_CODE_NAME, LICENCE_TYPE_NAME, METADATA_NAME, PHOTO_NAME, RECEIPT_NAME, OPENINGS_NAME}
)
_MAX_TREE_DEPTH = 8  # a name tree of eight files is one level deep


def _leaves(node: DictionaryObject, depth: int) -> Iterator[DictionaryObject]:
    if depth > _MAX_TREE_DEPTH:
        raise DocumentError("pdf.limit", "the list of carried files is nested too deeply")
    names = item(node, "/Names", ())
    for index in range(1, len(names), 2):
        yield names[index]
    kids = item(node, "/Kids", ())
    for index in range(len(kids)):
        yield from _leaves(kids[index], depth + 1)


def carried_files(reader: PdfFileReader) -> Mapping[str, bytes]:
    """This will read the embedded files by name (ISO 32000-2 7.11.4), at most eight of at most 1 MiB each, 4 MiB together.

    A file of another name is none of a licence's, and could be anything that a viewer offers to open.
    Raises DocumentError (`pdf.active`, `pdf.limit`, `pdf.unreadable`).
    """
    names = item(reader.root, "/Names")
    tree = None if names is None else item(names, "/EmbeddedFiles")
    found: dict[str, bytes] = {}
    for specification in () if tree is None else _leaves(tree, 0):
        name = str(item(specification, "/UF") or specification["/F"]).removeprefix("/")
        stream = specification["/EF"]["/F"]
        if name in found or len(found) >= MAX_CARRIED_FILES:
            raise DocumentError("pdf.limit", "the document carries too many files, or two of one name")
        if name not in KNOWN_NAMES:
            raise DocumentError("pdf.active", "the document holds a file that is not a licence's")
        if not isinstance(stream, StreamObject):
            raise DocumentError("pdf.unreadable", "a carried file is not a stream")
        data = bytes(stream.data)
        if len(data) > MAX_CARRIED_BYTES:
            raise DocumentError("pdf.limit", "a carried file is too large")
        found[name] = data
        if sum(map(len, found.values())) > MAX_ALL_CARRIED_BYTES:
            raise DocumentError("pdf.limit", "the carried files are too large together")
    return found
