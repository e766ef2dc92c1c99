"""Public keys of every suite as a JWK of its four required members (RFC 7518 section 6.2.1), and back."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.errors import CanonicalError, CredentialError
from certificates.core.signing.ec_keys_der import P256_OID, SM2_OID, spki
from certificates.core.signing.identifiers import ES256_JWK_CRV, SM2_JWK_CRV
from certificates.core.signing.registry import ES256, SM2, SUITES
from certificates.core.signing.suite import Suite, TrustedKey, kid_of

MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})
_COORDINATE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_COORDINATE_BYTES: Final = 32
_CURVES: Final[Mapping[str, tuple[Suite, bytes]]] = MappingProxyType(
    {ES256_JWK_CRV: (ES256, P256_OID), SM2_JWK_CRV: (SM2, SM2_OID)}
)


def suite_of_key(public_key: object) -> Suite:
    """This will give the suite that a loaded public key belongs to; raises CredentialError `key.algorithm` for none."""
    for one in SUITES.values():
        try:
            one.spki_of(public_key)
        except CredentialError:
            continue
        return one
    raise CredentialError("key.algorithm", "the public key belongs to no signing suite")


def public_jwk(public_key: object) -> dict[str, str]:
    """This will give the JWK of a loaded public key; raises CredentialError `key.algorithm` for one of no suite."""
    chosen = suite_of_key(public_key)
    crv = next(name for name, (one, _) in _CURVES.items() if one is chosen)
    point = chosen.spki_of(public_key)[-2 * _COORDINATE_BYTES :]
    x, y = b64url(point[:_COORDINATE_BYTES]), b64url(point[_COORDINATE_BYTES:])
    return {"kty": "EC", "crv": crv, "x": x, "y": y}


def spki_of_jwk(jwk: Mapping[str, Any]) -> tuple[Suite, bytes]:
    """This will give the suite and the DER SubjectPublicKeyInfo of a JWK; members beyond the four are not read.

    Raises CredentialError `key.algorithm`. Whether the point lies on its curve shows when the key is loaded.
    """
    crv, x, y = jwk.get("crv"), jwk.get("x"), jwk.get("y")
    found = _CURVES.get(crv) if isinstance(crv, str) else None
    if jwk.get("kty") != "EC" or found is None:
        raise CredentialError("key.algorithm", "the JWK is of no curve that is signed with here")
    if not all(isinstance(text, str) and _COORDINATE.fullmatch(text) for text in (x, y)):
        raise CredentialError("key.algorithm", "the JWK's coordinates are not 32 bytes of base64url")
    try:
        point = b"\4" + b64url_decode_strict(str(x)) + b64url_decode_strict(str(y))
    except CanonicalError as error:
        raise CredentialError("key.algorithm", "the JWK's coordinates are not in their one form") from error
    chosen, curve = found
    return chosen, spki(curve=curve, point=point)


def trusted_jwk(jwk: Mapping[str, Any]) -> TrustedKey:
    """This will load a JWK under the suite of its curve; raises CredentialError `key.algorithm`."""
    chosen, der = spki_of_jwk(jwk)
    return TrustedKey(kid=kid_of(der), suite=chosen.name, public_key=chosen.load_public_key(der))
