"""The closed table of suites for the keys of agencies' systems, in the form in which the accounts app asks for it.

Signatures come from other people's software, so an ECDSA signature may have either s; a repeat is found by the assertion's id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from certificates.core.errors import CredentialError
from certificates.core.signing.es256 import verify_any_s
from certificates.core.signing.registry import ES256, SUITES
from certificates.core.signing.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSuite:
    """This will answer with yes or no whether bytes are a key, or a signature, of one suite."""

    suite: Suite
    verify: Callable[[object, bytes, bytes], None]

    @property
    def jose_alg(self) -> str:
        """This will be the only `alg` that an assertion under a key of this suite may state."""
        return self.suite.jose_alg

    def is_key(self, spki: bytes) -> bool:
        """This will say whether a DER SubjectPublicKeyInfo holds a point of the suite's curve."""
        try:
            _loaded(self.suite.name, spki)
        except CredentialError:
            return False
        return True

    def is_signed(self, *, spki: bytes, signature: bytes, data: bytes) -> bool:
        """This will say whether the raw r || s signature over `data` is the key's."""
        try:
            self.verify(_loaded(self.suite.name, spki), signature, data)
        except CredentialError:
            return False
        return True


@lru_cache(maxsize=256)  # by the key's own bytes: another key is another entry
def _loaded(name: str, spki: bytes) -> object:
    return SUITES[name].load_public_key(spki)


CLIENT_SUITES = MappingProxyType(
    {
        name: ClientSuite(suite=suite, verify=verify_any_s if suite is ES256 else suite.verify)
        for name, suite in SUITES.items()
    }
)
