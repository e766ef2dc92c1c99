"""What is stored before anything is signed: the exact bytes, so that a crash can neither change nor double a licence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certificates.core.canonical import canonical_json, strict_json_loads
from certificates.core.errors import IssueError
from certificates.core.sd_jwt_format import DisclosureKey
from certificates.core.seal_code import SealContent
from certificates.core.seal_content import seal_from_json, seal_to_json
from certificates.core.stored_disclosures import pack_disclosures, unpack_disclosures

_MAX_BYTES = 4 * 1024 * 1024  # 64 KiB of credential and a seal code, coded several times, stay far below


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedIssue:
    """This will hold the credential's bytes to sign with all disclosures, the seal code's content, and the signing key.

    `iat` is the moment of issue in seconds since 1970 UTC.
    """

    kid: str
    iat: int
    signing_input: bytes = field(repr=False)
    disclosures: Mapping[DisclosureKey, str] = field(repr=False)
    seal: SealContent = field(repr=False)


def pack_prepared(prepared: PreparedIssue) -> bytes:
    """This will write a prepared issue as canonical JSON, the same bytes for the same issue."""
    return canonical_json(
        {
            "kid": prepared.kid,
            "iat": prepared.iat,
            "signing_input": prepared.signing_input.decode("ascii"),
            "disclosures": pack_disclosures(prepared.disclosures).decode("utf-8"),
            "seal": seal_to_json(prepared.seal),
        }
    )


def unpack_prepared(data: bytes) -> PreparedIssue:
    """This will read what `pack_prepared` wrote; raises IssueError `issue.prepared` for anything else."""
    members = strict_json_loads(data, max_bytes=_MAX_BYTES)
    try:
        return PreparedIssue(
            kid=members["kid"],
            iat=members["iat"],
            signing_input=members["signing_input"].encode("ascii"),
            disclosures=unpack_disclosures(members["disclosures"].encode("utf-8")),
            seal=seal_from_json(members["seal"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise IssueError("issue.prepared", "the stored bytes to sign are not whole") from error
