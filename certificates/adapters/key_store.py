"""Private keys by name (their kid) and purpose: one small wrapped file each, never a database row.

The file says which suite the key is of and which backend keeps it; the backend is never another one than that, also where
it cannot be reached. Only issue_keys, node_keys and region_ca may import this module.
"""

import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson
from django.conf import settings

from certificates.adapters.kek import create_wrapped_file, read_wrapped_file
from certificates.adapters.key_backends.backend import KeyBackend, OpenKey
from certificates.adapters.key_backends.pkcs11 import TokenKeys
from certificates.adapters.key_backends.software import SoftwareKeys
from certificates.adapters.signature_rate import count_signature
from certificates.core.errors import CipherError, CredentialError
from certificates.core.signing.suite import kid_of

_BACKENDS: Final[dict[str, KeyBackend]] = {backend.name: backend for backend in (SoftwareKeys(), TokenKeys())}
_loaded: dict[tuple[Path, str], "KeptKey"] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey:
    """This will stand for a private key of this node: it signs for its purpose, and never shows the key."""

    kid: str
    purpose: str
    suite: str
    backend: str
    spki: bytes
    path: Path = field(repr=False)
    key: OpenKey = field(repr=False)

    def sign(self, data: bytes, *, most_a_minute: int) -> bytes:
        """This will give the 64-byte signature; raises KeyUnavailableError `key.rate|backend_unavailable`."""
        count_signature(self.path, most_a_minute=most_a_minute)
        return self.key.sign(data)


def create_key(*, purpose: str, suite: str) -> KeptKey:
    """This will make and keep a new key for one purpose, in the backend that the settings name for its suite.

    Raises CredentialError `key.algorithm|backend`, KeyUnavailableError `key.backend_unavailable`, CipherError.
    """
    backend = _backend_for(suite)
    made = backend.make(suite=suite)
    kid = kid_of(made.spki)
    record = {
        "backend": backend.name,
        "suite": suite,
        "spki": b64encode(made.spki).decode("ascii"),
        "reference": b64encode(made.reference).decode("ascii"),
    }
    if not create_wrapped_file(_path(kid), orjson.dumps(record), context=_context(kid, purpose)):
        raise CipherError("cipher.key_exists", "a key of this id is kept already")
    return kept_key(kid=kid, purpose=purpose)


def kept_key(*, kid: str, purpose: str) -> KeptKey:
    """This will give a kept key, for the purpose it was made for only.

    Raises CipherError `cipher.no_key`, or `cipher.mismatch` for another purpose or an altered file.
    """
    path = _path(kid)
    with _lock:
        known = _loaded.get((path, purpose))
    if known is not None:
        return known
    try:
        record = orjson.loads(read_wrapped_file(path, context=_context(kid, purpose)))
    except FileNotFoundError as error:
        raise CipherError("cipher.no_key", "the node does not hold this private key") from error
    suite, spki = record["suite"], b64decode(record["spki"])
    if kid_of(spki) != kid:
        raise CipherError("cipher.no_key", "the kept key has another id")
    backend = _BACKENDS[record["backend"]]
    opened = backend.open(b64decode(record["reference"]), suite=suite, spki=spki)
    key = KeptKey(kid=kid, purpose=purpose, suite=suite, backend=backend.name, spki=spki, path=path, key=opened)
    with _lock:
        _loaded[path, purpose] = key
    return key


def _backend_for(suite: str) -> KeyBackend:
    node = settings.NODE
    name = SoftwareKeys.name if suite in node.software_suites else node.key_backend
    found = _BACKENDS.get(name)
    if found is None:
        raise CredentialError("key.backend", "HUZHENG_KEY_BACKEND names no backend of keys")
    return found


def _path(kid: str) -> Path:
    return settings.NODE.var / "keys" / f"{kid}.key"


def _context(kid: str, purpose: str) -> str:
    return f"key:{purpose}:{kid}"
