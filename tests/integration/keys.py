"""Public keys of the node, loaded from its rows."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec

from certificates.core.canonical import b64url_decode_strict


def public_key_of(jwk: Mapping[str, str]) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a public JWK."""
    x, y = (int.from_bytes(b64url_decode_strict(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
