"""Describe this node to the national anchor: the entry it asks to have listed."""

from base64 import b64decode
from datetime import datetime
from typing import Any

from cryptography.x509 import load_der_x509_certificate
from django.conf import settings

from accounts.core.regions import region as region_named
from certificates.adapters.node_keys import held_node_key
from certificates.adapters.region_ca import held_region_ca
from certificates.core.errors import CipherError
from certificates.models import EXTERNAL, KeptKey, LicenceType, NodeKey, RegionCa
from certificates.services.own_timestamp_cas import own_timestamp_cas
from certificates.services.require_same_node import require_same_node
from verification.core.log_names import log_origin
from verification.core.trust_keys import CaEntry, NodeKeyEntry, Purpose, Witness, node_key
from verification.core.trust_list import TrustedRegion, region_payload
from verification.services.sign_note import sign_note


def describe_node(*, at: datetime) -> dict[str, Any]:
    """This will give the node's public entry for a trust list: name, address, CAs, keys, witness and the types it would issue.

    Keys and CAs are listed with from and to, ended ones too, and only those whose private half is kept here: a row that
    somebody put into the database is not proposed to the anchor. A licensed CA has none here: it is listed as it was entered.
    The CAs of its timestamp authority are those of its settings. Whoever signs the list decides.
    Raises CipherError `cipher.no_key|mismatch` for a row without its key, LogError `log.no_key` before init_node, IssueError
    `issue.profile|region` under the settings of another node, TimestampError `timestamp.trust`.
    """
    require_same_node()
    code = settings.NODE.region
    named = region_named(code)
    witness = sign_note(purpose="witness").key
    entry = TrustedRegion(
        code=code,
        name_zh=named.name_zh,
        name_en=named.name_en,
        node_url=settings.NODE.node_url,
        log_origin=log_origin(code),
        cas=tuple(_ca(row) for row in RegionCa.objects.filter(from_at__isnull=False).order_by("pk")),
        keys={purpose: _entries(purpose) for purpose in Purpose},
        witnesses=(Witness(name=witness.name, vkey=witness.vkey),),
        timestamp_authorities=_timestamp_authorities(),
        licence_types=frozenset(LicenceType.objects.filter(is_current=True).values_list("code", flat=True)),
    )
    return region_payload(entry)


def _entries(purpose: Purpose) -> tuple[NodeKeyEntry, ...]:
    rows = NodeKey.objects.filter(purpose=purpose.value, from_at__isnull=False).order_by("pk")
    return tuple(_entry(row) for row in rows)


def _entry(row: NodeKey) -> NodeKeyEntry:
    suite, spki = held_node_key(purpose=row.purpose, kid=row.kid)
    _require_same(row, spki)
    valid_from, valid_to = _period(row)
    return node_key(suite=suite, spki=spki, valid_from=valid_from, valid_to=valid_to)


def _ca(row: RegionCa) -> CaEntry:
    if row.backend != EXTERNAL:
        _require_same(row, held_region_ca(kid=row.kid))
    valid_from, valid_to = _period(row)
    return CaEntry(der=b64decode(row.certificate_der), valid_from=valid_from, valid_to=valid_to)


def _timestamp_authorities() -> tuple[CaEntry, ...]:
    """Without them no other province could rely on the times in this node's documents."""
    return tuple(
        CaEntry(der=der, valid_from=load_der_x509_certificate(der).not_valid_before_utc, valid_to=None)
        for der in own_timestamp_cas()
    )


def _period(row: KeptKey) -> tuple[datetime, datetime | None]:
    """From when to when others may rely on the key; a compromise ends it where it is the earlier end."""
    assert row.from_at is not None, "rows without a beginning are not listed"
    ends = [end for end in (row.to_at, row.compromised_at) if end is not None]
    return row.from_at.replace(microsecond=0), max(min(ends), row.from_at) if ends else None


def _require_same(row: KeptKey, spki: bytes) -> None:
    if b64decode(row.spki) != spki:
        raise CipherError("cipher.mismatch", "the row of a key does not hold the public half of the kept key")
