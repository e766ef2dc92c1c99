"""The one shape of CMS that our documents carry: whatever a signature does not cover must be fixed by rule."""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import algos, cms, x509
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from certificates.core.errors import DocumentError

_DIGEST = algos.DigestAlgorithm({"algorithm": "sha256"})
_SIGNATURE = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
_CURVE = ("named", "secp256r1")
_MAX_CERTIFICATES = 6  # a signer's chain has two or three
_SIGNED_ATTRIBUTES = ["content_type", "message_digest", "signing_certificate_v2"]
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


def require_profile(signature: EmbeddedPdfSignature) -> None:
    """This will demand the CMS of PAdES B-B: one signer, SHA-256 with P-256, no unsigned attribute, DER, zero padding.

    Version, algorithm lists, lengths and padding lie outside what is signed: unless they are pinned, a bit may change
    there unseen. So the envelope is built anew from the signed parts and must come out byte for byte.
    Raises DocumentError (`pdf.algorithm`, `pdf.modified`).
    """
    if signature.sig_object["/SubFilter"] != "/ETSI.CAdES.detached" or signature.sig_object_type != "/Sig":
        raise DocumentError("pdf.algorithm", "the signature is not a PAdES signature")
    _require_algorithm(signature)
    envelope = _envelope(signature)
    content = signature.pkcs7_content
    if content[: len(envelope)] != envelope or content[len(envelope) :].strip(b"\0"):
        raise DocumentError("pdf.modified", "the signature's envelope or padding is not that of PAdES B-B")


def _require_algorithm(signature: EmbeddedPdfSignature) -> None:
    signer: cms.SignerInfo = signature.signer_info
    key = signature.signer_cert.public_key
    if (
        signer["digest_algorithm"].dump() != _DIGEST.dump()
        or signer["signature_algorithm"].dump() != _SIGNATURE.dump()
        or key.algorithm != "ec"
        or key.curve != _CURVE
    ):
        raise DocumentError("pdf.algorithm", "documents are signed with SHA-256 and ECDSA on P-256 only")
    attributes = [attribute["type"].native for attribute in signer["signed_attrs"]]
    if sorted(attributes) != _SIGNED_ATTRIBUTES:
        raise DocumentError("pdf.modified", "the signed attributes are not those of PAdES B-B")


def _envelope(signature: EmbeddedPdfSignature) -> bytes:
    signer: cms.SignerInfo = signature.signer_info
    certificates = signature.signed_data["certificates"]
    if len(certificates) > _MAX_CERTIFICATES:
        raise DocumentError("pdf.limit", "the signature carries too many certificates")
    leaf = signature.signer_cert
    identity = cms.IssuerAndSerialNumber({"issuer": leaf.issuer, "serial_number": leaf.serial_number})
    rebuilt = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": identity}),
            "digest_algorithm": _DIGEST,
            "signature_algorithm": _SIGNATURE,
            "signed_attrs": signer["signed_attrs"],
            "signature": signer["signature"].native,
        }
    )
    signed_data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((_DIGEST,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [rebuilt],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed_data}).dump())


def judge(signature: EmbeddedPdfSignature, *, trust_roots: Sequence[bytes], at: datetime) -> bool:
    """This will verify the signature's arithmetic and tell whether its path leads to one of `trust_roots` at `at`.

    Nothing is fetched: revocation is judged elsewhere. Raises DocumentError (`pdf.modified`).
    """
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trust_roots],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    status: PdfSignatureStatus = validate_pdf_signature(
        signature, signer_validation_context=context, key_usage_settings=_USAGE, skip_diff=True
    )
    if not (status.intact and status.valid):
        raise DocumentError("pdf.modified", "the document is not what was signed")
    path = status.validation_path
    return bool(status.trusted) and path is not None and _only_path_certificates(signature, path)


def _only_path_certificates(signature: EmbeddedPdfSignature, path: object) -> bool:
    """A certificate that lies in the envelope without being part of the path is covered by nothing."""
    on_path = {certificate.dump() for certificate in path}  # type: ignore[attr-defined]  # untyped library
    return all(certificate.dump() in on_path for certificate in signature.other_embedded_certs)
