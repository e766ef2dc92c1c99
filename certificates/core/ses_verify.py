"""Does the arithmetic of a seal hold, and was it made for its signer? Whom to trust is judged elsewhere."""

from datetime import datetime

from certificates.core.digests import sm3
from certificates.core.errors import CredentialError, DocumentError, X509Error
from certificates.core.ses import ElectronicSeal, SealedData
from certificates.core.signing.der_signature import raw_of
from certificates.core.signing.registry import SM2
from certificates.core.x509_read import X509Certificate, read_certificate


def verify_sealed_data(sealed: SealedData, *, content: bytes) -> None:
    """This will return if the signer sealed exactly this content (Signature.xml) with a seal that its maker made for that signer.

    Order of GB/T 38540 section 7.3: digest, signature, signer among the seal's, the maker's signature over the seal.
    Raises DocumentError `ofd.modified`, `ofd.signature`, `ofd.signer_not_in_seal`, `ofd.seal_signature`, `ofd.certificate`.
    """
    if sm3(content) != sealed.data_hash:
        raise DocumentError("ofd.modified", "the list of sealed files is not the one that was sealed")
    signer = _certificate(sealed.certificate)
    if not _verifies(signer, sealed.signature, sealed.signed):
        raise DocumentError("ofd.signature", "the seal's signature does not verify")
    if not _lists(sealed.seal, sealed.certificate):
        raise DocumentError("ofd.signer_not_in_seal", "the seal was made for another signer")
    maker = _certificate(sealed.seal.maker)
    if not _verifies(maker, sealed.seal.signature, sealed.seal.signed):
        raise DocumentError("ofd.seal_signature", "the seal is not as its maker signed it")


def in_force_when_sealed(sealed: SealedData, *, at: datetime) -> bool:
    """This will tell whether seal and signer's certificate were valid at `at`, and the maker's when the seal was made."""
    seal = sealed.seal
    return (
        seal.valid_from <= at <= seal.valid_until
        and seal.made_at <= at
        and _certificate(sealed.certificate).in_force(at)
        and _certificate(seal.maker).in_force(seal.made_at)
    )


def _lists(seal: ElectronicSeal, certificate: bytes) -> bool:
    return certificate in seal.signers or sm3(certificate) in seal.signer_digests


def _certificate(der: bytes) -> X509Certificate:
    try:
        return read_certificate(der)
    except X509Error as error:
        raise DocumentError("ofd.certificate", "a certificate in the seal is not readable") from error


def _verifies(certificate: X509Certificate, signature: bytes, data: bytes) -> bool:
    try:
        SM2.verify(SM2.load_public_key(certificate.spki), raw_of(signature), data)
    except CredentialError:
        return False
    return True
