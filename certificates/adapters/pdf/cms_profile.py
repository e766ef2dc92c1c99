"""The one shape of CMS that our documents carry: whatever a signature does not cover must be fixed by rule."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from asn1crypto import algos, cms, x509
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.errors import PathError, ValidationError

from certificates.adapters.pdf.plain_run import run_plainly
from certificates.core.errors import DocumentError

MAX_TOKEN_BYTES: Final = 16 * 1024  # a timestamp with its authority's chain takes 1 to 8 KiB

_DIGEST = algos.DigestAlgorithm({"algorithm": "sha256"})
_SIGNATURE = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
_CURVE = ("named", "secp256r1")
_MAX_CERTIFICATES = 6  # a signer's chain has two or three
_SIGNED_ATTRIBUTES = ["content_type", "message_digest", "signing_certificate_v2"]
_TIMESTAMP = "signature_time_stamp_token"
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


def require_profile(signature: EmbeddedPdfSignature) -> bytes | None:
    """This will demand the CMS of PAdES B-B or B-T, and give the timestamp's token (DER) if there is one.

    One signer, SHA-256 with P-256, DER, zero padding, at most one unsigned attribute: an RFC 3161 timestamp. Version, algorithm
    lists, lengths and padding lie outside what is signed: unless they are pinned, a bit may change there unseen. So the
    envelope is built anew from the signed parts and must come out byte for byte.
    Raises DocumentError (`pdf.algorithm`, `pdf.cms`, `pdf.padding`, `pdf.timestamp`, `pdf.limit`).
    """
    if signature.sig_object["/SubFilter"] != "/ETSI.CAdES.detached" or signature.sig_object_type != "/Sig":
        raise DocumentError("pdf.algorithm", "the signature is not a PAdES signature")
    _require_one_signer(signature.signed_data)
    _require_algorithm(signature)
    token = _timestamp(signature.signer_info)
    envelope = _envelope(signature, token)
    content = signature.pkcs7_content
    if content[: len(envelope)] != envelope:
        raise DocumentError("pdf.cms", "the signature's envelope is not that of PAdES")
    require_zero_padding(content[len(envelope) :])
    return token


def require_zero_padding(rest: bytes) -> None:
    """This will refuse anything but zeros behind a signature in its gap (`pdf.padding`)."""
    if rest.strip(b"\0"):
        raise DocumentError("pdf.padding", "something stands behind the signature in its gap")


def require_unrepeated(signer: cms.SignerInfo, expected: Iterable[str]) -> None:
    """This will demand exactly these signed attributes, each once (`pdf.cms`); without any, nothing says what was signed."""
    attributes = signer["signed_attrs"]
    if sorted(attribute["type"].native for attribute in attributes) != sorted(expected):
        raise DocumentError("pdf.cms", "the signed attributes are not those of the profile")
    if any(len(attribute["values"]) != 1 for attribute in attributes):
        raise DocumentError("pdf.cms", "a signed attribute has several values")


def _require_one_signer(signed_data: cms.SignedData) -> None:
    if len(signed_data["signer_infos"]) != 1:
        raise DocumentError("pdf.cms", "the signature has more than one signer, or none")


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
    require_unrepeated(signer, _SIGNED_ATTRIBUTES)


def _timestamp(signer: cms.SignerInfo) -> bytes | None:
    unsigned = signer["unsigned_attrs"]
    if not len(unsigned):
        return None
    if len(unsigned) != 1 or unsigned[0]["type"].native != _TIMESTAMP or len(unsigned[0]["values"]) != 1:
        raise DocumentError("pdf.cms", "the signature has an unsigned attribute besides its one timestamp")
    token: bytes = unsigned[0]["values"][0].dump()
    if len(token) > MAX_TOKEN_BYTES:
        raise DocumentError("pdf.limit", "the timestamp is too large")
    return token


def _envelope(signature: EmbeddedPdfSignature, token: bytes | None) -> bytes:
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
    if token is not None:
        attribute = cms.CMSAttribute({"type": _TIMESTAMP, "values": [cms.ContentInfo.load(token)]})
        rebuilt["unsigned_attrs"] = cms.CMSAttributes([attribute])
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


def _anchors(trust_roots: Sequence[bytes], at: datetime) -> Iterator[CertTrustAnchor]:
    """CAs whose certificates are valid then; their own limits, as of names and path length, count, which the library leaves to us."""
    for certificate in map(x509.Certificate.load, trust_roots):
        if certificate.not_valid_before <= at <= certificate.not_valid_after:
            yield CertTrustAnchor(certificate, derive_default_quals_from_cert=True)


def judge(signature: EmbeddedPdfSignature, *, data: bytes, trust_roots: Sequence[bytes], at: datetime) -> bool:
    """This will verify the signature over `data` without its gap, and tell whether its path leads to one of `trust_roots` at `at`.

    Nothing is fetched: revocation is judged elsewhere. Raises DocumentError (`pdf.modified`).
    """
    _, first, second, rest = (int(number) for number in signature.byte_range)
    digest = hashlib.sha256(data[:first])
    digest.update(data[second : second + rest])
    leaf = signature.signer_cert
    intact, valid = validate_sig_integrity(
        signature.signer_info, leaf, expected_content_type="data", actual_digest=digest.digest()
    )
    if not (intact and valid):
        raise DocumentError("pdf.modified", "the document is not what was signed")
    context = ValidationContext(
        trust_roots=list(_anchors(trust_roots, at)),
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    others = signature.other_embedded_certs
    try:
        path = run_plainly(CertificateValidator(leaf, others, context).async_validate_path())
        _USAGE.validate(leaf)
    except (ValidationError, PathError):
        return False
    # A certificate that lies in the envelope without being part of the path is covered by nothing.
    on_path = {certificate.dump() for certificate in path}
    return all(certificate.dump() in on_path for certificate in others)
