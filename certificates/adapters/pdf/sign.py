"""PAdES B-B certification of a document by an agency's key, which never leaves its store."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.core.errors import DocumentError

FIELD_NAME = "IssuerSeal"
BYTES_RESERVED = 16384  # hexadecimal digits kept for the CMS; naming the size saves a trial signature

_DIGEST = "sha256"
_MECHANISM = "sha256_ecdsa"
_CURVE = "secp256r1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfSigningKey:
    """This will hold what a signature needs: the leaf and its chain (DER, without the region's root), and a handle.

    `sign` gets the bytes to be signed (not their digest) and returns an ECDSA signature in DER (RFC 3279).
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    sign: Callable[[bytes], bytes]


def der_signature(sign_raw: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """This will turn a handle that answers raw r||s (JOSE, 64 bytes) into one that answers DER, as CMS wants it."""

    def sign(data: bytes) -> bytes:
        raw = sign_raw(data)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    return sign


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
    """Hands the signed attributes to the key's handle."""

    def __init__(self, key: PdfSigningKey) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # of the library
        store.register_multiple([_certificate_of_chain(der) for der in key.chain])
        super().__init__(
            signing_cert=_certificate(key.certificate),
            cert_registry=store,
            embed_roots=False,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": _MECHANISM}),
        )
        self._handle = key.sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """This will return the handle's signature over `data`; pyHanko calls it once per document."""
        if digest_algorithm != _DIGEST:
            raise DocumentError("pdf.key", "documents are signed with SHA-256 only")
        return self._handle(data)


@lru_cache(maxsize=64)
def _certificate_of_chain(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der, strict=True)


class _TimedSigner(PdfSigner):
    """Signs at the moment it is told, where pyHanko would read the clock."""

    def __init__(self, metadata: PdfSignatureMetadata, *, signer: Signer, at: datetime) -> None:
        super().__init__(metadata, signer=signer)
        self._at = at

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


def sign(pdf: bytes, *, signer: PdfSigningKey, at: datetime, reason: str = "", location: str = "") -> bytes:
    """This will certify `pdf` (PAdES B-B, ETSI EN 319 142-1; DocMDP P=1, no change allowed) as signed at `at` (aware).

    Raises DocumentError (`pdf.key`, `pdf.unreadable`); what the handle raises passes through.
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
    pdf_signer = _TimedSigner(metadata, signer=_HandleSigner(signer), at=at)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        output = pdf_signer.sign_pdf(writer, bytes_reserved=BYTES_RESERVED)
    except (PdfError, SigningError) as error:
        raise DocumentError("pdf.unreadable", "the document cannot be signed") from error
    return bytes(output.getvalue())
