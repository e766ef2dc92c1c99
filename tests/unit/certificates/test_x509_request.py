"""A request that leaves for a licensed CA, and the certificate that comes back: only what was asked for is taken."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import csr, x509

from certificates.core.errors import IssueError, X509Error
from certificates.core.x509_algorithms import algorithm_identifier, sign_der
from certificates.core.x509_extensions import KEY_USAGE, key_usage
from certificates.core.x509_issued import check_issued_certificate
from certificates.core.x509_request import make_csr, read_csr
from certificates.core.x509_scope import LICENCE_SCOPE
from certificates.core.x509_subject import region_subject
from tests.unit.certificates.openssl_steps import IDENTITY, OpensslCa, pem_file, run
from tests.unit.certificates.x509_parts import (
    REGION,
    START,
    TYPES,
    USCC,
    Key,
    Pair,
    flipped,
    make_ca,
    make_leaf,
    new_key,
    remade,
)

PASSWORD = x509.DirectoryString(name="utf8_string", value="secret")
NOW = START + timedelta(days=30)


def request_of(key: Key, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "region_code": REGION,
        "agency_uscc": USCC,
        "agency_name": "浙江省公安厅",
        "licence_types": TYPES,
        "spki": key.spki,
        "signer": key.signer,
    }
    return make_csr(**(values | changes))


def checked(pair: Pair, *chain: bytes, **changes: Any) -> None:
    values: dict[str, Any] = {"request": request_of(pair.key), "cas": [pair.ca], "at": NOW} | changes
    check_issued_certificate(chain=chain, **values)


def refusal(pair: Pair, *chain: bytes, **changes: Any) -> str:
    with pytest.raises(X509Error) as caught:
        checked(pair, *chain, **changes)
    return caught.value.code


def test_a_request_says_who_where_and_what_for(pair: Pair) -> None:
    read = read_csr(request_of(pair.key))
    assert (read.subject.region_code, read.subject.agency_uscc) == (REGION, USCC)
    assert read.subject.organisation_name == "浙江省公安厅"
    assert read.spki == pair.key.spki
    assert read.scope.licence_types == frozenset(TYPES)


def test_openssl_verifies_our_request(pair: Pair, tmp_path: Path) -> None:
    path = pem_file(tmp_path, "asked.pem", request_of(pair.key), label="CERTIFICATE REQUEST")
    identity = ["-vfyopt", IDENTITY] if pair.key.suite == "SM2" else []
    assert "verify OK" in run("req", "-in", path, "-verify", "-noout", *identity)


def test_a_certificate_that_openssl_makes_over_our_request_is_taken(pair: Pair, tmp_path: Path) -> None:
    ca = OpensslCa(tmp_path, pair.key.suite)
    asked = request_of(pair.key)
    leaf = ca.issue(asked)
    now = datetime.now(UTC)
    taken = check_issued_certificate(request=asked, chain=[leaf, ca.der], cas=[ca.der], at=now)
    assert taken.spki == pair.key.spki
    assert refusal(pair, leaf, cas=[pair.ca, ca.der], at=now + timedelta(days=21)) == "issuer.not_in_force"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"region_code": "330100"}, "issue.subject.region"),
        ({"agency_uscc": "113300000024821984"}, "issue.subject.uscc"),
        ({"agency_name": " "}, "issue.subject.name"),
        ({"licence_types": ()}, "issue.scope"),
        ({"signer": new_key("ES256").signer}, "issue.key"),
        ({"signer": new_key("SM2").signer}, "issue.key"),
    ],
)
def test_refuses_to_ask_for_what_no_ca_should_certify(pair: Pair, changes: dict[str, object], code: str) -> None:
    with pytest.raises(IssueError) as caught:
        request_of(pair.key, **changes)
    assert caught.value.code == code


def unreadable(der: bytes) -> str:
    with pytest.raises(X509Error) as caught:
        read_csr(der)
    return caught.value.code


def resigned(key: Key, **changes: Any) -> bytes:
    info = csr.CertificationRequest.load(request_of(key))["certification_request_info"].copy()
    for name, value in changes.items():
        info[name] = value
    made: bytes = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": algorithm_identifier(key.suite),
            "signature": sign_der(info.dump(), signer=key.signer),
        }
    ).dump()
    return made


def test_refuses_a_request_with_a_bit_changed(pair: Pair) -> None:
    der = request_of(pair.key)
    for at in range(0, len(der), 11):
        assert unreadable(flipped(der, at, at % 8)).split(".")[0] in {"csr", "issuer"}


def test_refuses_a_request_that_another_key_signed(pair: Pair) -> None:
    other = x509.PublicKeyInfo.load(new_key(pair.key.suite).spki)
    assert unreadable(resigned(pair.key, subject_pk_info=other)) == "issuer.signature"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"attributes": []}, "csr.unreadable"),
        ({"attributes": [{"type": "1.2.840.113549.1.9.7", "values": [PASSWORD]}]}, "csr.unreadable"),
        (
            {"attributes": [{"type": "1.2.840.113549.1.9.14", "values": [x509.Extensions([key_usage("crl_sign")])]}]},
            "issuer.scope",
        ),
        ({"version": 1}, "csr.unreadable"),
        ({"subject": region_subject(region_code="330000", region_name="浙江省")}, "csr.subject"),
        ({"subject": x509.Name.build({"common_name": "x"})}, "csr.subject"),
    ],
)
def test_refuses_a_request_of_another_form(pair: Pair, changes: dict[str, object], code: str) -> None:
    assert unreadable(resigned(pair.key, **changes)) == code


def test_refuses_bytes_that_are_no_request(pair: Pair) -> None:
    der = request_of(pair.key)
    assert {unreadable(junk) for junk in (b"", b"junk", der + b"\0", pair.leaf, bytes(5000))} <= {"csr.unreadable"}


def test_a_certificate_that_answers_the_request_is_taken_with_and_without_its_ca(pair: Pair) -> None:
    checked(pair, pair.leaf)
    checked(pair, pair.leaf, pair.ca)


def test_refuses_no_certificate_and_a_longer_chain(pair: Pair) -> None:
    assert refusal(pair) == "issuer.chain_missing"
    assert refusal(pair, pair.leaf, pair.leaf) == "issuer.chain_too_long"


def test_refuses_a_certificate_over_another_key(pair: Pair) -> None:
    other = make_leaf(pair.ca, pair.ca_key, new_key(pair.key.suite))
    assert refusal(pair, other) == "issuer.other_key"


@pytest.mark.parametrize(
    "changes", [{"agency_name": "浙江省民政厅"}, {"agency_uscc": "11440000006925055U"}], ids=["name", "uscc"]
)
def test_refuses_a_certificate_for_another_agency(pair: Pair, changes: dict[str, str]) -> None:
    assert refusal(pair, make_leaf(pair.ca, pair.ca_key, pair.key, **changes)) == "issuer.other_subject"


def test_refuses_a_certificate_for_another_region(pair: Pair) -> None:
    ca = make_ca(pair.ca_key, region_code="440000", region_name="广东省")
    assert refusal(pair, make_leaf(ca, pair.ca_key, pair.key), cas=[ca]) == "issuer.other_subject"


def test_refuses_a_certificate_of_an_unknown_ca(pair: Pair) -> None:
    stranger = new_key(pair.key.suite)
    assert refusal(pair, make_leaf(make_ca(stranger), stranger, pair.key)) == "issuer.unknown_ca"


def test_refuses_a_certificate_without_the_profile_that_was_asked_for(pair: Pair) -> None:
    without = remade(pair.leaf, pair.ca_key, drop=[KEY_USAGE])
    assert refusal(pair, without) == "issuer.key_usage"
    for_all = remade(pair.leaf, pair.ca_key, drop=[LICENCE_SCOPE])
    assert refusal(pair, for_all) == "issuer.scope"


def test_refuses_a_certificate_for_fewer_licence_types_than_asked_for(pair: Pair) -> None:
    fewer = make_leaf(pair.ca, pair.ca_key, pair.key, licence_types=TYPES[:1])
    assert refusal(pair, fewer) == "issuer.scope"


def test_refuses_a_certificate_that_is_not_valid_now(pair: Pair) -> None:
    assert refusal(pair, pair.leaf, at=START - timedelta(days=1)) == "issuer.not_in_force"
    assert refusal(pair, pair.leaf, at=START + timedelta(days=731)) == "issuer.not_in_force"
