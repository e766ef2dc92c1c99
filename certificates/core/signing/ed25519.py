"""Ed25519 (RFC 8032), for notes of the log and its witnesses alone: it is no suite of credentials or statements."""

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from certificates.core.errors import CredentialError


class Ed25519:
    """This will make, keep and use keys of notes with the same verbs as a suite; it has no place in headers."""

    name = "Ed25519"

    def generate(self) -> Ed25519PrivateKey:
        """This will make a new private key."""
        return Ed25519PrivateKey.generate()

    def private_from_pkcs8(self, der: bytes) -> Ed25519PrivateKey:
        """This will load a private key (RFC 8410); raises CredentialError `key.algorithm`."""
        try:
            key = load_der_private_key(der, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CredentialError("key.algorithm", "the bytes hold no private key of this suite") from error
        return _private(key)

    def pkcs8_of(self, private_key: object) -> bytes:
        """This will give the key as DER PrivateKeyInfo, not encrypted; raises CredentialError `key.algorithm`."""
        return _private(private_key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def public_of(self, private_key: object) -> Ed25519PublicKey:
        """This will give the public half; raises CredentialError `key.algorithm`."""
        return _private(private_key).public_key()

    def spki_of(self, public_key: object) -> bytes:
        """This will give the DER SubjectPublicKeyInfo; raises CredentialError `key.algorithm`."""
        return _public(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def load_public_key(self, spki_der: bytes) -> Ed25519PublicKey:
        """This will load a DER SubjectPublicKeyInfo; raises CredentialError `key.algorithm`."""
        try:
            key = load_der_public_key(spki_der)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise CredentialError("key.algorithm", "the bytes hold no key of this suite") from error
        return _public(key)

    def sign(self, private_key: object, data: bytes) -> bytes:
        """This will give the 64-byte signature; raises CredentialError `key.algorithm`."""
        return _private(private_key).sign(data)

    def verify(self, public_key: object, signature: bytes, data: bytes) -> None:
        """This will return only for a good signature; raises CredentialError `signature.invalid` or `key.algorithm`."""
        try:
            _public(public_key).verify(signature, data)
        except InvalidSignature as error:
            raise CredentialError("signature.invalid", "the signature does not verify") from error


ED25519: Final = Ed25519()


def _private(key: object) -> Ed25519PrivateKey:
    if not isinstance(key, Ed25519PrivateKey):
        raise CredentialError("key.algorithm", "the private key is not an Ed25519 key")
    return key


def _public(key: object) -> Ed25519PublicKey:
    if not isinstance(key, Ed25519PublicKey):
        raise CredentialError("key.algorithm", "the public key is not an Ed25519 key")
    return key
