"""All keys that the node knows of, as an operator lists them: public facts only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from certificates.models import IssuerKey, KeptKey, NodeKey, RegionCa


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """This will hold one key's line: whose and for what, where it lives, and its times."""

    kid: str
    owner: str
    purpose: str
    suite: str
    backend: str
    state: str
    from_at: datetime | None
    to_at: datetime | None
    compromised_at: datetime | None


def issuer_keys(*, agency_uscc: str | None = None) -> tuple[ListedKey, ...]:
    """This will list the keys of all agencies, or of one, oldest first."""
    rows = IssuerKey.objects.select_related("agency").order_by("agency__uscc", "pk")
    if agency_uscc is not None:
        rows = rows.filter(agency__uscc=agency_uscc)
    return tuple(_listed(row, owner=row.agency.uscc, purpose=row.use) for row in rows)


def node_keys() -> tuple[ListedKey, ...]:
    """This will list the node's own keys by purpose, and the region's CAs."""
    return tuple(_node_and_cas())


def _node_and_cas() -> Iterator[ListedKey]:
    for key in NodeKey.objects.order_by("purpose", "pk"):
        yield _listed(key, owner="node", purpose=key.purpose)
    for ca in RegionCa.objects.order_by("suite", "pk"):
        yield _listed(ca, owner="region", purpose="ca")


def _listed(row: KeptKey, *, owner: str, purpose: str) -> ListedKey:
    return ListedKey(
        kid=row.kid,
        owner=owner,
        purpose=purpose,
        suite=row.suite,
        backend=row.backend,
        state=row.state,
        from_at=row.from_at,
        to_at=row.to_at,
        compromised_at=row.compromised_at,
    )
