"""The node's own keys: each is made for one purpose, kept under it, and signs that purpose's kind of statement only."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings

from certificates.adapters.key_store import KeptKey, create_key, kept_key
from certificates.adapters.typed_signing import (
    is_file_attributes,
    is_message_base,
    is_seal_info,
    stated_cose_typ,
    stated_typ,
)
from certificates.core.crypto_profile import profile
from certificates.core.errors import CipherError, CredentialError
from certificates.core.signing.cost import is_dear
from certificates.core.signing.ed25519 import ED25519
from certificates.core.signing.registry import ES256, SM2

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
# C2SP signed notes know Ed25519, whatever the profile; a guomi node's log adds a line by an SM2 key.
NOTE_PURPOSES = ("log", "witness")
ADDED_LINE_PURPOSE = "log_sm2"
# It makes the agencies' electronic seals, which are SM2 throughout (GB/T 38540): only guomi nodes have one.
SEAL_PURPOSE = "seal_maker"
# Receipts as files: PDF readers know no SM2, so a guomi node has a P-256 key for these, too.
ARCHIVE_PURPOSE = "archive"
_COSIGNATURE = b"cosignature/v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSigner:
    """This will sign one kind of statement with one of the node's keys; it is a `Signer` of certificates.core."""

    kid: str
    purpose: str
    suite: str
    is_dear: bool = False

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature.

        Raises CredentialError `key.purpose` for another kind of bytes, KeyUnavailableError.
        """
        if not _is_of_purpose(data, self.purpose):
            raise CredentialError("key.purpose", "the node's key signs another kind of statement")
        return _signed(kept_key(kid=self.kid, purpose=self.purpose), data)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSigner:
    """This will sign notes of the log or, as a witness, of other logs.

    `public_key` is 32 raw bytes of Ed25519, or for the added line the DER SubjectPublicKeyInfo of an SM2 key.
    """

    kid: str
    purpose: str
    public_key: bytes
    suite: str = ED25519.name

    def sign(self, data: bytes) -> bytes:
        """This will give the 64-byte signature; raises CredentialError `key.purpose`, KeyUnavailableError."""
        is_cosignature = data.startswith(_COSIGNATURE)
        if is_cosignature != (self.purpose == "witness") or not data.endswith(b"\n"):
            raise CredentialError("key.purpose", "the node's key signs another kind of note")
        return _signed(kept_key(kid=self.kid, purpose=self.purpose), data)


def node_purposes() -> Mapping[str, str]:
    """This will give the purposes that a node of this profile has keys for, and the suite of each."""
    suite = profile(settings.NODE.profile).suite
    added = dict.fromkeys((ADDED_LINE_PURPOSE, SEAL_PURPOSE), suite) if suite == SM2.name else {}
    notes = dict.fromkeys(NOTE_PURPOSES, ED25519.name)
    return {**dict.fromkeys(STATEMENT_TYPES, suite), **notes, **added, ARCHIVE_PURPOSE: ES256.name}


def create_node_key(*, purpose: str) -> KeptKey:
    """This will make and keep a new key for one purpose.

    Raises CipherError `cipher.no_key` for an unknown purpose, and as `key_store.create_key` does.
    """
    suite = node_purposes().get(purpose)
    if suite is None:
        raise CipherError("cipher.no_key", "there is no such purpose of a node's key")
    return create_key(purpose=purpose, suite=suite)


def held_node_key(*, purpose: str, kid: str) -> tuple[str, bytes]:
    """This will give suite and public half (DER SubjectPublicKeyInfo) of a key whose private half is kept here.

    Raises CipherError `cipher.no_key|mismatch`.
    """
    key = kept_key(kid=kid, purpose=purpose)
    return key.suite, key.spki


def node_signer(*, purpose: str, kid: str) -> NodeSigner:
    """This will give the handle for a purpose that signs JWS or HTTP messages; raises CipherError `cipher.no_key`."""
    key = kept_key(kid=kid, purpose=purpose)
    return NodeSigner(kid=kid, purpose=purpose, suite=key.suite, is_dear=is_dear(suite=key.suite, backend=key.backend))


def log_signer(*, kid: str, purpose: str = "log") -> LogSigner:
    """This will give the handle of the log's key, or by another purpose of the witness's or of the added line's."""
    key = kept_key(kid=kid, purpose=purpose)
    if purpose == ADDED_LINE_PURPOSE:
        return LogSigner(kid=kid, purpose=purpose, public_key=key.spki, suite=key.suite)
    public_key = load_der_public_key(key.spki)
    if not isinstance(public_key, Ed25519PublicKey):
        raise CipherError("cipher.no_key", "the key is not one that signs notes")
    return LogSigner(kid=kid, purpose=purpose, public_key=public_key.public_bytes_raw())


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSigner:
    """This will sign receipts as files: the signed attributes of a CMS signature (RFC 5652 section 5.4), and nothing else."""

    kid: str

    def sign(self, data: bytes) -> bytes:
        """This will give the raw r || s signature. Raises CredentialError `key.purpose`, KeyUnavailableError."""
        if not is_file_attributes(data):
            raise CredentialError("key.purpose", "the node's key signs another kind of statement")
        return _signed(kept_key(kid=self.kid, purpose=ARCHIVE_PURPOSE), data)


def _is_of_purpose(data: bytes, purpose: str) -> bool:
    if purpose == SEAL_PURPOSE:
        return is_seal_info(data)
    typ, cose_typ = STATEMENT_TYPES[purpose], COSE_TYPES.get(purpose)
    if typ is None:
        return is_message_base(data)
    return stated_typ(data) == typ or (cose_typ is not None and stated_cose_typ(data) == cose_typ)


def _signed(key: KeptKey, data: bytes) -> bytes:
    return key.sign(data, most_a_minute=settings.NODE.node_key_rate)
