"""A signing handle over a private key that is loaded in this process."""

from dataclasses import dataclass, field

from certificates.core.signing.registry import suite as suite_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSigner:
    """This will sign with a loaded private key; its text form never shows the key."""

    kid: str
    suite: str
    private_key: object = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature over `data`; raises CredentialError `key.algorithm`."""
        return suite_of(self.suite).sign(self.private_key, data)
