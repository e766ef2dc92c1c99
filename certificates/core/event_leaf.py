"""The log leaf of something that happened to a certificate: computable by whoever has the credential."""

from datetime import UTC, datetime

from certificates.core.canonical import b64url, canonical_json

LEAF_VERSION = 1


def event_leaf(*, kind: str, credential_sha256: bytes, at: datetime) -> bytes:
    """This will give the canonical JSON `{at, credential_sha256, kind, v}` of an event.

    `credential_sha256` is SHA-256 over the ASCII of the issuer-signed JWT (no disclosures), written in base64url. `at` is
    written in UTC with microseconds where it has them; of `event.issued` it is the credential's `iat`.
    """
    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return canonical_json(
        {"v": LEAF_VERSION, "kind": kind, "credential_sha256": b64url(credential_sha256), "at": moment}
    )
