"""The national anchor's public key as a JWK and its RFC 7638 thumbprint, the fingerprint handed over separately.

The anchor may sign under any suite. The thumbprint is SHA-256 in every case: it is compared by people, and covers the curve.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from certificates.core.canonical import b64url, canonical_json
from certificates.core.errors import CredentialError
from certificates.core.signing.public_jwk import MEMBERS, public_jwk, spki_of_jwk, trusted_jwk
from certificates.core.signing.suite import TrustedKey
from verification.core.errors import TrustListError


def anchor_jwk(public_key: object) -> dict[str, str]:
    """This will give a public key as a JWK of its required members; raises CredentialError `key.algorithm` for one of no suite."""
    return public_jwk(public_key)


def anchor_fingerprint(jwk: Mapping[str, Any]) -> str:
    """This will give the RFC 7638 SHA-256 thumbprint, in base64url. Raises TrustListError `trust_list.format`."""
    if jwk.keys() != MEMBERS:
        raise TrustListError("trust_list.format", "the anchor is not a key of exactly four members")
    try:
        spki_of_jwk(jwk)
    except CredentialError as error:
        raise TrustListError("trust_list.format", "the anchor is no key of a signing suite in its one form") from error
    return b64url(hashlib.sha256(canonical_json(dict(jwk))).digest())


def load_anchor(jwk: Mapping[str, Any], *, fingerprint: str) -> TrustedKey:
    """This will load the anchor if its thumbprint is the trusted one. Raises TrustListError `trust_list.fingerprint|format`."""
    if not fingerprint:
        raise TrustListError("trust_list.fingerprint", "no anchor fingerprint is set: this node trusts nobody yet")
    if anchor_fingerprint(jwk) != fingerprint:
        raise TrustListError("trust_list.fingerprint", "the list was signed by another anchor than the trusted one")
    try:
        return trusted_jwk(jwk)
    except CredentialError as error:
        raise TrustListError("trust_list.format", "the anchor is no point of its curve") from error
