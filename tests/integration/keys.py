"""Keys of the node: public ones from its rows, and an agency's stolen private one."""

from base64 import b64decode
from dataclasses import dataclass

from certificates.adapters.key_store import kept_key
from certificates.core.canonical import b64url
from certificates.core.signing.public_jwk import public_jwk
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import TrustedKey
from certificates.models import IssuerKey, KeptKey, RegionCa

# What a status list's key is asked to sign.
STATUS = b64url(b'{"typ":"statuslist+jwt"}').encode() + b".e30"


def trusted(row: KeptKey) -> TrustedKey:
    """The public half of a row's key."""
    public_key = suite(row.suite).load_public_key(b64decode(row.spki))
    return TrustedKey(kid=row.kid, suite=row.suite, public_key=public_key)


def jwk_of(row: KeptKey) -> dict[str, str]:
    """The same as a public JWK, for other people's libraries."""
    return public_jwk(trusted(row).public_key)


def region_ca_certificate(*, suite: str = "ES256") -> bytes:
    """The X.509 certificate (DER) of the region's active CA of a suite."""
    return b64decode(RegionCa.objects.get(suite=suite, state="active").certificate_der)


@dataclass(frozen=True, kw_only=True)
class StolenKey:
    """What a thief of an agency's key file could sign: anything, without a token. It is a `Signer`."""

    kid: str

    @property
    def suite(self) -> str:
        """The key's own."""
        return IssuerKey.objects.get(kid=self.kid).suite

    def sign(self, data: bytes) -> bytes:
        """The raw signature."""
        return kept_key(kid=self.kid, purpose="issue").sign(data, most_a_minute=1_000_000)
