"""PAdES B-B certification of a document by an agency's key, which never leaves its store."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.cms import CMSAttributes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.adapters.pdf.prepared import PreparedPdf
from certificates.adapters.pdf.seal_appearance import SealPlace, SealStyle, find_seal
from certificates.core.errors import DocumentError

FIELD_NAME = "IssuerSeal"
BYTES_RESERVED = (
    24576  # hexadecimal digits kept for the CMS, with room for its timestamp; naming the size saves a trial signature
)

_SEAL_NAME = "电子印章 Electronic seal"  # what a reader says aloud
_DIGEST = "sha256"
_MECHANISM = "sha256_ecdsa"
_CURVE = "secp256r1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfCertificates:
    """This will hold the signing key's X.509 certificate and its chain (DER, without the region's root)."""

    certificate: bytes
    chain: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfSigningKey(PdfCertificates):
    """This will hold a handle, too, that signs at once.

    `sign` gets the bytes to be signed (not their digest) and returns an ECDSA signature in DER (RFC 3279).
    """

    sign: Callable[[bytes], bytes]


def der_signature(raw: bytes) -> bytes:
    """This will turn a raw r||s signature (JOSE, 64 bytes) into DER (RFC 3279), as CMS wants it."""
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


@lru_cache(maxsize=64)
def _certificate(der: bytes) -> x509.Certificate:
    """Agencies are few and documents many: parse once. The certificate decides the algorithm."""
    try:
        certificate = x509.Certificate.load(der, strict=True)
        key = certificate.public_key
        suited = key.algorithm == "ec" and key.curve == ("named", _CURVE)
    except ValueError as error:
        raise DocumentError("pdf.key", "the signing certificate is not readable") from error
    if not suited:
        raise DocumentError("pdf.key", "documents are signed with P-256 keys only")
    return certificate


class _HandleSigner(Signer):
    """Hands the signed attributes to the key's handle; without one it only lays them out."""

    def __init__(self, key: PdfCertificates, handle: Callable[[bytes], bytes] | None = None) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # of the library
        store.register_multiple([_certificate_of_chain(der) for der in key.chain])
        super().__init__(
            signing_cert=_certificate(key.certificate),
            cert_registry=store,
            embed_roots=False,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": _MECHANISM}),
        )
        self._handle = handle

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """This will return the handle's signature over `data`; pyHanko calls it once per document."""
        if digest_algorithm != _DIGEST or self._handle is None:
            raise DocumentError("pdf.key", "documents are signed with SHA-256 only")
        return self._handle(data)


@lru_cache(maxsize=64)
def _certificate_of_chain(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der, strict=True)


class _TimedSigner(PdfSigner):
    """Signs at the moment it is told, where pyHanko would read the clock."""

    def __init__(self, metadata: PdfSignatureMetadata, *, signer: Signer, at: datetime, seal: SealPlace | None) -> None:
        field = SigFieldSpec(
            sig_field_name=FIELD_NAME,
            readable_field_name=_SEAL_NAME,
            on_page=seal.page if seal else 0,
            box=seal.box if seal else None,  # type: ignore[arg-type]  # the library says whole points and writes any
        )
        super().__init__(metadata, signer=signer, stamp_style=SealStyle(place=seal), new_field_spec=field)
        self._at = at

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


def sign(pdf: bytes, *, signer: PdfSigningKey, at: datetime, reason: str = "", location: str = "") -> bytes:
    """This will lay out, sign and finish in one go, for a handle that signs at once; arguments and errors as `lay_out`."""
    prepared = lay_out(pdf, signer=signer, at=at, reason=reason, location=location)
    return finish(prepared, signer=signer, signature=signer.sign(prepared.attributes))


def lay_out(pdf: bytes, *, signer: PdfCertificates, at: datetime, reason: str = "", location: str = "") -> PreparedPdf:
    """This will prepare `pdf` for its certification (PAdES B-B, ETSI EN 319 142-1; DocMDP P=1, no change allowed) as signed at `at` (aware).

    Raises DocumentError (`pdf.key`, `pdf.unreadable`).
    """
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm=_DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason or None,
        location=location or None,
    )
    handle = _HandleSigner(signer)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        pdf_signer = _TimedSigner(metadata, signer=handle, at=at, seal=find_seal(writer.prev))
        digested, attributes, output = asyncio.run(_laid_out(pdf_signer, handle, writer, at))
    except (PdfError, SigningError) as error:
        raise DocumentError("pdf.unreadable", "the document cannot be signed") from error
    return PreparedPdf(
        data=output,
        attributes=attributes,
        digest=digested.document_digest,
        start=digested.reserved_region_start,
        end=digested.reserved_region_end,
    )


async def _laid_out(
    pdf_signer: PdfSigner, handle: Signer, writer: IncrementalPdfFileWriter, at: datetime
) -> tuple[PreparedByteRangeDigest, bytes, bytes]:
    output = io.BytesIO()
    digested, _, _ = await pdf_signer.async_digest_doc_for_signing(writer, bytes_reserved=BYTES_RESERVED, output=output)
    settings = PdfCMSSignedAttributes(signing_time=at)
    attributes = await handle.signed_attrs(digested.document_digest, _DIGEST, settings, use_pades=True)
    return digested, attributes.dump(), output.getvalue()


def finish(prepared: PreparedPdf, *, signer: PdfCertificates, signature: bytes) -> bytes:
    """This will put the signature (DER, over `prepared.attributes`) into its place, and give the whole file."""
    handle = _HandleSigner(signer, lambda _: signature)
    attributes = CMSAttributes.load(prepared.attributes)
    signed = asyncio.run(handle.async_sign_prescribed_attributes(_DIGEST, attributes))
    digested = PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end)
    output = io.BytesIO(prepared.data)
    try:
        digested.fill_with_cms(output, signed)
    except SigningError as error:
        raise DocumentError("pdf.unreadable", "the signature does not fit into its place") from error
    return output.getvalue()
