"""What a document that somebody brings proves: facts for the verdict, or a named refusal.

This reads hostile bytes: a node calls it only through `pdf_worker`, in a process that can do nothing else.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from certificates.adapters.pdf.carried_files import carried_files
from certificates.adapters.pdf.cms_profile import judge, require_profile, require_zero_padding
from certificates.adapters.pdf.content import (
    CREDENTIAL_NAME,
    LICENCE_TYPE_NAME,
    OPENINGS_NAME,
    RECEIPT_NAME,
    SEAL_CODE_NAME,
)
from certificates.adapters.pdf.coverage import require_byte_ranges, require_end, require_one_end_of_file, signed_end
from certificates.adapters.pdf.facts import DocumentFacts, Level, TrustAnchor
from certificates.adapters.pdf.inert import require_inert
from certificates.adapters.pdf.metadata import METADATA_NAME, parse_metadata
from certificates.adapters.pdf.page_text import page_text
from certificates.adapters.pdf.proven_time import ProvenTime, proven_time
from certificates.adapters.pdf.read_timestamp import Timestamp, read_timestamp
from certificates.adapters.pdf.refusals import LIMITS, MAX_DOCUMENT_BYTES, PARSER_FAILURES, refusing
from certificates.adapters.pdf.revisions import reference_of, require_only_timestamps
from certificates.adapters.pdf.validation_data import carried_revocation_lists
from certificates.core.errors import DocumentError
from certificates.core.photos import PHOTO_NAME, photo_value

_NO_CHANGES = 1  # DocMDP P=1, ISO 32000-2 12.8.2.2
_UNREADABLE = ("pdf.unreadable", "the file is not a readable PDF")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    """A file whose signatures are of the expected number and order and cover all of it."""

    reader: PdfFileReader
    certified: EmbeddedPdfSignature
    certified_bytes: bytes
    timestamps: Sequence[EmbeddedPdfSignature]


def read_document(
    data: bytes, *, trust_anchors: Sequence[TrustAnchor], timestamp_anchors: Sequence[TrustAnchor] = (), at: datetime
) -> DocumentFacts:
    """This will read a signed licence: one certification (P=1) over an inert file, behind it at most archive timestamps.

    Steps: 1 size and ends of the file, 2 readable and not encrypted, 3 the signatures in number, order and coverage, 4 what
    came after the certification, 5 the form of its CMS, 6 P=1, 7 the timestamps, 8 arithmetic and path at the proven time,
    or at `at` (aware) without one, 9 nothing active, 10 carried files, 11 the pages' text, if a trusted CA vouches.
    What is carried is read from the certified bytes alone. The caller must still judge the signer's authority and status.

    Raises DocumentError: `pdf.limit`, `limit.decode`, `pdf.unreadable`, `pdf.trailing`, `pdf.encrypted`, `pdf.unsigned`,
    `pdf.signatures`, `pdf.byterange`, `pdf.gap`, `pdf.coverage`, `pdf.algorithm`, `pdf.cms`, `pdf.padding`, `pdf.modified`,
    `pdf.docmdp`, `pdf.timestamp`, `pdf.active`, `pdf.metadata`.
    """
    if len(data) > MAX_DOCUMENT_BYTES:  # 1
        raise DocumentError("pdf.limit", "the file is too large")
    require_one_end_of_file(data)
    with refusing(*_UNREADABLE):
        signed = _signed(data, _reader(data))  # 2, 3
    with refusing("pdf.modified", "the document was changed after it was signed"):
        require_only_timestamps(data, signed.reader, certified=signed.certified, timestamps=signed.timestamps)  # 4
    with refusing("pdf.cms", "the signature is damaged"):
        token = require_profile(signed.certified)  # 5
        certified = _reader(signed.certified_bytes) if signed.timestamps else signed.reader
        _require_certification(certified)  # 6
        stamps = _timestamps(signed, token, timestamp_anchors)
        lists = carried_revocation_lists(signed.reader)
        proven = proven_time(stamps, revocation_lists=lists, at=at)  # 7
        moment = proven.at or at
        roots = [anchor.der for anchor in trust_anchors if anchor.in_force(moment)]
        trusted = judge(
            certified.embedded_signatures[0], data=signed.certified_bytes, trust_roots=roots, at=moment
        )  # 8
    with refusing(*_UNREADABLE):
        return _facts(signed, certified, stamps, proven, lists, is_trusted=trusted)  # 9, 10, 11


def _facts(
    signed: _Signed,
    certified: PdfFileReader,
    stamps: Sequence[Timestamp],
    proven: ProvenTime,
    lists: tuple[bytes, ...],
    *,
    is_trusted: bool,
) -> DocumentFacts:
    signature = certified.embedded_signatures[0]
    files = carried_files(certified)
    require_inert(certified, signature_field=signature.sig_field.container_ref, file_count=len(files))
    return DocumentFacts(
        level=Level.LTA if signed.timestamps else Level.T if stamps else Level.B,
        signer_trusted=is_trusted,
        signer_leaf=signature.signer_cert.dump(),
        signing_time=_signing_time(signature),
        proven_at=proven.at,
        doubt=proven.doubt,
        revocation_lists=lists,
        timestamp_count=len(signed.timestamps),
        credential=_ascii(files.get(CREDENTIAL_NAME)),
        metadata=parse_metadata(files[METADATA_NAME]) if METADATA_NAME in files else {},
        code=_ascii(files.get(SEAL_CODE_NAME)),
        licence_type=files.get(LICENCE_TYPE_NAME),
        photo=photo_value(files[PHOTO_NAME]) if PHOTO_NAME in files else None,
        picture=files.get(PHOTO_NAME),
        printed=page_text(signed.certified_bytes) if is_trusted else None,
        receipt=files.get(RECEIPT_NAME),
        openings=files.get(OPENINGS_NAME),
    )


def _signing_time(signature: EmbeddedPdfSignature) -> datetime | None:
    stated: datetime | None = signature.self_reported_timestamp
    if stated is not None and stated.tzinfo is None:
        raise DocumentError("pdf.cms", "the signer states a time of no time zone")
    return stated


def _reader(data: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True, decode_limits=LIMITS)
        is_encrypted = reader.encrypted
    except PARSER_FAILURES as error:
        # A handler that the library does not know stops it early: the reason is encryption all the same.
        if b"/Encrypt" in data:
            raise DocumentError("pdf.encrypted", "encrypted documents are not accepted") from error
        raise
    if is_encrypted:
        raise DocumentError("pdf.encrypted", "encrypted documents are not accepted")
    return reader


def _signed(data: bytes, reader: PdfFileReader) -> _Signed:
    count = require_byte_ranges(reader)
    with refusing("pdf.cms", "a signature is damaged"):
        signatures = reader.embedded_signatures
    kinds = [signature.sig_object_type for signature in signatures]
    if len(signatures) != count or kinds != ["/Sig"] + ["/DocTimeStamp"] * (count - 1):
        raise DocumentError("pdf.signatures", "a licence has one certification, and behind it only archive timestamps")
    ends = [signed_end(data, signature) for signature in signatures]
    if sorted(set(ends)) != ends:
        raise DocumentError("pdf.coverage", "the signatures do not follow each other")
    newest = reader.xrefs.get_introducing_revision(reference_of(signatures[-1]))
    require_end(ends[-1], data=data, is_revised=reader.xrefs.total_revisions > newest + 1)
    return _Signed(reader=reader, certified=signatures[0], certified_bytes=data[: ends[0]], timestamps=signatures[1:])


def _timestamps(signed: _Signed, token: bytes | None, anchors: Sequence[TrustAnchor]) -> list[Timestamp]:
    """This will verify the signature's own timestamp and the archive's, in this order."""
    found = []
    if token is not None:
        value = signed.certified.signer_info["signature"].native
        found.append(read_timestamp(token, imprint_of=value, anchors=anchors))
    data: bytes = signed.reader.stream.getvalue()
    for stamp in signed.timestamps:
        if stamp.sig_object["/SubFilter"] != "/ETSI.RFC3161":
            raise DocumentError("pdf.timestamp", "the archive timestamp is of another kind")
        content = stamp.pkcs7_content
        length = _der_length(content)
        require_zero_padding(content[length:])
        _, first, second, rest = (int(number) for number in stamp.byte_range)
        covered = data[:first] + data[second : second + rest]
        found.append(read_timestamp(content[:length], imprint_of=covered, anchors=anchors))
    return found


def _der_length(content: bytes) -> int:
    """Length of the DER value at the start, in its header's long form of two bytes: a token has 256 bytes to 16 KiB."""
    if content[:2] != b"0\x82":
        raise DocumentError("pdf.timestamp", "the archive timestamp is damaged")
    return 4 + int.from_bytes(content[2:4], "big")


def _require_certification(reader: PdfFileReader) -> None:
    certification = read_certification_data(reader)
    if certification is None or certification.permission is None or certification.permission.value != _NO_CHANGES:
        raise DocumentError("pdf.docmdp", "the signature does not certify the document against every change")
    own = reader.embedded_signatures[0].sig_field.raw_get("/V")
    named = reader.root["/Perms"].raw_get("/DocMDP")
    if not (isinstance(own, IndirectObject) and isinstance(named, IndirectObject) and own.reference == named.reference):
        raise DocumentError("pdf.docmdp", "the document names another signature as its certification")


def _ascii(data: bytes | None) -> str | None:
    return None if data is None else data.decode("ascii")
