"""XML of an OFD, read strictly: UTF-8, no document type, hence no entities, no instructions, no comments, bounded in size and depth."""

from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from certificates.core.errors import DocumentError

NAMESPACE: Final = "http://www.ofdspec.org/2016"
MAX_DEPTH: Final = 24  # a page's content is six deep
MAX_ELEMENTS: Final = 100_000  # a full page has some hundred

_SPLIT: Final = "}"


def read_xml(data: bytes) -> Element:
    """This will give the root element; names are "{namespace}name" as in ElementTree. Raises DocumentError `ofd.xml`, `ofd.limit`."""
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8", _SPLIT)
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.builder.data
    for name in ("StartDoctypeDecl", "ProcessingInstruction", "Comment", "UnparsedEntityDecl", "ExternalEntityRef"):
        setattr(parser, f"{name}Handler", _refused)
    try:
        parser.Parse(data, True)
        return reader.builder.close()
    except expat.ExpatError as error:
        raise DocumentError("ofd.xml", "a part of the document is not well-formed XML") from error


def named(name: str) -> str:
    """This will give the full name of an element of OFD."""
    return f"{{{NAMESPACE}}}{name}"


class _Reader:
    """Builds the tree within the limits."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._depth = 0
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise DocumentError("ofd.limit", "a part of the document has too many or too deep elements")
        self.builder.start(_full(name), {_full(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(_full(name))


def _full(name: str) -> str:
    return f"{{{name}" if _SPLIT in name else name


def _refused(*_: object) -> None:
    raise DocumentError("ofd.xml", "document types, entities, instructions and comments are not accepted")
