"""Revoking many licences at once: what is chosen, and what an approval is bound to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from certificates.core.canonical import canonical_json

MOST: Final = 100_000  # licences in one set: one transaction revokes them all
COUNTED_FOR: Final = timedelta(hours=1)  # single revocations of an agency within it count towards the threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class MassSelection:
    """This will choose live licences of one agency; every member given narrows the choice, days are days in China."""

    agency_uscc: str
    type_code: str = ""
    issued_from: date | None = None
    issued_until: date | None = None
    issuer_kid: str = ""

    def as_json(self) -> dict[str, str]:
        """This will give the members that narrow the choice, to be stored and shown."""
        members = {
            "type_code": self.type_code,
            "issued_from": "" if self.issued_from is None else self.issued_from.isoformat(),
            "issued_until": "" if self.issued_until is None else self.issued_until.isoformat(),
            "issuer_kid": self.issuer_kid,
        }
        return {name: value for name, value in members.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class MassPlan:
    """This will hold what a selection would revoke: how many, how many of each type, and the digest of the exact set."""

    count: int
    by_type: tuple[tuple[str, int], ...]
    digest: bytes


def set_digest(*, agency_uscc: str, reason_code: str, ids: Iterable[UUID]) -> bytes:
    """This will give SHA-256 over agency, reason and the ids in order: an approval holds for exactly these."""
    named = sorted(str(one) for one in ids)
    return sha256(canonical_json({"agency": agency_uscc, "reason": reason_code, "ids": named})).digest()
