"""Private signing keys: PKCS#8 wrapped under the key-encryption key, in files, never in database rows.

Only issue_keys, node_keys and region_ca may import this module.
"""

import threading
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings

from certificates.adapters.kek import unwrap, wrap
from certificates.adapters.secret_files import create_secret_file
from certificates.core.errors import CipherError
from certificates.core.signing.suite import kid_of

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_loaded: dict[tuple[Path, str], PrivateKey] = {}
_lock = threading.Lock()


def store_private_key(*, name: str, purpose: str, private_key: PrivateKey) -> bool:
    """This will keep a private key under a name (its kid) for one purpose; False where the name is taken."""
    plain = private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return create_secret_file(_path(name), wrap(plain, context=_context(name, purpose)))


def load_private_key(*, name: str, purpose: str) -> PrivateKey:
    """This will give a kept key, for the purpose it was made for only.

    Raises CipherError `cipher.no_key`, or `cipher.mismatch` for another purpose or an altered file.
    """
    path = _path(name)
    with _lock:
        known = _loaded.get((path, purpose))
    if known is not None:
        return known
    try:
        wrapped = path.read_bytes()
    except FileNotFoundError as error:
        raise CipherError("cipher.no_key", "the node does not hold this private key") from error
    key = serialization.load_der_private_key(unwrap(wrapped, context=_context(name, purpose)), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise CipherError("cipher.no_key", "the file holds a private key of another kind")
    with _lock:
        _loaded[path, purpose] = key
    return key


def spki_of(private_key: PrivateKey) -> bytes:
    """This will give the DER SubjectPublicKeyInfo of the key's public half."""
    return private_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def kid_of_private(private_key: PrivateKey) -> str:
    """This will give the key id under which the key is known everywhere."""
    return kid_of(spki_of(private_key))


def _path(name: str) -> Path:
    return settings.NODE.var / "keys" / f"{name}.p8"


def _context(name: str, purpose: str) -> str:
    return f"key:{purpose}:{name}"
