"""Sign a trust list with the national anchor's key: done offline, on a machine that is no node."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto.pem import unarmor
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from certificates.core.errors import CredentialError
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import Suite, kid_of
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.errors import TrustListError
from verification.core.trust_list import TRUST_LIST_FORMAT, trust_list_file
from verification.core.trust_list import sign_trust_list as sign_payload


def sign_trust_list(
    *, anchor_pem: bytes, regions: Sequence[Mapping[str, Any]], version: int, lifetime: timedelta, at: datetime
) -> tuple[bytes, str]:
    """This will give the file that travels and the anchor's fingerprint, which must travel by another way. Nothing is stored.

    Raises TrustListError `trust_list.anchor` for a key of no signing suite, `trust_list.format|url` for a list no node would take.
    """
    chosen, key = _anchor_key(anchor_pem)
    public = chosen.public_of(key)
    issued = int(at.timestamp())
    payload = {
        "format": TRUST_LIST_FORMAT,
        "version": version,
        "iat": issued,
        "exp": issued + int(lifetime.total_seconds()),
        "regions": [dict(region) for region in regions],
    }
    jwk = anchor_jwk(public)
    signer = LocalSigner(kid=kid_of(chosen.spki_of(public)), suite=chosen.name, private_key=key)
    token = sign_payload(payload=payload, signer=signer)
    return trust_list_file(token, anchor=jwk), anchor_fingerprint(jwk)


def _anchor_key(pem: bytes) -> tuple[Suite, object]:
    der = _pkcs8_of(pem)
    for chosen in SUITES.values():
        try:
            return chosen, chosen.private_from_pkcs8(der)
        except CredentialError:
            continue
    raise TrustListError("trust_list.anchor", "the anchor's key is of no signing suite")


def _pkcs8_of(pem: bytes) -> bytes:
    try:
        key = load_pem_private_key(pem, password=None)
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    except UnsupportedAlgorithm:  # an SM2 key, which `cryptography` does not load
        return bytes(unarmor(pem)[2])
    except (ValueError, TypeError) as error:
        raise TrustListError("trust_list.anchor", "the anchor's key file cannot be read") from error
