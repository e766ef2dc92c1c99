"""The national trust list: which node stands for which region, and with which keys, as one JWS of the offline anchor.

The file that travels is JSON: `{"trust_list": <JWS>, "anchor": <JWK>}`. The key inside is worth nothing by itself: its
thumbprint must equal the fingerprint that came another way. Who controls that setting controls all trust.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from accounts.core.regions import REGIONS
from certificates.core.canonical import canonical_json
from certificates.core.errors import CredentialError
from certificates.core.signing.jws import sign_jws, verify_jws
from certificates.core.signing.suite import Signer, TrustedKey
from verification.core.anchor_key import load_anchor
from verification.core.errors import TrustListError
from verification.core.member_reader import MemberReader, read_object
from verification.core.node_url import check_node_url
from verification.core.trust_keys import (
    CaEntry,
    NodeKeyEntry,
    Purpose,
    Witness,
    ca_payload,
    node_key_payload,
    read_ca,
    read_node_key,
    read_timestamp_authority,
    read_witness,
)

TRUST_LIST_TYP: Final = "huzheng-trust-list+jwt"
TRUST_LIST_FORMAT: Final = 1
MAX_TRUST_LIST_BYTES: Final = 2 * 1024 * 1024  # 34 regions with many retired keys stay far below
MAX_LIFETIME: Final = timedelta(days=400)  # a list nobody renews must not stay trusted for ever
CLOCK_SKEW: Final = timedelta(minutes=5)  # two nodes' clocks; a list lives for months
EXPIRY_WARNING_DAYS: Final = 30  # an anchor that signs offline, and every operator after it, needs weeks

_MOST_ENTRIES: Final = 200  # keys, CAs, witnesses or types of one region, with retired ones
TYPE_CODE: Final = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRegion:
    """This will hold all that the list says of one region; retired keys and CAs stay listed with their times."""

    code: str
    name_zh: str
    name_en: str
    node_url: str
    log_origin: str
    cas: tuple[CaEntry, ...]
    keys: Mapping[Purpose, tuple[NodeKeyEntry, ...]]
    witnesses: tuple[Witness, ...]
    licence_types: frozenset[str]
    timestamp_authorities: tuple[CaEntry, ...] = ()

    def keys_in_force(self, purpose: Purpose, *, at: datetime) -> dict[str, TrustedKey]:
        """This will give, by kid, the keys that may sign for the purpose at that moment."""
        return {entry.kid: entry.key for entry in self.keys.get(purpose, ()) if entry.in_force(at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """This will hold a verified list; `expires_at` ends all trust that rests on it."""

    version: int
    issued_at: datetime
    expires_at: datetime
    regions: Mapping[str, TrustedRegion]

    @property
    def timestamp_authorities(self) -> tuple[CaEntry, ...]:
        """This will give the CAs of timestamp authorities (RFC 3161) that any region asks for times: they vouch for all alike."""
        return tuple(dict.fromkeys(entry for region in self.regions.values() for entry in region.timestamp_authorities))

    def region(self, code: str) -> TrustedRegion:
        """This will give the region of a code. Raises TrustListError `trust_list.region`."""
        found = self.regions.get(code)
        if found is None:
            raise TrustListError("trust_list.region", "the trust list knows no such region")
        return found


def load_trust_list(
    data: bytes, *, anchor_fingerprint: str, at: datetime, seen_version: int | None = None
) -> TrustList:
    """This will verify the travelling file from scratch and give the list.

    `seen_version` is the highest version this node ever accepted.
    Raises TrustListError `trust_list.format|fingerprint|signature|url|from_future|expired|older`.
    """
    file = read_object(data, max_bytes=MAX_TRUST_LIST_BYTES, refuse=_malformed)
    anchor = load_anchor(file.over(file.members.get("anchor")).members, fingerprint=anchor_fingerprint)
    token = file.text("trust_list", max_length=MAX_TRUST_LIST_BYTES)
    try:
        _, payload = verify_jws(token, typ=TRUST_LIST_TYP, keys={anchor.kid: anchor}, max_bytes=MAX_TRUST_LIST_BYTES)
    except CredentialError as error:
        raise TrustListError("trust_list.signature", "the anchor did not sign this list") from error
    trust_list = _read_list(read_object(payload, max_bytes=MAX_TRUST_LIST_BYTES, refuse=_malformed))
    if trust_list.issued_at > at + CLOCK_SKEW:
        raise TrustListError("trust_list.from_future", "the list says it was issued after now: check the clock")
    if at >= trust_list.expires_at:
        raise TrustListError("trust_list.expired", "the trust list has expired")
    if seen_version is not None and trust_list.version < seen_version:
        raise TrustListError("trust_list.older", "a newer trust list was accepted before")
    return trust_list


def sign_trust_list(*, payload: Mapping[str, Any], signer: Signer) -> str:
    """This will sign a payload as a JWS, if loaders would take it; raises TrustListError `trust_list.format|url`."""
    _read_list(MemberReader(members=payload, refuse=_malformed))
    return sign_jws(header_extra={}, typ=TRUST_LIST_TYP, payload=canonical_json(dict(payload)), signer=signer)


def trust_list_file(token: str, *, anchor: Mapping[str, str]) -> bytes:
    """This will give the bytes of the file that travels: the JWS and the anchor's JWK."""
    return json.dumps({"trust_list": token, "anchor": dict(anchor)}, indent=1).encode("ascii") + b"\n"


def payload_of(trust_list: TrustList) -> dict[str, Any]:
    """This will give the payload that reads back as this list."""
    return {
        "format": TRUST_LIST_FORMAT,
        "version": trust_list.version,
        "iat": int(trust_list.issued_at.timestamp()),
        "exp": int(trust_list.expires_at.timestamp()),
        "regions": [region_payload(region) for region in trust_list.regions.values()],
    }


def region_payload(region: TrustedRegion) -> dict[str, Any]:
    """This will give a region's part of the payload, the form in which a node hands its own entry to the anchor."""
    return {
        "code": region.code,
        "name_zh": region.name_zh,
        "name_en": region.name_en,
        "node_url": region.node_url,
        "log_origin": region.log_origin,
        "cas": [ca_payload(entry) for entry in region.cas],
        "keys": {purpose.value: [node_key_payload(key) for key in keys] for purpose, keys in region.keys.items()},
        "witnesses": [{"name": witness.name, "vkey": witness.vkey} for witness in region.witnesses],
        "licence_types": sorted(region.licence_types),
        "timestamp_authorities": [ca_payload(entry) for entry in region.timestamp_authorities],
    }


def days_left(trust_list: TrustList, *, at: datetime) -> int:
    """This will give the whole days until the list expires, for the warnings long before; 0 on the last day and after."""
    return max(0, (trust_list.expires_at - at) // timedelta(days=1))


def expires_soon(trust_list: TrustList, *, at: datetime) -> bool:
    """This will tell whether it is time to warn: 30 whole days are left, or fewer."""
    return days_left(trust_list, at=at) <= EXPIRY_WARNING_DAYS


def read_region(members: Mapping[str, Any]) -> TrustedRegion:
    """This will read one region's entry. Raises TrustListError `trust_list.format|url`."""
    reader = MemberReader(members=members, refuse=_malformed)
    code = reader.text("code")
    if code not in REGIONS:
        raise _malformed()
    keys = reader.over(members.get("keys"))
    if not keys.members.keys() <= set(Purpose):
        raise _malformed()
    return TrustedRegion(
        code=code,
        name_zh=reader.text("name_zh"),
        name_en=reader.text("name_en"),
        node_url=check_node_url(reader.text("node_url")),
        log_origin=reader.text("log_origin"),
        cas=tuple(read_ca(item, region_code=code) for item in reader.objects("cas", most=_MOST_ENTRIES)),
        keys=MappingProxyType({Purpose(name): _read_keys(keys, Purpose(name)) for name in keys.members}),
        witnesses=tuple(read_witness(item) for item in reader.objects("witnesses", most=_MOST_ENTRIES)),
        licence_types=frozenset(reader.texts("licence_types", most=_MOST_ENTRIES, pattern=TYPE_CODE, max_length=64)),
        timestamp_authorities=tuple(
            read_timestamp_authority(item) for item in reader.objects("timestamp_authorities", most=_MOST_ENTRIES)
        ),
    )


def _read_list(reader: MemberReader) -> TrustList:
    if reader.whole("format") != TRUST_LIST_FORMAT:
        raise _malformed()
    issued_at, expires_at = reader.moment("iat"), reader.moment("exp")
    if not issued_at < expires_at <= issued_at + MAX_LIFETIME:
        raise TrustListError("trust_list.format", "the list's period is empty or longer than allowed")
    regions = [read_region(item.members) for item in reader.objects("regions", most=len(REGIONS))]
    _require_nothing_shared(regions)
    return TrustList(
        version=reader.whole("version"),
        issued_at=issued_at,
        expires_at=expires_at,
        regions=MappingProxyType({region.code: region for region in regions}),
    )


def _read_keys(reader: MemberReader, purpose: Purpose) -> tuple[NodeKeyEntry, ...]:
    keys = tuple(read_node_key(item, purpose=purpose) for item in reader.objects(purpose, most=_MOST_ENTRIES))
    if len({key.kid for key in keys}) != len(keys):
        raise _malformed()
    return keys


def _require_nothing_shared(regions: list[TrustedRegion]) -> None:
    # A key or CA listed by two regions would let one province sign for the other. Timestamp authorities are shared by
    # design, and none is a region's CA: by their subjects the ones cannot be taken for the others.
    seen: set[object] = set()
    for region in regions:
        own: set[object] = {region.code, *(entry.der for entry in region.cas)}
        own |= {key.kid for keys in region.keys.values() for key in keys}
        if own & seen:
            raise TrustListError("trust_list.format", "two entries share a region code, key or CA")
        seen |= own


def _malformed() -> TrustListError:
    return TrustListError("trust_list.format", "the trust list does not have its agreed form")
