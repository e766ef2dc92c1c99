"""The national anchor's public key as a JWK and its RFC 7638 thumbprint, the fingerprint handed over separately."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.core.canonical import b64url, b64url_decode_strict, canonical_json
from certificates.core.errors import CanonicalError
from certificates.core.signing.registry import ES256
from certificates.core.signing.suite import TrustedKey, kid_of
from verification.core.errors import TrustListError

_COORDINATE_BYTES: Final = 32
_COORDINATE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})


def anchor_jwk(public_key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """This will give a P-256 public key as a JWK (RFC 7518 section 6.2.1) of its required members only."""
    numbers = public_key.public_numbers()
    x, y = (b64url(value.to_bytes(_COORDINATE_BYTES, "big")) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def anchor_fingerprint(jwk: Mapping[str, Any]) -> str:
    """This will give the RFC 7638 SHA-256 thumbprint, in base64url. Raises TrustListError `trust_list.format`."""
    if jwk.keys() != _MEMBERS or jwk["kty"] != "EC" or jwk["crv"] != "P-256":
        raise TrustListError("trust_list.format", "the anchor is not a P-256 key of exactly four members")
    if not all(isinstance(jwk[name], str) and _COORDINATE.fullmatch(jwk[name]) for name in ("x", "y")):
        raise TrustListError("trust_list.format", "the anchor's coordinates are not 32 bytes of base64url")
    return b64url(hashlib.sha256(canonical_json(dict(jwk))).digest())


def load_anchor(jwk: Mapping[str, Any], *, fingerprint: str) -> TrustedKey:
    """This will load the anchor if its thumbprint is the trusted one. Raises TrustListError `trust_list.fingerprint|format`."""
    if not fingerprint:
        raise TrustListError("trust_list.fingerprint", "no anchor fingerprint is set: this node trusts nobody yet")
    if anchor_fingerprint(jwk) != fingerprint:
        raise TrustListError("trust_list.fingerprint", "the list was signed by another anchor than the trusted one")
    try:
        x, y = (int.from_bytes(b64url_decode_strict(jwk[name]), "big") for name in ("x", "y"))
        public_key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (CanonicalError, ValueError) as error:
        raise TrustListError("trust_list.format", "the anchor is no point of its curve") from error
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return TrustedKey(kid=kid_of(spki), suite=ES256.name, public_key=public_key)
