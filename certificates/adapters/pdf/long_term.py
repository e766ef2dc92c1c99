"""From PAdES B-B to B-LTA (ETSI EN 319 142-1 section 6): a timestamp in the signature, validation data, a timestamp over all.

Each step takes the bytes of a file and what is to be added, reads no clock and draws nothing at random: the same input gives
the same file. The first fills room that the signature left in its own gap; the others are incremental updates, the only ones
that DocMDP P=1 allows (ISO 32000-2 section 12.8.2.2.2). None touches the page, the metadata or a form field of another.
"""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms, crl, x509
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PreparedByteRangeDigest
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certificates.adapters.pdf.refusals import refusing
from certificates.core.errors import DocumentError

ARCHIVE_FIELD = "ArchiveTimestamp"  # followed by its number, from 1
TIMESTAMP_DIGITS = 16384  # hexadecimal digits kept for a document timestamp: tokens have up to 8 KiB

_DIGEST = "sha256"
_BYTE_RANGE = re.compile(rb"/ByteRange \[0 ([0-9]+) ([0-9]+) [0-9]+ *\]")
_UNREADABLE = ("pdf.unreadable", "the signed file is not one of this node's")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTimestamp:
    """This will hold a file with room for a document timestamp, and the SHA-256 that its token must be over."""

    data: bytes = field(repr=False)
    digest: bytes
    start: int
    end: int


class _PlainUpdate(IncrementalPdfFileWriter):
    """An update of what it is told and nothing else: the library would write the clock's time into the metadata."""

    def _update_meta(self) -> None:
        return

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> ArrayObject:
        """The file's second id, new with every update (ISO 32000-2 section 14.4), from what is updated instead of at random."""
        prev.stream.seek(0)
        first = ByteStringObject(prev.trailer["/ID"][0].original_bytes)
        return ArrayObject([first, ByteStringObject(hashlib.sha256(prev.stream.read()).digest()[:16])])


def signature_imprint(pdf: bytes) -> bytes:
    """This will give the SHA-256 of the one signature's value: what its timestamp is over (RFC 3161 appendix A).

    Raises DocumentError `pdf.unreadable`.
    """
    with refusing(*_UNREADABLE):
        _, _, content = _only_signature(pdf)
        return hashlib.sha256(content["content"]["signer_infos"][0]["signature"].native).digest()


def with_signature_timestamp(pdf: bytes, *, token: bytes) -> bytes:
    """This will put a timestamp token (DER) into the signature as its unsigned attribute: PAdES B-T.

    Raises DocumentError `pdf.unreadable` where the file has not one signature, or that has a timestamp, or no room for one.
    """
    with refusing(*_UNREADABLE):
        start, end, content = _only_signature(pdf)
        signer = content["content"]["signer_infos"][0]
        if len(signer["unsigned_attrs"]):
            raise DocumentError("pdf.unreadable", "the signature has a timestamp already")
        attribute = {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]}
        signer["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute(attribute)])
        return _filled(pdf, start=start, end=end, content=content.dump())


def with_validation_data(pdf: bytes, *, certificates: Sequence[bytes], revocation_lists: Sequence[bytes]) -> bytes:
    """This will add certificates and lists of revoked ones (DER) to the document security store: PAdES B-LT.

    What the store holds already is not added again. Raises DocumentError `pdf.unreadable`.
    """
    with refusing(*_UNREADABLE):
        writer = _PlainUpdate(io.BytesIO(pdf))
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,  # no VRI: it says nothing that the store does not, and the library writes it in a random order
            certs=[x509.Certificate.load(der) for der in certificates],
            crls=[crl.CertificateList.load(der) for der in revocation_lists],
        )
        output = io.BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]  # of the library
        return output.getvalue()


def lay_out_archive_timestamp(pdf: bytes) -> PreparedTimestamp:
    """This will add a document timestamp's field with room for its token, over the whole file. Raises DocumentError `pdf.unreadable`.

    It stands on the page of the agency's seal: that page lists fields already, and no other page of the file is touched.
    """
    with refusing(*_UNREADABLE):
        writer = _PlainUpdate(io.BytesIO(pdf))
        fields = writer.root["/AcroForm"]["/Fields"]
        seal, pages = fields[0], writer.root["/Pages"]["/Kids"]
        spec = SigFieldSpec(
            sig_field_name=f"{ARCHIVE_FIELD}{len(fields)}",
            on_page=[pages.raw_get(index) for index in range(len(pages))].index(seal.raw_get("/P")),
            invis_sig_settings=InvisSigSettings(),
            readable_field_name="Archive timestamp",
        )
        name = spec.sig_field_name
        steps: Any = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=name, writer=writer)
        next(steps)
        stamp = DocumentTimestamp(bytes_reserved=TIMESTAMP_DIGITS)  # type: ignore[no-untyped-call]  # of the library
        steps.send(SigObjSetup(sig_placeholder=stamp))
        digested, output = steps.send(SigIOSetup(md_algorithm=_DIGEST, output=io.BytesIO()))
        return PreparedTimestamp(
            data=output.getvalue(),
            digest=digested.document_digest,
            start=digested.reserved_region_start,
            end=digested.reserved_region_end,
        )


def finish_archive_timestamp(prepared: PreparedTimestamp, *, token: bytes) -> bytes:
    """This will put the token (DER) into its place: PAdES B-LTA. Raises DocumentError `pdf.unreadable` where it does not fit."""
    return _filled(prepared.data, start=prepared.start, end=prepared.end, content=token)


def _only_signature(pdf: bytes) -> tuple[int, int, cms.ContentInfo]:
    """Where the gap of the only signature begins and ends, and what it holds.

    Found by its byte range instead of by parsing, which takes 30 ms for the digits alone: the file is this node's own.
    """
    (found,) = _BYTE_RANGE.finditer(pdf)
    start, end = int(found[1]), int(found[2])
    return start, end, cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii")))


def _filled(pdf: bytes, *, start: int, end: int, content: bytes) -> bytes:
    output = io.BytesIO(pdf)
    try:
        PreparedByteRangeDigest(b"", start, end).fill_with_cms(output, content)
    except SigningError as error:
        raise DocumentError("pdf.unreadable", "the timestamp does not fit into its place") from error
    return output.getvalue()
