"""What a document that somebody brings proves: facts for the verdict, or a named refusal."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from certificates.adapters.pdf.carried_files import carried_files
from certificates.adapters.pdf.cms_profile import judge, require_profile
from certificates.adapters.pdf.content import CREDENTIAL_NAME, LICENCE_TYPE_NAME, SEAL_CODE_NAME
from certificates.adapters.pdf.coverage import require_one_end_of_file, require_whole_file
from certificates.adapters.pdf.inert import require_inert
from certificates.adapters.pdf.metadata import METADATA_NAME, parse_metadata
from certificates.adapters.pdf.refusals import LIMITS, MAX_DOCUMENT_BYTES, refusing
from certificates.core.errors import DocumentError

_NO_CHANGES = 1  # DocMDP P=1, ISO 32000-2 12.8.2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """This will hold what was found in a document of the strict profile.

    `signer_trusted` says whether the signer's path led to a given root at the given moment; `signing_time` is the signer's
    own claim. `credential` and `code` are the carried SD-JWT and seal code, still to be verified by themselves;
    `licence_type` is the carried definition of the type (JSON).
    """

    intact: bool
    covers_whole_file: bool
    docmdp: int | None
    signature_count: int
    signer_trusted: bool
    signer_leaf_der: bytes | None
    signing_time: datetime | None
    credential: str | None
    metadata: Mapping[str, str]
    code: str | None
    licence_type: bytes | None


def read_document(data: bytes, *, trust_roots: Sequence[bytes], at: datetime) -> DocumentFacts:
    """This will read a signed licence: exactly one certification signature (P=1) over the whole, inert file.

    Steps: 1 size, 2 end of file, 3 readable and not encrypted, 4 one signature, 5 it covers every byte, 6 its CMS has the
    one accepted shape, 7 it certifies with P=1, 8 arithmetic and path at `at` (aware), 9 nothing active, 10 carried files.
    `trust_roots` are DER. The caller must still judge the signer's authority and status.

    Raises DocumentError: `pdf.limit`, `pdf.unreadable`, `pdf.trailing`, `pdf.encrypted`, `pdf.unsigned`,
    `pdf.signatures`, `pdf.coverage`, `pdf.algorithm`, `pdf.modified`, `pdf.docmdp`, `pdf.active`, `pdf.metadata`.
    """
    if len(data) > MAX_DOCUMENT_BYTES:  # 1
        raise DocumentError("pdf.limit", "the file is too large")
    require_one_end_of_file(data)  # 2
    with refusing("pdf.unreadable", "the file is not a readable PDF"):
        reader = _reader(data)  # 3
        signature = _only_signature(reader)  # 4
        require_whole_file(data, signature)  # 5
    with refusing("pdf.modified", "the signature is damaged"):
        require_profile(signature)  # 6
        _require_certification(reader, signature)  # 7
        trusted = judge(signature, trust_roots=trust_roots, at=at)  # 8
    with refusing("pdf.unreadable", "the file is not a readable PDF"):
        require_inert(reader, signature_field=signature.sig_field.container_ref)  # 9
        files = carried_files(reader)  # 10
        return DocumentFacts(
            intact=True,
            covers_whole_file=True,
            docmdp=_NO_CHANGES,
            signature_count=1,
            signer_trusted=trusted,
            signer_leaf_der=signature.signer_cert.dump(),
            signing_time=signature.self_reported_timestamp,
            credential=_ascii(files.get(CREDENTIAL_NAME)),
            metadata=parse_metadata(files[METADATA_NAME]) if METADATA_NAME in files else {},
            code=_ascii(files.get(SEAL_CODE_NAME)),
            licence_type=files.get(LICENCE_TYPE_NAME),
        )


def _reader(data: bytes) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(data), strict=True, decode_limits=LIMITS)
    if reader.encrypted:
        raise DocumentError("pdf.encrypted", "encrypted documents are not accepted")
    return reader


def _only_signature(reader: PdfFileReader) -> EmbeddedPdfSignature:
    signatures = reader.embedded_signatures
    if not signatures:
        raise DocumentError("pdf.unsigned", "the document is not signed")
    if len(signatures) > 1 or len(reader.root["/AcroForm"]["/Fields"]) > 1:
        raise DocumentError("pdf.signatures", "a licence has exactly one signature and no other field")
    only: EmbeddedPdfSignature = signatures[0]
    return only


def _require_certification(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> None:
    certification = read_certification_data(reader)
    if certification is None or certification.permission is None or certification.permission.value != _NO_CHANGES:
        raise DocumentError("pdf.docmdp", "the signature does not certify the document against every change")
    own = signature.sig_field.raw_get("/V")
    named = reader.root["/Perms"].raw_get("/DocMDP")
    if not (isinstance(own, IndirectObject) and isinstance(named, IndirectObject) and own.reference == named.reference):
        raise DocumentError("pdf.docmdp", "the document names another signature as its certification")


def _ascii(data: bytes | None) -> str | None:
    return None if data is None else data.decode("ascii")
