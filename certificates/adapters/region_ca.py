"""The region's X.509 CA: its key in the key store, its self-signed certificate in a file beside it."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.core.regions import region
from certificates.adapters.key_store import load_private_key, spki_of, store_private_key
from certificates.adapters.secret_files import create_secret_file
from certificates.core.errors import CipherError
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import ES256
from certificates.core.signing.suite import Signer, kid_of
from certificates.core.x509_make import make_agency_certificate, make_region_ca
from certificates.core.x509_read import read_certificate

_NAME = "region-ca"
_CA_TERM = timedelta(days=20 * 365)
_LEAF_TERM = timedelta(days=5 * 365)
_SERIAL_BITS = 127  # positive, within the 20 octets of RFC 5280, not to be guessed or repeated


def ensure_region_ca(*, at: datetime) -> bool:
    """This will make the region's CA (20 years) where the node has none; True where it was made now."""
    store_private_key(name=_NAME, purpose="ca", private_key=ec.generate_private_key(ec.SECP256R1()))
    if _path().exists():
        return False
    start = at.replace(microsecond=0)
    der = make_region_ca(
        region_code=settings.NODE.region,
        region_name=region(settings.NODE.region).name_zh,
        spki=spki_of(_private_key()),
        signer=_signer(),
        serial_number=_serial_number(),
        valid_from=start,
        valid_until=start + _CA_TERM,
    )
    return create_secret_file(_path(), der)


def region_ca_certificate() -> bytes:
    """This will give the CA's X.509 certificate in DER; raises CipherError `cipher.no_key` before init."""
    try:
        return _path().read_bytes()
    except FileNotFoundError as error:
        raise CipherError("cipher.no_key", "the node has no region CA: run manage.py init_node") from error


def issue_leaf(
    *,
    agency_uscc: str,
    agency_name: str,
    licence_types: Collection[str],
    public_key: ec.EllipticCurvePublicKey,
    at: datetime,
) -> bytes:
    """This will give an agency's X.509 certificate (DER, 5 years) for signing licences of those types. Raises IssueError."""
    ca_certificate = region_ca_certificate()
    start = at.replace(microsecond=0)
    ca_end = read_certificate(ca_certificate).valid_until
    return make_agency_certificate(
        ca_certificate=ca_certificate,
        signer=_signer(),
        agency_uscc=agency_uscc,
        agency_name=agency_name,
        licence_types=licence_types,
        spki=public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        serial_number=_serial_number(),
        valid_from=start,
        valid_until=min(start + _LEAF_TERM, ca_end),
    )


def _signer() -> Signer:
    private_key = _private_key()
    return LocalSigner(kid=kid_of(spki_of(private_key)), suite=ES256.name, private_key=private_key)


def _serial_number() -> int:
    return secrets.randbits(_SERIAL_BITS) | 1 << _SERIAL_BITS - 1


def _path() -> Path:
    return settings.NODE.var / "keys" / f"{_NAME}.der"


def _private_key() -> ec.EllipticCurvePrivateKey:
    key = load_private_key(name=_NAME, purpose="ca")
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CipherError("cipher.no_key", "the region CA's key is of another kind")
    return key
