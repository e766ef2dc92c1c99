"""The suites of which a node may keep keys: those of statements, and Ed25519 for notes."""

from typing import Final, Protocol

from certificates.core.errors import CredentialError
from certificates.core.signing.ed25519 import ED25519
from certificates.core.signing.registry import SUITES


class KeySuite(Protocol):
    """This will be the part of a suite that keeping a key needs."""

    @property
    def name(self) -> str:
        """This will name the suite."""

    def generate(self) -> object:
        """This will make a new private key."""

    def private_from_pkcs8(self, der: bytes) -> object:
        """This will load a private key."""

    def pkcs8_of(self, private_key: object) -> bytes:
        """This will give a private key in DER."""

    def public_of(self, private_key: object) -> object:
        """This will give the public half."""

    def spki_of(self, public_key: object) -> bytes:
        """This will give the public half in DER."""

    def load_public_key(self, spki_der: bytes) -> object:
        """This will load a public half in DER."""

    def sign(self, private_key: object, data: bytes) -> bytes:
        """This will give the 64-byte signature."""

    def verify(self, public_key: object, signature: bytes, data: bytes) -> None:
        """This will return only for a good signature."""


_NOTES: Final[dict[str, KeySuite]] = {ED25519.name: ED25519}


def key_suite(name: str) -> KeySuite:
    """This will give the suite of that exact name; raises CredentialError `key.algorithm`."""
    found: KeySuite | None = SUITES.get(name) or _NOTES.get(name)
    if found is None:
        raise CredentialError("key.algorithm", "no suite of keys has this name")
    return found
