"""Keys, CAs and agencies' certificates of any suite, and the same certificates with one thing changed and signed again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import core, x509

from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import kid_of
from certificates.core.x509_algorithms import algorithm_identifier, sign_der
from certificates.core.x509_extensions import extension
from certificates.core.x509_make import make_agency_certificate, make_region_ca, time_of

START = datetime(2026, 1, 1, tzinfo=UTC)
USCC = "113300000024821974"
REGION = "330000"
TYPES = ("11100000000013338W001", "11100000000013338W009")
UNKNOWN_OID = "1.2.3.4"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A private key of a suite, as its signer and its public half."""

    suite: str
    private: object = field(repr=False)

    @property
    def spki(self) -> bytes:
        chosen = SUITES[self.suite]
        return chosen.spki_of(chosen.public_of(self.private))

    @property
    def signer(self) -> LocalSigner:
        return LocalSigner(kid=kid_of(self.spki), suite=self.suite, private_key=self.private)


def new_key(suite: str) -> Key:
    return Key(suite=suite, private=SUITES[suite].generate())


def make_ca(key: Key, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "region_code": REGION,
        "region_name": "浙江省",
        "spki": key.spki,
        "signer": key.signer,
        "serial_number": 1,
        "valid_from": START,
        "valid_until": START + timedelta(days=3650),
    }
    return make_region_ca(**(values | changes))


def make_leaf(ca: bytes, ca_key: Key, key: Key, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "ca_certificate": ca,
        "signer": ca_key.signer,
        "agency_uscc": USCC,
        "agency_name": "浙江省公安厅",
        "licence_types": TYPES,
        "spki": key.spki,
        "serial_number": 2,
        "valid_from": START,
        "valid_until": START + timedelta(days=730),
    }
    return make_agency_certificate(**(values | changes))


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A region's CA and an agency under it, of one suite."""

    ca_key: Key
    key: Key
    ca: bytes
    leaf: bytes


def make_pair(suite: str) -> Pair:
    ca_key, key = new_key(suite), new_key(suite)
    ca = make_ca(ca_key)
    return Pair(ca_key=ca_key, key=key, ca=ca, leaf=make_leaf(ca, ca_key, key))


def remade(
    der: bytes,
    key: Key,
    *,
    drop: Sequence[str] = (),
    add: Sequence[x509.Extension] = (),
    stated: core.Asn1Value | None = None,
    **changes: Any,
) -> bytes:
    """The same certificate with one thing changed, signed again: what a dishonest or sloppy CA could make.

    `changes` are members of TBSCertificate, a time for `valid_until`; `stated` is another algorithm outside.
    """
    tbs = x509.Certificate.load(der)["tbs_certificate"].copy()
    kept = [item for item in tbs["extensions"] if item["extn_id"].dotted not in drop]
    tbs["extensions"] = x509.Extensions([*kept, *add])
    tbs["signature"] = algorithm_identifier(key.suite)
    if "valid_until" in changes:
        start = tbs["validity"]["not_before"]
        tbs["validity"] = x509.Validity({"not_before": start, "not_after": time_of(changes.pop("valid_until"))})
    for name, value in changes.items():
        tbs[name] = value
    return signed(tbs, key, stated=stated)


def signed(tbs: x509.TbsCertificate, key: Key, *, stated: core.Asn1Value | None = None) -> bytes:
    made: bytes = x509.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": stated or algorithm_identifier(key.suite),
            "signature_value": sign_der(tbs.dump(), signer=key.signer),
        }
    ).dump()
    return made


class _RawExtension(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("extn_id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("extn_value", core.OctetString),
    ]


def raw_extension(oid: str, value: bytes, *, critical: bool) -> x509.Extension:
    """An extension whose value need not be what its name says."""
    return x509.Extension.load(_RawExtension({"extn_id": oid, "critical": critical, "extn_value": value}).dump())


def unknown(*, critical: bool, value: bytes = b"\x05\x00") -> x509.Extension:
    return extension(UNKNOWN_OID, value, critical=critical)


def flipped(der: bytes, at: int, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    return der[:at] + bytes([der[at] ^ 1 << bit]) + der[at + 1 :]
