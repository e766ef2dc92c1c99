"""The metadata file inside a document: GB/T 36903 short names in the form of an OFD's `ofd:CustomDatas`."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from certificates.core.errors import DocumentError

METADATA_NAME = "metadata.xml"
METADATA_MIME = "application/xml"
MAX_METADATA_BYTES = 64 * 1024  # ours take 2 KiB

_NAMESPACE = "http://www.ofdspec.org/2016"
_ITEM = f"{{{_NAMESPACE}}}CustomData"


def metadata_xml(metadata: Mapping[str, str]) -> bytes:
    """This will write short names and texts as UTF-8 XML, sorted by name, so that equal metadata are equal bytes."""
    items = "".join(
        f"  <ofd:CustomData Name={quoteattr(name)}>{escape(metadata[name])}</ofd:CustomData>\n"
        for name in sorted(metadata)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<ofd:CustomDatas xmlns:ofd="{_NAMESPACE}">\n{items}</ofd:CustomDatas>\n'.encode()


def parse_metadata(data: bytes) -> Mapping[str, str]:
    """This will read `metadata_xml` back. Raises DocumentError (`pdf.metadata`, `pdf.limit`)."""
    if len(data) > MAX_METADATA_BYTES:
        raise DocumentError("pdf.limit", "the metadata file is too large")
    if b"<!" in data or not data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>'):
        raise DocumentError("pdf.metadata", "document types, comments and other encodings are not accepted")
    try:
        root = ET.fromstring(data)  # noqa: S314  # no "<!" means no DTD, hence no entities to expand
    except ET.ParseError as error:
        raise DocumentError("pdf.metadata", "the metadata file is not well-formed") from error
    found: dict[str, str] = {}
    for item in root:
        name = item.get("Name")
        if item.tag != _ITEM or not name or name in found or len(item):
            raise DocumentError("pdf.metadata", "the metadata file has an unknown, unnamed or repeated item")
        found[name] = item.text or ""
    return MappingProxyType(found)
