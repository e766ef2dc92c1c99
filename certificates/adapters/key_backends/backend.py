"""What keeps private keys: it makes them and signs with them, and never gives one away."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """This will hold a new key's public half (DER SubjectPublicKeyInfo) and what the backend needs to find it again.

    `reference` is wrapped under the key-encryption key before it is stored: the key itself, or where in a token it is.
    """

    spki: bytes
    reference: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKey:
    """This will hold a key that can sign: raw r || s or Ed25519, 64 bytes."""

    spki: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)


class KeyBackend(Protocol):
    """This will make and open keys of the suites that it can do."""

    @property
    def name(self) -> str:
        """This will name the backend in the records of keys."""

    def make(self, *, suite: str) -> MadeKey:
        """This will make a new key; raises CredentialError `key.backend` for a suite that it cannot do."""

    def open(self, reference: bytes, *, suite: str, spki: bytes) -> OpenKey:
        """This will give the key that `make` made; raises CipherError `cipher.no_key`, KeyUnavailableError."""
