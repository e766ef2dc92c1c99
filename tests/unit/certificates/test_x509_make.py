"""A region's CA and an agency's certificate, judged by openssl as well as by our own reading."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certificates.core.errors import IssueError
from certificates.core.x509_make import make_agency_certificate, make_region_ca
from certificates.core.x509_subject import LICENCE_SIGNING_EKU, read_subject, region_subject

START = datetime(2026, 1, 1, tzinfo=UTC)
USCC = "113300000024821974"


@pytest.fixture(scope="module")
def ca_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def ca(ca_key: ec.EllipticCurvePrivateKey) -> bytes:
    return make_region_ca(
        region_code="330000",
        region_name="浙江省",
        private_key=ca_key,
        serial_number=1,
        valid_from=START,
        valid_until=START + timedelta(days=3650),
    )


def agency(ca: bytes, ca_key: ec.EllipticCurvePrivateKey, **changes: object) -> bytes:
    values: dict[str, object] = {
        "ca_certificate": ca,
        "ca_private_key": ca_key,
        "agency_uscc": USCC,
        "agency_name": "浙江省公安厅",
        "public_key": ec.generate_private_key(ec.SECP256R1()).public_key(),
        "serial_number": 2,
        "valid_from": START,
        "valid_until": START + timedelta(days=365),
    }
    return make_agency_certificate(**(values | changes))  # type: ignore[arg-type]


def pem_file(folder: Path, name: str, der: bytes) -> Path:
    path = folder / name
    path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM))
    return path


def test_openssl_accepts_the_agency_certificate_under_the_region_ca(
    ca: bytes, ca_key: ec.EllipticCurvePrivateKey, tmp_path: Path
) -> None:
    ca_path = pem_file(tmp_path, "ca.pem", ca)
    leaf_path = pem_file(tmp_path, "leaf.pem", agency(ca, ca_key))
    command = ["openssl", "verify", "-x509_strict", "-attime", str(int(START.timestamp()) + 60), "-CAfile"]
    done = subprocess.run([*command, str(ca_path), str(leaf_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_openssl_refuses_a_certificate_outside_the_region_of_its_ca(
    ca: bytes, ca_key: ec.EllipticCurvePrivateKey, tmp_path: Path
) -> None:
    # Same CA key and name chain, other region in the leaf's subject: the CA's name constraint must catch it.
    good = x509.load_der_x509_certificate(agency(ca, ca_key))
    moved = x509.Name(
        [
            x509.NameAttribute(item.oid, "440000") if item.oid == NameOID.STATE_OR_PROVINCE_NAME else item
            for item in good.subject
        ]
    )
    builder = x509.CertificateBuilder(
        good.issuer,
        moved,
        good.public_key(),
        3,
        good.not_valid_before_utc,
        good.not_valid_after_utc,
        list(good.extensions),
    )
    der = builder.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    ca_path, leaf_path = pem_file(tmp_path, "ca.pem", ca), pem_file(tmp_path, "leaf.pem", der)
    command = ["openssl", "verify", "-attime", str(int(START.timestamp()) + 60), "-CAfile"]
    done = subprocess.run([*command, str(ca_path), str(leaf_path)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "permitted subtree violation" in done.stderr


def test_region_ca_can_sign_certificates_and_lists_but_no_further_ca(ca: bytes) -> None:
    extensions = x509.load_der_x509_certificate(ca).extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert usage.value.crl_sign
    assert not usage.value.digital_signature


def test_agency_certificate_says_who_where_and_what_for(ca: bytes, ca_key: ec.EllipticCurvePrivateKey) -> None:
    leaf = x509.load_der_x509_certificate(agency(ca, ca_key, crl_url="https://zj.example/crl"))
    facts = read_subject(leaf.subject)
    assert facts is not None
    assert (facts.region_code, facts.agency_uscc, facts.organisation_name) == ("330000", USCC, "浙江省公安厅")
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [LICENCE_SIGNING_EKU]
    points = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name == [x509.UniformResourceIdentifier("https://zj.example/crl")]
    issuer = x509.load_der_x509_certificate(ca)
    authority = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert authority.key_identifier == own.digest


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency_uscc": "113300000024821984"}, "issue.subject.uscc"),
        ({"agency_name": "局" * 65}, "issue.subject.name"),
        ({"agency_name": ""}, "issue.subject.name"),
        ({"agency_name": "公安\n厅"}, "issue.subject.name"),
        ({"public_key": ec.generate_private_key(ec.SECP384R1()).public_key()}, "issue.curve"),
        ({"valid_until": START}, "issue.validity"),
        ({"valid_until": START + timedelta(days=3651)}, "issue.validity"),
        ({"valid_from": START - timedelta(days=1)}, "issue.validity"),
        ({"valid_from": datetime(2026, 1, 1), "valid_until": datetime(2027, 1, 1)}, "issue.validity"),  # noqa: DTZ001
        ({"ca_private_key": ec.generate_private_key(ec.SECP256R1())}, "issue.ca"),
    ],
)
def test_refuses_to_make_what_no_checker_would_accept(
    ca: bytes, ca_key: ec.EllipticCurvePrivateKey, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(IssueError) as caught:
        agency(ca, ca_key, **changes)
    assert caught.value.code == code


def test_refuses_an_agency_as_the_ca_of_another(ca: bytes, ca_key: ec.EllipticCurvePrivateKey) -> None:
    own_key = ec.generate_private_key(ec.SECP256R1())
    leaf = agency(ca, ca_key, public_key=own_key.public_key())
    with pytest.raises(IssueError) as caught:
        agency(leaf, own_key)
    assert caught.value.code == "issue.ca"


def test_refuses_a_region_that_is_no_province() -> None:
    with pytest.raises(IssueError) as caught:
        region_subject(region_code="330100", region_name="杭州市")
    assert caught.value.code == "issue.subject.region"


@pytest.mark.parametrize("drop", [NameOID.COUNTRY_NAME, NameOID.STATE_OR_PROVINCE_NAME, NameOID.ORGANIZATION_NAME])
def test_reads_no_facts_from_a_subject_with_a_missing_or_double_attribute(drop: x509.ObjectIdentifier) -> None:
    subject = region_subject(region_code="330000", region_name="浙江省")
    kept = [item for item in subject if item.oid != drop]
    assert read_subject(x509.Name(kept)) is None
    assert read_subject(x509.Name([*subject, *subject.get_attributes_for_oid(drop)])) is None


def test_reads_no_facts_from_a_subject_with_two_usccs() -> None:
    subject = region_subject(region_code="330000", region_name="浙江省")
    code = x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, USCC)
    assert read_subject(x509.Name([*subject, code, code])) is None
