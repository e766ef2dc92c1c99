"""A timestamp token (RFC 3161) as a document carries it: the time that it proves, and who vouches for it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from certificates.adapters.pdf.cms_profile import MAX_TOKEN_BYTES
from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.refusals import refusing
from certificates.core.errors import DocumentError

_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
_SIGNATURES: Final = frozenset(
    {f"{name}_{kind}" for name in _HASHES for kind in ("ecdsa", "rsa")} | {"rsassa_pkcs1v15"}
)
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_LEAST_RSA_BITS: Final = 2048
_MOST_CERTIFICATES: Final = 6  # a path of four and what authorities add
_LONGEST_PATH: Final = 4
_SIGNED: Final = frozenset(
    {"content_type", "message_digest", "signing_certificate", "signing_certificate_v2", "signing_time",
     "cms_algorithm_protection"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """This will hold a token that is sound by itself: when it was made, by whose certificate (DER), under which chain.

    `issuer` is the trusted or intermediate CA (DER) that issued the certificate, None where no path led to a trusted one.
    """

    at: datetime
    leaf: bytes
    leaf_until: datetime
    issuer: bytes | None


def read_timestamp(token: bytes, *, imprint_of: bytes, anchors: Sequence[TrustAnchor]) -> Timestamp:
    """This will verify a token (DER) over the SHA-2 digest of `imprint_of`, and look for a path to a CA in force at its time.

    Raises DocumentError `pdf.timestamp` for one of another content, of a broken signature, by a certificate that is not
    for timestamps or was not valid then, or of a form that leaves room for other bytes; `pdf.algorithm` for weak ones.
    """
    return _read(token, lambda algorithm: hashlib.new(algorithm, imprint_of).digest(), anchors)


def read_new_timestamp(token: bytes, *, digest: bytes, anchors: Sequence[TrustAnchor]) -> Timestamp:
    """This will read a token that was just given over a SHA-256 `digest` as every later reader will; raises as `read_timestamp`."""
    return _read(token, lambda algorithm: digest if algorithm == "sha256" else b"", anchors)


def _read(token: bytes, imprint: Callable[[str], bytes], anchors: Sequence[TrustAnchor]) -> Timestamp:
    if len(token) > MAX_TOKEN_BYTES:
        raise DocumentError("pdf.limit", "the timestamp is too large")
    with refusing("pdf.timestamp", "the timestamp is damaged"):
        info = cms.ContentInfo.load(token, strict=True)
        signed = info["content"]
        signer = _only_signer(signed)
        content = signed["encap_content_info"]
        written = bytes(content["content"])
        stamp = tsp.TSTInfo.load(written, strict=True)
        certificates = [choice.chosen for choice in signed["certificates"]]
        leaf = _signer_certificate(signer, certificates)
        _require_signature(signer, leaf, written)
        _require_imprint(stamp, imprint)
        _require_canonical(info, signer, token)
        return _on_path(stamp["gen_time"].native, leaf, certificates, anchors)


def _only_signer(signed: cms.SignedData) -> cms.SignerInfo:
    signers = signed["signer_infos"]
    if len(signers) != 1 or len(signed["certificates"]) > _MOST_CERTIFICATES or len(signed["crls"]):
        raise _refused("the timestamp has another form than one authority's")
    signer = signers[0]
    names = [attribute["type"].native for attribute in signer["signed_attrs"]]
    has_binding = {"content_type", "message_digest"} <= set(names) and any("signing_certificate" in n for n in names)
    if len(signer["unsigned_attrs"]) or len(set(names)) != len(names) or not (has_binding and set(names) <= _SIGNED):
        raise _refused("the timestamp's attributes are not those of RFC 3161")
    if signer["digest_algorithm"]["algorithm"].native not in _HASHES:
        raise DocumentError("pdf.algorithm", "the timestamp uses a weak digest")
    if signer["signature_algorithm"]["algorithm"].native not in _SIGNATURES:
        raise DocumentError("pdf.algorithm", "the timestamp uses an unknown or weak signature")
    return signer


def _signer_certificate(signer: cms.SignerInfo, certificates: Sequence[asn1_x509.Certificate]) -> asn1_x509.Certificate:
    identity = signer["sid"]
    if identity.name != "issuer_and_serial_number":
        raise _refused("the timestamp names its signer in another way")
    for certificate in certificates:
        if (
            certificate.issuer == identity.chosen["issuer"]
            and certificate.serial_number == identity.chosen["serial_number"].native
        ):
            return certificate
    raise _refused("the timestamp does not carry its signer's certificate")


def _require_signature(signer: cms.SignerInfo, leaf: asn1_x509.Certificate, written: bytes) -> None:
    digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, written).digest()
    intact, valid = validate_sig_integrity(signer, leaf, expected_content_type="tst_info", actual_digest=digest)
    if not (intact and valid):
        raise _refused("the timestamp's signature does not hold")


def _require_imprint(stamp: tsp.TSTInfo, imprint: Callable[[str], bytes]) -> None:
    algorithm = stamp["message_imprint"]["hash_algorithm"]["algorithm"].native
    if algorithm not in _HASHES:
        raise DocumentError("pdf.algorithm", "the timestamp uses a weak digest")
    if stamp["message_imprint"]["hashed_message"].native != imprint(algorithm):
        raise _refused("the timestamp is one of something else")


def _require_canonical(info: cms.ContentInfo, signer: cms.SignerInfo, token: bytes) -> None:
    """What the token's signature does not cover is built anew and must come out the same, as for the document's own."""
    found = info["content"]
    digests = found["digest_algorithms"]
    algorithms = (*digests, signer["digest_algorithm"], signer["signature_algorithm"])
    if len(digests) != 1 or digests[0]["algorithm"].native != signer["digest_algorithm"]["algorithm"].native:
        raise _refused("the timestamp lists other digests than its own")
    if any(algorithm["parameters"].native is not None for algorithm in algorithms):
        raise DocumentError("pdf.algorithm", "the timestamp's algorithms have parameters")
    rebuilt = cms.SignerInfo(
        {
            "version": "v1",
            "sid": signer["sid"],
            "digest_algorithm": signer["digest_algorithm"],
            "signature_algorithm": signer["signature_algorithm"],
            "signed_attrs": signer["signed_attrs"],
            "signature": signer["signature"].native,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": digests,
            "encap_content_info": found["encap_content_info"],
            "certificates": found["certificates"],
            "signer_infos": [rebuilt],
        }
    )
    if cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump() != token:
        raise _refused("the timestamp is written in another form")


def _on_path(
    at: datetime,
    leaf: asn1_x509.Certificate,
    certificates: Sequence[asn1_x509.Certificate],
    anchors: Sequence[TrustAnchor],
) -> Timestamp:
    own = x509.load_der_x509_certificate(leaf.dump())
    if not _holds_at(own, at) or not _is_for_timestamps(own):
        raise _refused("the timestamp was made by a certificate that was not valid for it")
    given = [x509.load_der_x509_certificate(certificate.dump()) for certificate in certificates]
    trusted = [x509.load_der_x509_certificate(anchor.der) for anchor in anchors if anchor.in_force(at)]
    path = next(_paths(own, given, trusted, at, 0), None)
    if path is not None and not set(given) <= {own, *path}:
        raise _refused("the timestamp carries a certificate that is no part of its path")
    issuer = None if path is None else path[0].public_bytes(Encoding.DER)
    return Timestamp(at=at, leaf=leaf.dump(), leaf_until=own.not_valid_after_utc, issuer=issuer)


def _paths(
    certificate: x509.Certificate,
    given: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
    depth: int,
) -> Iterator[tuple[x509.Certificate, ...]]:
    if depth > _LONGEST_PATH:
        return
    for issuer in trusted:
        if _issued(certificate, issuer, at, depth):
            yield (issuer,)
    for issuer in given:
        if issuer != certificate and _issued(certificate, issuer, at, depth):
            for rest in _paths(issuer, given, trusted, at, depth + 1):
                yield (issuer, *rest)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime, below: int) -> bool:
    """`below` CAs stand between the issuer and the timestamping unit."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    is_near = constraints.path_length is None or constraints.path_length >= below
    return constraints.ca and is_near and usage.key_cert_sign and _holds_at(issuer, at)


def _holds_at(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _is_for_timestamps(certificate: x509.Certificate) -> bool:
    try:
        purpose = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    # RFC 3161 2.3: this one purpose, and critical.
    return purpose.critical and list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING] and _is_strong(certificate)


def _is_strong(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= _LEAST_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)


def _refused(message: str) -> DocumentError:
    return DocumentError("pdf.timestamp", message)
