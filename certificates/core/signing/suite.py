"""What a signing suite, a trusted key and a signing handle are; the key decides the algorithm, never the message."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from certificates.core.canonical import b64url, b64url_decode_strict

KID_BYTES = 8  # short enough for a printed code; collisions are refused when a region publishes its keys


class KeySuite(Protocol):
    """This will make, keep and use keys of one algorithm; signatures are raw r || s, 64 bytes."""

    @property
    def name(self) -> str:
        """This will name the suite in stored keys and in the trust list."""

    def generate(self) -> object:
        """This will make a new private key from the system's random source."""

    def private_from_pkcs8(self, der: bytes) -> object:
        """This will load a private key (RFC 5958, not encrypted); raises CredentialError `key.algorithm` or `key.range`."""

    def pkcs8_of(self, private_key: object) -> bytes:
        """This will give the key as DER PrivateKeyInfo, not encrypted; raises CredentialError `key.algorithm`."""

    def public_of(self, private_key: object) -> object:
        """This will give the public half; raises CredentialError `key.algorithm` for a foreign kind of key."""

    def spki_of(self, public_key: object) -> bytes:
        """This will give the DER SubjectPublicKeyInfo, point uncompressed; raises CredentialError `key.algorithm`."""

    def load_public_key(self, spki_der: bytes) -> object:
        """This will load a DER SubjectPublicKeyInfo; raises CredentialError `key.algorithm` for a foreign kind of key."""

    def sign(self, private_key: object, data: bytes) -> bytes:
        """This will sign `data`: raw r || s, 64 bytes; raises CredentialError `key.algorithm` for a foreign kind of key."""

    def verify(self, public_key: object, signature: bytes, data: bytes) -> None:
        """This will return only for a good signature; raises CredentialError `signature.*` or `key.algorithm`."""


class Suite(KeySuite, Protocol):
    """This will name, besides, how statements under a key of this algorithm say so."""

    @property
    def jose_alg(self) -> str:
        """This will be the only `alg` that a JOSE header may state under a key of this suite."""

    @property
    def cose_alg(self) -> int:
        """This will be the only `alg` (label 1) that a COSE header may state under a key of this suite."""

    @property
    def message_alg(self) -> str:
        """This will name the algorithm in HTTP message signatures (RFC 9421 section 6.2.2)."""

    @property
    def sd_alg(self) -> str:
        """This will be the only `_sd_alg` (RFC 9901 section 4.1.1) of a credential under a key of this suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """This will tie a loaded public key to its only suite; `kid` is base64url of 8 bytes, see `kid_of`."""

    kid: str
    suite: str
    public_key: object


class NamedKey(Protocol):
    """This will name a key and its suite, for laying out what that key is to sign."""

    @property
    def kid(self) -> str:
        """This will be the key id, base64url of 8 bytes."""

    @property
    def suite(self) -> str:
        """This will name the suite of the key."""


class Signer(NamedKey, Protocol):
    """This will stand for a private key that may live elsewhere (file, HSM): it signs and never shows the key."""

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature over `data`."""


def kid_of(spki_der: bytes) -> str:
    """This will give the key id in JOSE form: the first 8 bytes of SHA-256 over the DER SubjectPublicKeyInfo, in every suite.

    It names a key and protects nothing: whoever looks one up verifies under the key that was listed.
    """
    return b64url(hashlib.sha256(spki_der).digest()[:KID_BYTES])


def kid_bytes(kid: str) -> bytes:
    """This will give the same key id as the 8 raw bytes that COSE carries; raises CanonicalError `base64.malformed`."""
    return b64url_decode_strict(kid)
