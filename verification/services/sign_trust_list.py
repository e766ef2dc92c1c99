"""Sign a trust list with the national anchor's key: done offline, on a machine that is no node."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import ES256
from certificates.core.signing.suite import kid_of
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.errors import TrustListError
from verification.core.trust_list import TRUST_LIST_FORMAT, trust_list_file
from verification.core.trust_list import sign_trust_list as sign_payload


def sign_trust_list(
    *, anchor_pem: bytes, regions: Sequence[Mapping[str, Any]], version: int, lifetime: timedelta, at: datetime
) -> tuple[bytes, str]:
    """This will give the file that travels and the anchor's fingerprint, which must travel by another way. Nothing is stored.

    Raises TrustListError `trust_list.anchor` for a key that is not P-256, `trust_list.format|url` for a list no node would take.
    """
    try:
        key = load_pem_private_key(anchor_pem, password=None)
    except (ValueError, TypeError) as error:
        raise TrustListError("trust_list.anchor", "the anchor's key file cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise TrustListError("trust_list.anchor", "the anchor's key is not P-256")
    public = key.public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    issued = int(at.timestamp())
    payload = {
        "format": TRUST_LIST_FORMAT,
        "version": version,
        "iat": issued,
        "exp": issued + int(lifetime.total_seconds()),
        "regions": [dict(region) for region in regions],
    }
    jwk = anchor_jwk(public)
    token = sign_payload(payload=payload, signer=LocalSigner(kid=kid_of(spki), suite=ES256.name, private_key=key))
    return trust_list_file(token, anchor=jwk), anchor_fingerprint(jwk)
