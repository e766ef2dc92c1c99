"""Only an agency's own licence-signing certificate, straight under its region's CA, may vouch for a licence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certificates.core.x509_subject import LICENCE_SIGNING_EKU
from tests.unit.verification.province import GD, NOW, SINCE, ZJ, ZJ_POLICE, World, make_world, p256
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry
from verification.core.trust_list import TrustedRegion
from verification.core.x509_path import check_issuer_path, load_certificate, spki_of_leaf


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture(scope="module")
def leaf(world: World) -> bytes:
    return world.zj.leaf(world.zj_ca)


def region_with(world: World, *cas: CaEntry) -> TrustedRegion:
    return world.zj.trusted(cas=cas)


def check(world: World, *x5c: bytes, **changes: Any) -> None:
    arguments: dict[str, Any] = {
        "region": world.trust_list.region(ZJ),
        "agency_uscc": ZJ_POLICE,
        "issued_at": NOW,
    } | changes
    check_issuer_path(x5c=x5c, **arguments)


def refusal(world: World, *x5c: bytes, **changes: Any) -> str:
    with pytest.raises(IssuerError) as caught:
        check(world, *x5c, **changes)
    return caught.value.code


def remade(
    der: bytes,
    key: Any,
    *,
    drop: Sequence[type[x509.ExtensionType]] = (),
    add: Sequence[tuple[x509.ExtensionType, bool]] = (),
    subject: x509.Name | None = None,
    issuer: x509.Name | None = None,
    public_key: Any = None,
    algorithm: hashes.HashAlgorithm | None = None,
) -> bytes:
    """The same certificate with one thing changed, signed again: what a dishonest or sloppy CA could make."""
    old = x509.load_der_x509_certificate(der)
    builder = x509.CertificateBuilder(
        issuer or old.issuer,
        subject or old.subject,
        public_key or old.public_key(),
        99,
        old.not_valid_before_utc,
        old.not_valid_after_utc,
    )
    for extension in old.extensions:
        if not isinstance(extension.value, tuple(drop)):
            builder = builder.add_extension(extension.value, extension.critical)
    for value, critical in add:
        builder = builder.add_extension(value, critical)
    return builder.sign(key, algorithm or hashes.SHA256()).public_bytes(Encoding.DER)


def usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def test_an_agency_under_its_regions_ca_passes(world: World, leaf: bytes) -> None:
    check(world, leaf)


def test_a_second_ca_of_the_same_name_does_not_hide_the_first(world: World, leaf: bytes) -> None:
    newer = world.zj.ca(private_key=p256(), serial_number=2)
    entries = [CaEntry(der=der, valid_from=SINCE, valid_to=None) for der in (newer, world.zj_ca)]
    check(world, leaf, region=region_with(world, *entries))


def test_a_ca_that_left_and_came_back_vouches_in_both_times(world: World, leaf: bytes) -> None:
    early = CaEntry(der=world.zj_ca, valid_from=SINCE, valid_to=SINCE + timedelta(days=1))
    late = CaEntry(der=world.zj_ca, valid_from=NOW, valid_to=None)
    region = region_with(world, early, late)
    check(world, leaf, region=region)
    check(world, leaf, region=region, issued_at=SINCE)
    assert refusal(world, leaf, region=region, issued_at=NOW - timedelta(days=1)) == "issuer.ca_not_in_force"


def test_refuses_an_empty_chain(world: World) -> None:
    assert refusal(world) == "issuer.chain_missing"


def test_refuses_a_chain_that_brings_its_anchor_along(world: World, leaf: bytes) -> None:
    assert refusal(world, leaf, world.zj_ca) == "issuer.anchor_included"
    assert refusal(world, world.zj_ca) == "issuer.anchor_included"


def test_refuses_a_chain_longer_than_a_leaf(world: World, leaf: bytes) -> None:
    assert refusal(world, leaf, leaf) == "issuer.chain_too_long"


def test_refuses_a_self_signed_certificate_however_well_it_is_filled_in(world: World, leaf: bytes) -> None:
    subject = x509.load_der_x509_certificate(leaf).subject
    forged = remade(leaf, world.zj.agency_key, issuer=subject)
    assert refusal(world, forged) == "issuer.self_signed"


def test_refuses_a_certificate_of_another_root_with_the_regions_names(world: World) -> None:
    thief = p256()
    other_ca = world.zj.ca(private_key=thief)
    forged = world.zj.leaf(other_ca, ca_private_key=thief)
    assert refusal(world, forged) == "issuer.unknown_ca"


def test_refuses_an_agency_of_one_region_in_another(world: World, leaf: bytes) -> None:
    assert refusal(world, leaf, region=world.trust_list.region(GD)) == "issuer.unknown_ca"


def test_refuses_a_leaf_that_names_another_region_than_its_ca(world: World, leaf: bytes) -> None:
    subject = x509.Name(
        [
            x509.NameAttribute(item.oid, GD) if item.oid == NameOID.STATE_OR_PROVINCE_NAME else item
            for item in x509.load_der_x509_certificate(leaf).subject
        ]
    )
    assert refusal(world, remade(leaf, world.zj.ca_key, subject=subject)) == "issuer.region"


def test_refuses_a_leaf_whose_subject_is_out_of_the_layout(world: World, leaf: bytes) -> None:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    assert refusal(world, remade(leaf, world.zj.ca_key, subject=subject)) == "issuer.region"


def test_refuses_a_certificate_of_another_agency(world: World, leaf: bytes) -> None:
    assert refusal(world, leaf, agency_uscc="1133000000248220XL") == "issuer.agency"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (SINCE + timedelta(days=730), None),
        (SINCE + timedelta(days=730, seconds=1), "issuer.not_in_force"),
        (SINCE, None),
        (SINCE - timedelta(seconds=1), "issuer.not_in_force"),
    ],
)
def test_refuses_an_issue_outside_the_certificates_validity(
    world: World, leaf: bytes, moment: datetime, code: str | None
) -> None:
    ca = CaEntry(der=world.zj_ca, valid_from=SINCE - timedelta(days=1), valid_to=None)
    region = region_with(world, ca)
    if code is None:
        check(world, leaf, region=region, issued_at=moment)
    else:
        assert refusal(world, leaf, region=region, issued_at=moment) == code


def test_refuses_an_issue_after_the_ca_itself_expired(world: World) -> None:
    short = world.zj.ca(valid_until=SINCE + timedelta(days=30))
    leaf = world.zj.leaf(short, valid_until=SINCE + timedelta(days=30))
    longer = remade_until(leaf, world.zj.ca_key, SINCE + timedelta(days=300))
    region = region_with(world, CaEntry(der=short, valid_from=SINCE, valid_to=None))
    assert refusal(world, longer, region=region) == "issuer.not_in_force"


def remade_until(der: bytes, key: Any, until: datetime) -> bytes:
    old = x509.load_der_x509_certificate(der)
    builder = x509.CertificateBuilder(
        old.issuer, old.subject, old.public_key(), 98, old.not_valid_before_utc, until, list(old.extensions)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


NOT_CRITICAL_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


@pytest.mark.parametrize(
    ("drop", "add", "code"),
    [
        ([x509.BasicConstraints], [], "issuer.is_ca"),
        ([x509.BasicConstraints], [(x509.BasicConstraints(ca=True, path_length=None), True)], "issuer.is_ca"),
        ([x509.KeyUsage], [], "issuer.key_usage"),
        ([x509.KeyUsage], [(usage(content_commitment=True), True)], "issuer.key_usage"),
        ([x509.KeyUsage], [(usage(digital_signature=True, key_cert_sign=True), True)], "issuer.key_usage"),
        ([x509.KeyUsage], [(usage(digital_signature=True, crl_sign=True), True)], "issuer.key_usage"),
        ([x509.ExtendedKeyUsage], [], "issuer.extended_key_usage"),
        (
            [x509.ExtendedKeyUsage],
            [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)],
            "issuer.extended_key_usage",
        ),
        (
            [x509.ExtendedKeyUsage],
            [(x509.ExtendedKeyUsage([LICENCE_SIGNING_EKU, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]), False)],
            "issuer.extended_key_usage",
        ),
        ([], [(NOT_CRITICAL_UNKNOWN, True)], "issuer.critical_extension"),
        ([], [(NOT_CRITICAL_UNKNOWN, False)], None),
    ],
)
def test_refuses_a_leaf_of_another_profile(
    world: World,
    leaf: bytes,
    drop: list[type[x509.ExtensionType]],
    add: list[tuple[x509.ExtensionType, bool]],
    code: str | None,
) -> None:
    changed = remade(leaf, world.zj.ca_key, drop=drop, add=add)
    if code is None:
        check(world, changed)
    else:
        assert refusal(world, changed) == code


def test_refuses_a_leaf_on_another_curve(world: World, leaf: bytes) -> None:
    for key in (ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()):
        changed = remade(leaf, world.zj.ca_key, public_key=key.public_key())
        assert refusal(world, changed) == "issuer.curve"


def test_refuses_a_leaf_signed_with_another_hash(world: World, leaf: bytes) -> None:
    changed = remade(leaf, world.zj.ca_key, algorithm=hashes.SHA384())
    assert refusal(world, changed) == "issuer.signature_algorithm"


@pytest.mark.parametrize(
    ("drop", "add"),
    [
        ([x509.BasicConstraints], []),
        ([x509.BasicConstraints], [(x509.BasicConstraints(ca=False, path_length=None), True)]),
        ([x509.KeyUsage], []),
        ([x509.KeyUsage], [(usage(crl_sign=True), True)]),
    ],
)
def test_refuses_a_listed_ca_that_may_not_issue(
    world: World, leaf: bytes, drop: list[type[x509.ExtensionType]], add: list[tuple[x509.ExtensionType, bool]]
) -> None:
    ca = remade(world.zj_ca, world.zj.ca_key, drop=drop, add=add)
    region = region_with(world, CaEntry(der=ca, valid_from=SINCE, valid_to=None))
    assert refusal(world, leaf, region=region) == "issuer.ca_constraints"


def test_refuses_a_listed_ca_on_another_curve(world: World, leaf: bytes) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    ca = remade(world.zj_ca, key, public_key=key.public_key())
    changed = remade(leaf, key)
    region = region_with(world, CaEntry(der=ca, valid_from=SINCE, valid_to=None))
    assert refusal(world, changed, region=region) == "issuer.curve"


def test_refuses_bytes_that_are_no_certificate_or_too_many(world: World, leaf: bytes) -> None:
    padded = remade(
        leaf,
        world.zj.ca_key,
        add=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), bytes(4096)), False)],
    )
    for junk in (b"", b"junk", leaf[:-1], leaf + b"\x00", padded):
        assert refusal(world, junk) == "issuer.unreadable"


def test_refuses_a_certificate_with_an_extension_that_cannot_be_parsed(world: World, leaf: bytes) -> None:
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.19"), b"\x01")
    changed = remade(leaf, world.zj.ca_key, drop=[x509.BasicConstraints], add=[(broken, True)])
    assert refusal(world, changed) == "issuer.unreadable"


def test_refuses_a_certificate_whose_key_is_of_an_unknown_kind(world: World, leaf: bytes) -> None:
    prime256v1, prime192v2 = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d030102")
    assert leaf.count(prime256v1) == 1
    assert refusal(world, leaf.replace(prime256v1, prime192v2)) == "issuer.unreadable"


def test_gives_the_public_key_bytes_of_a_leaf(world: World, leaf: bytes) -> None:
    assert x509.load_der_x509_certificate(leaf) == load_certificate(leaf)
    assert b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07" in spki_of_leaf(leaf)
