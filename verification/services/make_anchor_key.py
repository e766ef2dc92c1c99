"""Make a key for the national anchor: done offline, on a machine that is no node."""

from asn1crypto.pem import armor

from certificates.core.signing.registry import suite


def make_anchor_key(*, suite_name: str) -> bytes:
    """This will give a new private key of a suite as PEM of PKCS#8, not encrypted. Nothing is stored.

    Raises CredentialError `key.algorithm` for a suite of another name.
    """
    chosen = suite(suite_name)
    return bytes(armor("PRIVATE KEY", chosen.pkcs8_of(chosen.generate())))
