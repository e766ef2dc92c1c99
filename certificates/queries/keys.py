"""The public halves of keys, as plain values."""

import base64
from dataclasses import dataclass
from datetime import datetime

from certificates.models import IssuerKey, KeyState, NodeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerKeyRecord:
    """This will hold one issue key of an agency; `chain` is DER, leaf first, without the region's CA."""

    kid: str
    suite: str
    agency_uscc: str
    chain: tuple[bytes, ...]
    licence_types: frozenset[str]
    state: str
    from_at: datetime
    to_at: datetime | None


def issuer_keys() -> tuple[IssuerKeyRecord, ...]:
    """This will list the issue keys of all agencies, retired and compromised ones too, oldest first."""
    return tuple(_record(row) for row in IssuerKey.objects.select_related("agency").order_by("pk"))


def issuer_key(*, kid: str) -> IssuerKeyRecord | None:
    """This will give the issue key of a key id, or None."""
    row = IssuerKey.objects.select_related("agency").filter(kid=kid).first()
    return _record(row) if row else None


def active_node_kid(*, purpose: str) -> str | None:
    """This will give the key id of the node's active key for a purpose, or None on a node that was not initialised."""
    keys = NodeKey.objects.filter(purpose=purpose, state=KeyState.ACTIVE)
    return keys.values_list("kid", flat=True).first()


def _record(row: IssuerKey) -> IssuerKeyRecord:
    return IssuerKeyRecord(
        kid=row.kid,
        suite=row.suite,
        agency_uscc=row.agency.uscc,
        chain=tuple(base64.b64decode(der) for der in row.chain_der),
        licence_types=frozenset(row.licence_types),
        state=row.state,
        from_at=row.from_at,
        to_at=row.to_at,
    )
