"""The suites of which a node may keep keys: those of statements, and Ed25519 for notes."""

from typing import Final

from certificates.core.errors import CredentialError
from certificates.core.signing.ed25519 import ED25519
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import KeySuite

_NOTES: Final[dict[str, KeySuite]] = {ED25519.name: ED25519}


def key_suite(name: str) -> KeySuite:
    """This will give the suite of that exact name; raises CredentialError `key.algorithm`."""
    found: KeySuite | None = SUITES.get(name) or _NOTES.get(name)
    if found is None:
        raise CredentialError("key.algorithm", "no suite of keys has this name")
    return found
