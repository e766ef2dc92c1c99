"""The one-shot token without which an issue key signs nothing.

It names one stored intent (or pending document), one key, and the SHA-256 of the exact bytes to sign for each output. Its digest stands in
the row it was granted for; signing spends it there, and only then is the signature made.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from certificates.core.errors import IssueError

NONCE_BYTES = 16
# A signature takes milliseconds, an HSM that hangs some seconds. It must be over before the sweeper takes an intent up (30 s).
LIFETIME = timedelta(seconds=25)


class Output(StrEnum):
    """This will name what an issue key signs, and nothing else."""

    CREDENTIAL = "credential"
    SEAL_CODE = "seal_code"
    DOCUMENT = "document"
    SEAL = "seal"


class Grantor(StrEnum):
    """This will name the kind of row that a token is granted for."""

    INTENT = "intent"
    DOCUMENT = "document"
    COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """This will bind one act of signing: the row and its kind, the key, and the SHA-256 of the bytes of every output."""

    grantor: Grantor
    row: int
    kid: str
    digests: tuple[tuple[Output, bytes], ...]
    expires_at: datetime
    nonce: bytes = field(repr=False)

    def digest(self) -> bytes:
        """This will give the SHA-256 that the row keeps: every member is under it, each with its length or of fixed length."""
        parts = [self.grantor.encode(), str(self.row).encode(), self.kid.encode(), self.expires_at.isoformat().encode()]
        for output, sha256 in self.digests:
            parts += [output.encode(), sha256]
        return hashlib.sha256(b"".join(len(part).to_bytes(2, "big") + part for part in (*parts, self.nonce))).digest()


def token_for(
    *, grantor: Grantor, row: int, kid: str, outputs: Mapping[Output, bytes], at: datetime, nonce: bytes
) -> IssueToken:
    """This will make the token for exactly these bytes; it is worth nothing until its row holds its digest.

    `nonce` is 16 unpredictable bytes; the token ends LIFETIME after `at`.
    """
    return IssueToken(
        grantor=grantor,
        row=row,
        kid=kid,
        digests=tuple((output, hashlib.sha256(data).digest()) for output, data in sorted(outputs.items())),
        expires_at=at + LIFETIME,
        nonce=nonce,
    )


def require_fit(token: object, *, kid: str, outputs: Mapping[Output, bytes], at: datetime) -> IssueToken:
    """This will hold what is to be signed against the token, before it is spent.

    Raises IssueError `issue.token_missing|token_key|token_output|token_bytes|token_expired`.
    """
    if not isinstance(token, IssueToken):
        raise IssueError("issue.token_missing", "an issue key signs against a token only")
    if token.kid != kid:
        raise IssueError("issue.token_key", "the token is for another key")
    bound = dict(token.digests)
    if not outputs or outputs.keys() != bound.keys():
        raise IssueError("issue.token_output", "the token is for other outputs")
    if any(hashlib.sha256(data).digest() != bound[output] for output, data in outputs.items()):
        raise IssueError("issue.token_bytes", "the token is for other bytes")
    if at >= token.expires_at:
        raise IssueError("issue.token_expired", "the token has expired")
    return token
