"""The node's own keys: each is made for one purpose, kept under it, and signs that purpose's kind of statement only."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certificates.adapters.key_store import PrivateKey, kid_of_private, load_private_key, store_private_key
from certificates.adapters.typed_signing import is_message_base, stated_cose_typ, stated_typ
from certificates.core.canonical import b64url
from certificates.core.errors import CipherError, CredentialError
from certificates.core.signing.registry import ES256

ED25519 = "Ed25519"  # for the log and its witnesses alone: C2SP signed notes know no other suite
_COORDINATE_BYTES = 32

# None: an HTTP message between nodes (RFC 9421) instead of a JWS.
STATEMENT_TYPES: Mapping[str, str | None] = MappingProxyType(
    {
        "request": None,
        "answer": None,
        "receipt": "huzheng-receipt+jwt",
        "release": "huzheng-release+jwt",
        "bundle": "huzheng-agency-keys+jwt",
        "status": "statuslist+jwt",
    }
)
# The same statement in its COSE form, where it has one: `typ` in the protected header.
COSE_TYPES: Mapping[str, str] = MappingProxyType({"status": "application/statuslist+cwt"})
NOTE_PURPOSES = ("log", "witness")
PURPOSES = (*STATEMENT_TYPES, *NOTE_PURPOSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSigner:
    """This will sign one kind of statement with one of the node's keys; it is a `Signer` of certificates.core."""

    kid: str
    purpose: str
    suite: str = ES256.name

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature; raises CredentialError `key.purpose` for another kind of bytes."""
        if not _is_of_purpose(data, self.purpose):
            raise CredentialError("key.purpose", "the node's key signs another kind of statement")
        return ES256.sign(load_private_key(name=self.kid, purpose=self.purpose), data)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSigner:
    """This will sign notes of the log (or, as a witness, of other logs) with Ed25519; `public_key` is 32 raw bytes."""

    kid: str
    purpose: str
    public_key: bytes
    suite: str = ED25519

    def sign(self, data: bytes) -> bytes:
        """This will give the 64-byte signature (RFC 8032); raises CredentialError `key.purpose` for other bytes."""
        is_cosignature = data.startswith(b"cosignature/v1\n")
        if is_cosignature != (self.purpose == "witness") or not data.endswith(b"\n"):
            raise CredentialError("key.purpose", "the node's key signs another kind of note")
        return _ed25519(self.kid, self.purpose).sign(data)


def create_node_key(purpose: str) -> tuple[str, dict[str, Any]]:
    """This will make and keep a new key for one purpose, and give its kid and public JWK (with `alg`)."""
    private_key: PrivateKey = (
        ed25519.Ed25519PrivateKey.generate() if purpose in NOTE_PURPOSES else ec.generate_private_key(ec.SECP256R1())
    )
    if purpose not in PURPOSES:
        raise CipherError("cipher.no_key", "there is no such purpose of a node's key")
    kid = kid_of_private(private_key)
    store_private_key(name=kid, purpose=purpose, private_key=private_key)
    return kid, _public_jwk(private_key, kid)


def node_signer(*, purpose: str, kid: str) -> NodeSigner:
    """This will give the handle for a purpose that signs JWS or HTTP messages."""
    return NodeSigner(kid=kid, purpose=purpose)


def log_signer(*, kid: str, purpose: str = "log") -> LogSigner:
    """This will give the handle of the log's key, or with `purpose="witness"` of the witness's."""
    return LogSigner(kid=kid, purpose=purpose, public_key=_raw(_ed25519(kid, purpose).public_key()))


def _is_of_purpose(data: bytes, purpose: str) -> bool:
    typ, cose_typ = STATEMENT_TYPES[purpose], COSE_TYPES.get(purpose)
    if typ is None:
        return is_message_base(data)
    return stated_typ(data) == typ or (cose_typ is not None and stated_cose_typ(data) == cose_typ)


def _ed25519(kid: str, purpose: str) -> ed25519.Ed25519PrivateKey:
    key = load_private_key(name=kid, purpose=purpose)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise CipherError("cipher.no_key", "the key is not one that signs notes")
    return key


def _raw(public_key: ed25519.Ed25519PublicKey) -> bytes:
    return public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _public_jwk(private_key: PrivateKey, kid: str) -> dict[str, Any]:
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return {"kty": "OKP", "crv": ED25519, "x": b64url(_raw(private_key.public_key())), "kid": kid, "alg": "EdDSA"}
    numbers = private_key.public_key().public_numbers()
    x, y = (b64url(n.to_bytes(_COORDINATE_BYTES, "big")) for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": ES256.jose_alg}
