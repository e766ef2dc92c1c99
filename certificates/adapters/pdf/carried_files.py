"""The files that a document carries: the credential, the metadata, the seal code's text."""

from collections.abc import Iterator, Mapping

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.core.errors import DocumentError

MAX_CARRIED_FILES = 8
MAX_CARRIED_BYTES = 1024 * 1024
_MAX_TREE_DEPTH = 8


def _leaves(node: DictionaryObject, depth: int) -> Iterator[DictionaryObject]:
    if depth > _MAX_TREE_DEPTH:
        raise DocumentError("pdf.limit", "the list of carried files is nested too deeply")
    names = node.get("/Names", ())
    for index in range(1, len(names), 2):
        yield names[index]
    kids = node.get("/Kids", ())
    for kid in kids:
        yield from _leaves(kid.get_object(), depth + 1)


def carried_files(reader: PdfFileReader) -> Mapping[str, bytes]:
    """This will read the embedded files by name (ISO 32000-2 7.11.4), at most eight of at most 1 MiB each.

    Raises DocumentError (`pdf.limit`, `pdf.unreadable`).
    """
    names = reader.root.get("/Names", {})
    tree = names.get("/EmbeddedFiles")
    found: dict[str, bytes] = {}
    for specification in () if tree is None else _leaves(tree, 0):
        name = str(specification.get("/UF") or specification["/F"]).removeprefix("/")
        stream = specification["/EF"]["/F"]
        if name in found or len(found) >= MAX_CARRIED_FILES:
            raise DocumentError("pdf.limit", "the document carries too many files, or two of one name")
        if not isinstance(stream, StreamObject):
            raise DocumentError("pdf.unreadable", "a carried file is not a stream")
        data = bytes(stream.data)
        if len(data) > MAX_CARRIED_BYTES:
            raise DocumentError("pdf.limit", "a carried file is too large")
        found[name] = data
    return found
