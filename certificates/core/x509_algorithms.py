"""How each signing suite appears in X.509: its public keys, its AlgorithmIdentifier, its signatures in DER.

An elliptic-curve SubjectPublicKeyInfo on a named curve with an uncompressed point is a fixed beginning and 64 bytes, so that
no other form of the same key is accepted. ES256: RFC 5480 and 5758. SM2 with SM3: GM/T 0015 (GB/T 20518), OIDs of GM/T 0006.
"""

from collections.abc import Callable, Mapping
from typing import Final

from asn1crypto import algos

from certificates.core.errors import CredentialError, X509Error
from certificates.core.signing.der_signature import der_of, raw_of
from certificates.core.signing.es256 import verify_any_s
from certificates.core.signing.registry import suite as suite_of
from certificates.core.signing.suite import Signer

_SIGNATURE_OIDS: Final[Mapping[str, str]] = {"ES256": "1.2.840.10045.4.3.2", "SM2": "1.2.156.10197.1.501"}
_SPKI_BEGINNINGS: Final[Mapping[bytes, str]] = {
    bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"): "ES256",
    bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004"): "SM2",
}
_BEGINNING_BYTES: Final = 27
_SPKI_BYTES: Final = _BEGINNING_BYTES + 64
# The NULL is met in SM2 certificates of some makers; both forms are in use and mean the same.
_ALGORITHMS: Final[Mapping[bytes, str]] = {
    bytes.fromhex("300a06082a8648ce3d040302"): "ES256",
    bytes.fromhex("300a06082a811ccf55018375"): "SM2",
    bytes.fromhex("300c06082a811ccf550183750500"): "SM2",
}
# Half of all ECDSA signatures that others' CAs make have the high s; a credential must have one text, a CA's signature not.
_VERIFY: Final[Mapping[str, Callable[[object, bytes, bytes], None]]] = {"ES256": verify_any_s}


def suite_of_spki(spki: bytes) -> str:
    """This will name the suite of a DER SubjectPublicKeyInfo whose point is on the curve. Raises X509Error `issuer.curve`."""
    name = _SPKI_BEGINNINGS.get(spki[:_BEGINNING_BYTES]) if len(spki) == _SPKI_BYTES else None
    if name is None:
        raise X509Error("issuer.curve", "a certificate's key is not of a signing suite of ours")
    try:
        suite_of(name).load_public_key(spki)
    except CredentialError as error:
        raise X509Error("issuer.curve", "a certificate's key is not of a signing suite of ours") from error
    return name


def algorithm_identifier(suite: str) -> algos.SignedDigestAlgorithm:
    """This will give the AlgorithmIdentifier, without parameters, of signatures of a suite. Raises X509Error `issuer.curve`."""
    if suite not in _SIGNATURE_OIDS:
        raise X509Error("issuer.curve", "no certificate is signed with such a suite")
    return algos.SignedDigestAlgorithm({"algorithm": _SIGNATURE_OIDS[suite]})


def sign_der(data: bytes, *, signer: Signer) -> bytes:
    """This will sign and give the DER of the signature. Raises CredentialError for a signer that gives no 64 bytes."""
    return der_of(signer.sign(data))


def verify_der(data: bytes, signature: bytes, *, algorithm: bytes, spki: bytes) -> None:
    """This will return only for a good signature by the key, whose suite decides; `algorithm` is DER and must agree.

    Raises X509Error `issuer.curve|signature_algorithm|signature`.
    """
    name = suite_of_spki(spki)
    if _ALGORITHMS.get(algorithm) != name:
        raise X509Error("issuer.signature_algorithm", "the stated signature algorithm is not that of the signing key")
    verify = _VERIFY.get(name, suite_of(name).verify)
    try:
        verify(suite_of(name).load_public_key(spki), raw_of(signature), data)
    except CredentialError as error:
        raise X509Error("issuer.signature", "the signature does not verify") from error
