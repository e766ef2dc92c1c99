"""A file laid out for its signature, to be kept before it is signed: after a crash the same bytes are signed, or none."""

import struct
from dataclasses import dataclass, field

from certificates.core.errors import DocumentError

_HEAD = struct.Struct(">IQQ32s")  # length of the attributes, start and end of the reserved region, digest of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPdf:
    """This will hold the file with room for its signature, and the DER of the CMS signed attributes: the bytes to sign.

    `digest` is the SHA-256 of the file without the reserved region, whose bounds are offsets in the file.
    """

    data: bytes = field(repr=False)
    attributes: bytes = field(repr=False)
    digest: bytes
    start: int
    end: int


def pack_prepared_pdf(prepared: PreparedPdf) -> bytes:
    """This will write it down in one piece."""
    head = _HEAD.pack(len(prepared.attributes), prepared.start, prepared.end, prepared.digest)
    return head + prepared.attributes + prepared.data


def unpack_prepared_pdf(data: bytes) -> PreparedPdf:
    """This will read what `pack_prepared_pdf` wrote; raises DocumentError `pdf.unreadable`."""
    if len(data) < _HEAD.size:
        raise DocumentError("pdf.unreadable", "the stored draft of the document is not whole")
    length, start, end, digest = _HEAD.unpack_from(data)
    attributes, pdf = data[_HEAD.size : _HEAD.size + length], data[_HEAD.size + length :]
    if not 0 < start < end <= len(pdf):
        raise DocumentError("pdf.unreadable", "the stored draft of the document is not whole")
    return PreparedPdf(data=pdf, attributes=attributes, digest=digest, start=start, end=end)
