"""A region's CA and an agency's certificate of every suite, judged by openssl as well as by our own reading."""

import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509

from certificates.core.errors import IssueError
from certificates.core.x509_algorithms import suite_of_spki
from certificates.core.x509_extensions import key_identifier
from certificates.core.x509_profile import require_ca_profile, require_leaf_profile, require_vouched, scope_of
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES, read_certificate
from certificates.core.x509_subject import agency_subject, read_subject, region_subject
from tests.unit.certificates.openssl_steps import openssl_verifies, pem_file
from tests.unit.certificates.x509_parts import START, TYPES, USCC, Pair, make_ca, make_leaf, make_pair, new_key, remade

AT = str(int(START.timestamp()) + 60)
P384 = bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004") + bytes(96)


def openssl_verify(folder: Path, ca: bytes, leaf: bytes) -> subprocess.CompletedProcess[str]:
    ca_path, leaf_path = pem_file(folder, "ca.pem", ca), pem_file(folder, "leaf.pem", leaf)
    # The identity of GM/T 0009 must be named to OpenSSL 3.0, and counts for the certificate that is verified only.
    command = ["openssl", "verify", "-x509_strict", "-attime", AT, "-CAfile", ca_path]
    if suite_of_spki(read_certificate(ca).spki) == "SM2":
        command += ["-vfyopt", "distid:1234567812345678"]
    return subprocess.run([*command, leaf_path], capture_output=True, text=True, check=False)


def test_openssl_accepts_the_agency_certificate_under_the_region_ca(pair: Pair, tmp_path: Path) -> None:
    done = openssl_verify(tmp_path, pair.ca, pair.leaf)
    assert done.returncode == 0, done.stderr


def test_openssl_accepts_the_signature_of_the_region_ca_under_its_own_key(pair: Pair, tmp_path: Path) -> None:
    ca = read_certificate(pair.ca)
    openssl_verifies(tmp_path, data=ca.tbs, signature=ca.signature, certificate=pair.ca)


def test_openssl_refuses_our_certificate_with_one_bit_changed(pair: Pair, tmp_path: Path) -> None:
    broken = pair.leaf[:-1] + bytes([pair.leaf[-1] ^ 1])
    assert openssl_verify(tmp_path, pair.ca, broken).returncode != 0


def test_openssl_refuses_a_certificate_outside_the_region_of_its_ca(pair: Pair, tmp_path: Path) -> None:
    # Same CA key and name, other region in the leaf's subject: the CA's name constraint must catch it.
    moved = agency_subject(region_code="440000", agency_uscc=USCC, agency_name="浙江省公安厅")
    done = openssl_verify(tmp_path, pair.ca, remade(pair.leaf, pair.ca_key, subject=moved))
    assert done.returncode != 0
    assert "permitted subtree violation" in done.stderr


def test_region_ca_can_sign_certificates_and_lists_but_no_further_ca(pair: Pair) -> None:
    ca = x509.Certificate.load(pair.ca)
    assert ca.basic_constraints_value.native == {"ca": True, "path_len_constraint": 0}
    assert ca.key_usage_value.native == {"key_cert_sign", "crl_sign"}
    assert {"basic_constraints", "key_usage", "name_constraints"} == ca.critical_extensions
    require_ca_profile(read_certificate(pair.ca))


def test_agency_certificate_says_who_where_and_what_for(pair: Pair) -> None:
    der = make_leaf(pair.ca, pair.ca_key, pair.key, crl_url="https://zj.example/crl")
    leaf = read_certificate(der)
    facts = read_subject(leaf.subject)
    assert facts is not None
    assert (facts.region_code, facts.agency_uscc, facts.organisation_name) == ("330000", USCC, "浙江省公安厅")
    assert scope_of(leaf).region_code == "330000"
    assert scope_of(leaf).licence_types == frozenset(TYPES)
    require_leaf_profile(leaf)
    require_vouched(leaf, ca=read_certificate(pair.ca))
    other_reader = x509.Certificate.load(der)
    assert other_reader.critical_extensions == {"basic_constraints", "key_usage"}  # or PDF readers would refuse it
    assert other_reader.key_usage_value.native == {"digital_signature", "non_repudiation"}
    (point,) = other_reader.crl_distribution_points
    assert point.url == "https://zj.example/crl"
    assert other_reader.authority_key_identifier == key_identifier(pair.ca_key.spki)


def test_an_expiry_after_2049_is_written_as_the_standard_wants(tmp_path: Path) -> None:
    late = make_pair("ES256")
    until = datetime(2051, 1, 1, tzinfo=START.tzinfo)
    ca = make_ca(late.ca_key, valid_until=until)
    assert b"\x18\x0f20510101000000Z" in ca
    assert read_certificate(ca).valid_until == until
    assert openssl_verify(tmp_path, ca, late.leaf).returncode == 0


def refused(pair: Pair, **changes: object) -> str:
    with pytest.raises(IssueError) as caught:
        make_leaf(pair.ca, pair.ca_key, pair.key, **changes)
    return caught.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency_uscc": "113300000024821984"}, "issue.subject.uscc"),
        ({"agency_name": "局" * 65}, "issue.subject.name"),
        ({"agency_name": ""}, "issue.subject.name"),
        ({"agency_name": " 浙江省公安厅"}, "issue.subject.name"),
        ({"agency_name": "公安\n厅"}, "issue.subject.name"),
        ({"spki": P384}, "issue.curve"),
        ({"spki": b""}, "issue.curve"),
        ({"licence_types": []}, "issue.scope"),
        ({"licence_types": ["有 空格"]}, "issue.scope"),
        ({"licence_types": [f"{number:021}" for number in range(101)]}, "issue.scope"),
        ({"licence_types": [f"{number:064}" for number in range(100)]}, "issue.certificate_size"),
        ({"valid_until": START}, "issue.validity"),
        ({"valid_until": START + timedelta(days=3651)}, "issue.validity"),
        ({"valid_from": START - timedelta(days=1)}, "issue.validity"),
        ({"valid_from": datetime(2026, 1, 1), "valid_until": datetime(2027, 1, 1)}, "issue.validity"),  # noqa: DTZ001
        ({"signer": new_key("ES256").signer}, "issue.ca"),
        ({"ca_certificate": b"junk"}, "issue.ca"),
    ],
)
def test_refuses_to_make_what_no_checker_would_accept(pair: Pair, changes: dict[str, object], code: str) -> None:
    assert refused(pair, **changes) == code


def test_a_hundred_licence_types_fit(pair: Pair) -> None:
    der = make_leaf(pair.ca, pair.ca_key, pair.key, licence_types=[f"{number:021}" for number in range(100)])
    assert len(der) <= MAX_CERTIFICATE_BYTES
    assert len(scope_of(read_certificate(der)).licence_types) == 100


def test_refuses_an_agency_as_the_ca_of_another(pair: Pair) -> None:
    with pytest.raises(IssueError) as caught:
        make_leaf(pair.leaf, pair.key, pair.key)
    assert caught.value.code == "issue.ca"


def test_refuses_a_ca_whose_signer_holds_another_key(pair: Pair) -> None:
    with pytest.raises(IssueError) as caught:
        make_ca(pair.ca_key, signer=new_key(pair.key.suite).signer)
    assert caught.value.code == "issue.ca"


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": START},
        {"valid_from": START.replace(tzinfo=None)},
        {"valid_until": START.replace(tzinfo=None, year=2030)},
    ],
)
def test_refuses_a_ca_without_a_period_of_validity(pair: Pair, changes: dict[str, datetime]) -> None:
    with pytest.raises(IssueError) as caught:
        make_ca(pair.ca_key, **changes)
    assert caught.value.code == "issue.validity"


def test_refuses_a_signer_of_no_suite_for_certificates(pair: Pair) -> None:
    with pytest.raises(IssueError) as caught:
        make_ca(pair.ca_key, signer=replace(pair.ca_key.signer, suite="Ed25519"))
    assert caught.value.code == "issue.ca"


def test_refuses_a_region_that_is_no_province() -> None:
    with pytest.raises(IssueError) as caught:
        region_subject(region_code="330100", region_name="杭州市")
    assert caught.value.code == "issue.subject.region"


def _facts(attributes: list[x509.RelativeDistinguishedName]) -> object:
    name = x509.Name(name="", value=x509.RDNSequence(attributes))
    return read_subject(name.dump())


@pytest.mark.parametrize("drop", [0, 1, 2])
def test_reads_no_facts_from_a_subject_with_a_missing_or_double_attribute(drop: int) -> None:
    rdns = list(region_subject(region_code="330000", region_name="浙江省").chosen)
    assert _facts(rdns) is not None
    assert _facts([*rdns[:drop], *rdns[drop + 1 :]]) is None
    assert _facts([*rdns, rdns[drop]]) is None


def test_reads_no_facts_from_a_subject_with_two_usccs() -> None:
    rdns = list(agency_subject(region_code="330000", agency_uscc=USCC, agency_name="浙江省公安厅").chosen)
    assert _facts(rdns) is not None
    assert _facts([*rdns, rdns[3]]) is None
