"""Keys in software: PKCS#8, which the key store keeps wrapped under the key-encryption key."""

from functools import partial

from certificates.adapters.key_backends.backend import MadeKey, OpenKey
from certificates.adapters.key_backends.suites import key_suite
from certificates.core.errors import CipherError

NAME = "software"


class SoftwareKeys:
    """This will be the backend of every suite that this program can do itself."""

    name = NAME

    def make(self, *, suite: str) -> MadeKey:
        """This will make a key with the system's random source; raises CredentialError `key.algorithm`."""
        kind = key_suite(suite)
        private_key = kind.generate()
        return MadeKey(spki=kind.spki_of(kind.public_of(private_key)), reference=kind.pkcs8_of(private_key))

    def open(self, reference: bytes, *, suite: str, spki: bytes) -> OpenKey:
        """This will load a key; raises CredentialError `key.algorithm|range`, CipherError `cipher.no_key`."""
        kind = key_suite(suite)
        private_key = kind.private_from_pkcs8(reference)
        if kind.spki_of(kind.public_of(private_key)) != spki:
            raise CipherError("cipher.no_key", "the kept key is not the private half of the key that it is named for")
        return OpenKey(spki=spki, sign=partial(kind.sign, private_key))
