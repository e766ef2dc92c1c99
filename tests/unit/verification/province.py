"""Two whole provinces at one fixed moment: anchor, CAs, agencies and node keys, for tests of what rests on trust."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import ES256, SM2
from certificates.core.signing.suite import Suite, kid_of
from certificates.core.x509_make import make_agency_certificate, make_region_ca
from tests.unit.suite_in_use import sample_private_key, using
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.trust_keys import CaEntry, Purpose, node_key
from verification.core.trust_list import (
    TrustedRegion,
    TrustList,
    load_trust_list,
    payload_of,
    sign_trust_list,
    trust_list_file,
)

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
ZJ, GD = "330000", "440000"
ZJ_POLICE, GD_POLICE = "113300000024821974", "11440000006925055U"
NOTE_PURPOSES = (Purpose.LOG, Purpose.LOG_SM2)  # whose keys sign no statements
LICENCE_TYPES = frozenset({"driving_licence", "business_licence"})


_numbers = count(0x1234567890ABCDEF)


def another_key() -> Any:
    """Another key of the suite in use each time, and the same ones on every run: what fails by them fails again."""
    return sample_private_key(next(_numbers))


def p256() -> Any:
    """Another key of P-256, whatever suite is in use."""
    with using("ES256"):
        return another_key()


def suite_of(private_key: Any) -> Suite:
    return ES256 if isinstance(private_key, ec.EllipticCurvePrivateKey) else SM2


def public_of(private_key: Any) -> Any:
    return suite_of(private_key).public_of(private_key)


def timestamp_ca(name: str = "Time authority", *, ca: bool = True, region_code: str = "") -> bytes:
    """A self-signed certificate (DER) such as a timestamp authority's CA has; with a region's code it names a province."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]
    if region_code:
        named.insert(1, x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, region_code))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(named))
        .issuer_name(x509.Name(named))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(SINCE)
        .not_valid_after(SINCE + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def spki_of(private_key: Any) -> bytes:
    if isinstance(private_key, Ed25519PrivateKey):
        return private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return suite_of(private_key).spki_of(public_of(private_key))


def signer_of(private_key: Any) -> LocalSigner:
    return LocalSigner(kid=kid_of(spki_of(private_key)), suite=suite_of(private_key).name, private_key=private_key)


@dataclass(frozen=True, kw_only=True)
class Province:
    """A region's node: its CA, one agency, and a key for each purpose."""

    code: str
    name_zh: str
    agency_uscc: str
    ca_key: Any = field(default_factory=another_key)
    agency_key: Any = field(default_factory=another_key)
    node_keys: dict[Purpose, Any] = field(
        default_factory=lambda: {purpose: another_key() for purpose in Purpose if purpose not in NOTE_PURPOSES}
    )
    log_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def ca(self, *, private_key: Any = None, **changes: Any) -> bytes:
        key = private_key or self.ca_key
        values: dict[str, Any] = {
            "region_code": self.code,
            "region_name": self.name_zh,
            "spki": spki_of(key),
            "signer": signer_of(key),
            "serial_number": 1,
            "valid_from": SINCE,
            "valid_until": SINCE + timedelta(days=3650),
        }
        return make_region_ca(**(values | changes))

    def leaf(
        self,
        ca: bytes,
        *,
        ca_private_key: Any = None,
        private_key: Any = None,
        **changes: Any,
    ) -> bytes:
        values: dict[str, Any] = {
            "ca_certificate": ca,
            "signer": signer_of(ca_private_key or self.ca_key),
            "agency_uscc": self.agency_uscc,
            "agency_name": self.name_zh + "公安厅",
            "licence_types": LICENCE_TYPES,
            "spki": spki_of(private_key or self.agency_key),
            "serial_number": 2,
            "valid_from": SINCE,
            "valid_until": SINCE + timedelta(days=730),
        }
        return make_agency_certificate(**(values | changes))

    def signer(self, purpose: Purpose) -> LocalSigner:
        return signer_of(self.node_keys[purpose])

    def agency_signer(self) -> LocalSigner:
        return signer_of(self.agency_key)

    def trusted(self, *, cas: tuple[CaEntry, ...]) -> TrustedRegion:
        keys = {
            purpose: (node_key(suite=suite_of(key).name, spki=spki_of(key), valid_from=SINCE),)
            for purpose, key in self.node_keys.items()
        }
        keys[Purpose.LOG] = (node_key(suite="Ed25519", spki=spki_of(self.log_key), valid_from=SINCE),)
        return TrustedRegion(
            code=self.code,
            name_zh=self.name_zh,
            name_en="Province " + self.code,
            node_url=f"https://{self.code}.example",
            log_origin=f"{self.code}.example/log",
            cas=cas,
            keys=keys,
            witnesses=(),
            licence_types=LICENCE_TYPES,
        )


@dataclass(frozen=True, kw_only=True)
class World:
    """The two provinces and the list that the anchor signed over them."""

    anchor_key: Any
    zj: Province
    gd: Province
    zj_ca: bytes
    gd_ca: bytes
    trust_list: TrustList

    @property
    def fingerprint(self) -> str:
        return anchor_fingerprint(anchor_jwk(public_of(self.anchor_key)))

    def file(self, payload: dict[str, Any]) -> bytes:
        """Signs without looking, so that tests can sign what the honest signer would refuse."""
        from certificates.core.canonical import canonical_json
        from certificates.core.signing.jws import sign_jws

        token = sign_jws(
            header_extra={},
            typ="huzheng-trust-list+jwt",
            payload=canonical_json(payload),
            signer=signer_of(self.anchor_key),
        )
        return trust_list_file(token, anchor=anchor_jwk(public_of(self.anchor_key)))


def make_world() -> World:
    anchor_key = another_key()
    zj = Province(code=ZJ, name_zh="浙江省", agency_uscc=ZJ_POLICE)
    gd = Province(code=GD, name_zh="广东省", agency_uscc=GD_POLICE)
    zj_ca, gd_ca = zj.ca(), gd.ca()
    regions = (
        zj.trusted(cas=(CaEntry(der=zj_ca, valid_from=SINCE, valid_to=None),)),
        gd.trusted(cas=(CaEntry(der=gd_ca, valid_from=SINCE, valid_to=None),)),
    )
    draft = TrustList(
        version=7,
        issued_at=NOW - timedelta(days=10),
        expires_at=NOW + timedelta(days=80),
        regions={region.code: region for region in regions},
    )
    token = sign_trust_list(payload=payload_of(draft), signer=signer_of(anchor_key))
    jwk = anchor_jwk(public_of(anchor_key))
    loaded = load_trust_list(trust_list_file(token, anchor=jwk), anchor_fingerprint=anchor_fingerprint(jwk), at=NOW)
    return World(anchor_key=anchor_key, zj=zj, gd=gd, zj_ca=zj_ca, gd_ca=gd_ca, trust_list=loaded)
