"""The log leaf of something that happened to a certificate; that of its issue is computable from the credential alone."""

from datetime import UTC, datetime
from hashlib import sha256

from certificates.core.canonical import b64url, canonical_json

LEAF_VERSION = 1
ISSUED = "event.issued"


def event_leaf(*, kind: str, credential_sha256: bytes, at: datetime) -> bytes:
    """This will give the canonical JSON `{credential, hour, kind, v}` of an event.

    `credential_sha256` is SHA-256 over the ASCII of the issuer-signed JWT (no disclosures). It stands in the leaf hashed
    with the kind, so that nobody without the credential can link two events of it; `at` of `event.issued` is its `iat`.
    """
    moment = at.astimezone(UTC)
    # A licence can be suspended twice in an hour, and each time is a leaf of its own; it is issued only once.
    nonce = "" if kind == ISSUED else moment.isoformat()
    tag = sha256(f"huzheng.{kind}.v1\0".encode() + credential_sha256 + nonce.encode("ascii")).digest()
    return canonical_json(
        {"v": LEAF_VERSION, "kind": kind, "hour": moment.strftime("%Y-%m-%dT%HZ"), "credential": b64url(tag)}
    )
