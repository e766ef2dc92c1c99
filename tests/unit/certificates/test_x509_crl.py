"""A CA's revocation list in every suite: ours is judged by openssl, openssl's by us, and whatever is not the whole truth is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, crl

from certificates.core.der import read_der
from certificates.core.errors import IssueError, X509Error
from certificates.core.x509_algorithms import algorithm_identifier, sign_der
from certificates.core.x509_crl import MAX_CRL_BYTES, Reason, Revocation, RevocationList, read_crl
from certificates.core.x509_crl_make import make_crl
from certificates.core.x509_extensions import AUTHORITY_KEY_IDENTIFIER, KEY_USAGE, authority_key_identifier, key_usage
from certificates.core.x509_make import time_of
from certificates.core.x509_read import read_certificate
from certificates.core.x509_request import make_csr
from tests.unit.certificates.openssl_steps import OpensslCa, openssl_verifies, pem_file, run
from tests.unit.certificates.x509_parts import (
    REGION,
    START,
    TYPES,
    USCC,
    Key,
    Pair,
    flipped,
    make_ca,
    make_pair,
    new_key,
    raw_extension,
    remade,
)

GONE = (
    Revocation(
        serial_number=2,
        revoked_at=START + timedelta(days=9),
        reason=Reason.KEY_COMPROMISE,
        invalid_from=START + timedelta(days=3),
    ),
    Revocation(serial_number=1 << 126, revoked_at=START, reason=Reason.SUPERSEDED),
    Revocation(serial_number=77, revoked_at=START),
)


def list_of(pair: Pair, *revoked: Revocation, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "ca_certificate": pair.ca,
        "signer": pair.ca_key.signer,
        "number": 7,
        "issued_at": START,
        "next_update": START + timedelta(days=30),
        "revoked": revoked,
    }
    return make_crl(**(values | changes))


def read(pair: Pair, der: bytes, *, ca: bytes | None = None) -> RevocationList:
    return read_crl(der, ca=read_certificate(ca or pair.ca))


def refusal(pair: Pair, der: bytes, *, ca: bytes | None = None) -> str:
    with pytest.raises(X509Error) as caught:
        read(pair, der, ca=ca)
    return caught.value.code


def test_a_list_says_which_when_and_why(pair: Pair) -> None:
    found = read(pair, list_of(pair, *GONE))
    assert (found.number, found.issued_at, found.next_update) == (7, START, START + timedelta(days=30))
    assert set(found.by_serial.values()) == set(GONE)
    assert found.by_serial[2].effective_at == START + timedelta(days=3)
    assert found.by_serial[77].effective_at == START
    assert found.covers(read_certificate(pair.leaf))
    assert not found.covers(read_certificate(make_pair(pair.key.suite).leaf))


def test_a_list_of_nothing_is_a_list(pair: Pair) -> None:
    assert read(pair, list_of(pair)).by_serial == {}


def test_openssl_verifies_our_list(pair: Pair, tmp_path: Path) -> None:
    der = list_of(pair, *GONE)
    path, ca = pem_file(tmp_path, "crl.pem", der, label="X509 CRL"), pem_file(tmp_path, "ca.pem", pair.ca)
    text = run("crl", "-in", path, "-noout", "-text")
    assert "Key Compromise" in text
    assert "CRL Number" in text
    if pair.key.suite == "ES256":
        assert "verify OK" in run("crl", "-in", path, "-CAfile", ca, "-noout")
    # `openssl crl` 3.0 has no way to name the identity of GM/T 0009, so for SM2 the signature is verified by itself.
    tbs, _, signature = read_der(der, max_bytes=MAX_CRL_BYTES).items
    openssl_verifies(tmp_path, data=tbs.raw, signature=signature.content[1:], certificate=pair.ca)


def test_openssl_refuses_a_certificate_on_our_list(tmp_path: Path) -> None:
    pair = make_pair("ES256")
    both = str(tmp_path / "both.pem")
    ca, leaf = pem_file(tmp_path, "ca.pem", pair.ca), pem_file(tmp_path, "leaf.pem", pair.leaf)
    for revoked, wanted in ((GONE[1:], "OK"), (GONE, "certificate revoked")):
        listed = pem_file(tmp_path, "crl.pem", list_of(pair, *revoked), label="X509 CRL")
        Path(both).write_text(Path(ca).read_text("ascii") + Path(listed).read_text("ascii"), "ascii")
        at = str(int((START + timedelta(days=10)).timestamp()))
        command = ["verify", "-attime", at, "-crl_check", "-CAfile", both, leaf]
        assert wanted in run(*command, fails=wanted != "OK")


def test_a_list_that_openssl_made_is_read(pair: Pair, tmp_path: Path) -> None:
    ca = OpensslCa(tmp_path, pair.key.suite)
    asked = make_csr(
        region_code=REGION,
        agency_uscc=USCC,
        agency_name="浙江省公安厅",
        licence_types=TYPES,
        spki=pair.key.spki,
        signer=pair.key.signer,
    )
    leaf = ca.issue(asked)
    der = ca.revocation_list(leaf)
    found = read(pair, der, ca=ca.der)
    (entry,) = found.by_serial.values()
    assert entry.serial_number == read_certificate(leaf).serial_number
    assert entry.reason is Reason.KEY_COMPROMISE
    assert found.number == 10
    assert found.covers(read_certificate(leaf))
    assert abs(entry.revoked_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert refusal(pair, der) in {"crl.issuer", "issuer.signature"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signer": new_key("ES256").signer}, "issue.ca"),
        ({"signer": new_key("SM2").signer}, "issue.ca"),
        ({"ca_certificate": b"junk"}, "issue.ca"),
        ({"number": -1}, "issue.ca"),
        ({"next_update": START}, "issue.validity"),
        ({"issued_at": datetime(2026, 1, 1)}, "issue.validity"),  # noqa: DTZ001
    ],
)
def test_refuses_to_make_what_nobody_would_take(pair: Pair, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(IssueError) as caught:
        list_of(pair, **changes)
    assert caught.value.code == code


@pytest.mark.exhaustive  # making so long a list takes seconds
def test_refuses_to_make_a_list_that_is_longer_than_verifiers_take(pair: Pair) -> None:
    fitting = [Revocation(serial_number=(1 << 126) + number, revoked_at=START) for number in range(4096)]
    assert len(read(pair, list_of(pair, *fitting)).by_serial) == 4096
    with pytest.raises(IssueError):
        list_of(pair, *fitting, *(Revocation(serial_number=number + 1, revoked_at=START) for number in range(5000)))


def test_an_agency_signs_no_list(pair: Pair) -> None:
    with pytest.raises(IssueError) as caught:
        list_of(pair, ca_certificate=pair.leaf, signer=pair.key.signer)
    assert caught.value.code == "issue.ca"


def resigned(pair: Pair, key: Key | None = None, *, stated: Any = None, **changes: Any) -> bytes:
    tbs = crl.CertificateList.load(list_of(pair, *GONE))["tbs_cert_list"].copy()
    for name, value in changes.items():
        if value is None:
            del tbs[name]
        else:
            tbs[name] = value
    signer = key or pair.ca_key
    made: bytes = crl.CertificateList(
        {
            "tbs_cert_list": tbs,
            "signature_algorithm": stated or algorithm_identifier(signer.suite),
            "signature": sign_der(tbs.dump(), signer=signer.signer),
        }
    ).dump()
    return made


def extensions(pair: Pair, *more: Any, drop: str = "") -> list[crl.TBSCertListExtension]:
    own = crl.CertificateList.load(list_of(pair))["tbs_cert_list"]["crl_extensions"]
    kept = [item for item in own if item["extn_id"].dotted != drop]
    return [*kept, *(crl.TBSCertListExtension.load(item.dump()) for item in more)]


def test_refuses_a_list_with_a_bit_changed(pair: Pair) -> None:
    der = list_of(pair, *GONE)
    for at in range(0, len(der), 5):
        assert refusal(pair, flipped(der, at, at % 8)).split(".")[0] in {"crl", "issuer"}


def test_refuses_a_list_of_another_ca_of_the_same_name(pair: Pair) -> None:
    other = new_key(pair.key.suite)
    assert refusal(pair, list_of(pair, ca_certificate=make_ca(other), signer=other.signer)) == "crl.issuer"
    assert refusal(pair, resigned(pair, other)) == "issuer.signature"


def test_refuses_a_list_of_another_region(pair: Pair) -> None:
    ca = make_ca(pair.ca_key, region_code="440000", region_name="广东省")
    assert refusal(pair, list_of(pair, ca_certificate=ca)) == "crl.issuer"


def test_refuses_a_list_of_a_ca_that_may_sign_none(pair: Pair) -> None:
    ca = remade(pair.ca, pair.ca_key, drop=[KEY_USAGE], add=[key_usage("key_cert_sign")])
    assert refusal(pair, list_of(pair), ca=ca) == "crl.issuer"


def test_refuses_a_list_that_is_only_a_part(pair: Pair) -> None:
    delta = raw_extension("2.5.29.27", b"\x02\x01\x05", critical=True)
    some = raw_extension("2.5.29.28", b"\x30\x03\x81\x01\xff", critical=True)
    for part in (delta, some):
        assert refusal(pair, resigned(pair, crl_extensions=extensions(pair, part))) == "crl.critical_extension"


def test_refuses_an_entry_with_a_critical_part(pair: Pair) -> None:
    strange = raw_extension("2.5.29.29", b"\x30\x00", critical=True)  # another CA's certificate
    entry = crl.RevokedCertificate(
        {
            "user_certificate": 5,
            "revocation_date": crl.RevokedCertificate.load(_first_entry(pair))["revocation_date"],
            "crl_entry_extensions": [crl.CRLEntryExtension.load(strange.dump())],
        }
    )
    assert refusal(pair, resigned(pair, revoked_certificates=[entry])) == "crl.critical_extension"


def _first_entry(pair: Pair) -> bytes:
    entry: bytes = crl.CertificateList.load(list_of(pair, *GONE))["tbs_cert_list"]["revoked_certificates"][0].dump()
    return entry


def test_refuses_a_certificate_that_stands_twice(pair: Pair) -> None:
    entry = crl.RevokedCertificate.load(_first_entry(pair))
    assert refusal(pair, resigned(pair, revoked_certificates=[entry, entry])) == "crl.unreadable"


@pytest.mark.parametrize("reason", [7, 8, 11, 255])
def test_refuses_a_reason_that_does_not_exist_or_takes_back(pair: Pair, reason: int) -> None:
    good = bytes([0x0A, 1, Reason.KEY_COMPROMISE])
    tbs = crl.CertificateList.load(list_of(pair, *GONE))["tbs_cert_list"].dump()
    assert tbs.count(good) == 1
    changed = tbs.replace(good, bytes([0x0A, 1, reason]))
    signature = core.OctetBitString(sign_der(changed, signer=pair.ca_key.signer)).dump()
    body = changed + algorithm_identifier(pair.key.suite).dump() + signature
    assert refusal(pair, b"\x30\x82" + len(body).to_bytes(2, "big") + body) == "crl.unreadable"


@pytest.mark.parametrize(
    "changes", [{"next_update": None}, {"next_update": time_of(START)}, {"version": "v1"}, {"version": "v3"}]
)
def test_refuses_a_list_of_another_form(pair: Pair, changes: dict[str, Any]) -> None:
    assert refusal(pair, resigned(pair, **changes)) == "crl.unreadable"


def test_refuses_a_list_without_number_or_key(pair: Pair) -> None:
    assert refusal(pair, resigned(pair, crl_extensions=extensions(pair, drop="2.5.29.20"))) == "crl.unreadable"
    nameless = resigned(pair, crl_extensions=extensions(pair, drop=AUTHORITY_KEY_IDENTIFIER))
    assert refusal(pair, nameless) == "issuer.key_identifier"
    other = extensions(pair, authority_key_identifier(bytes(20)), drop=AUTHORITY_KEY_IDENTIFIER)
    assert refusal(pair, resigned(pair, crl_extensions=other)) == "crl.issuer"


def test_refuses_algorithms_that_differ_inside_and_outside(pair: Pair) -> None:
    foreign = crl.SignedDigestAlgorithm({"algorithm": "sha384_ecdsa"})
    assert refusal(pair, resigned(pair, stated=foreign)) == "crl.unreadable"
    assert refusal(pair, resigned(pair, stated=foreign, signature=foreign)) == "issuer.signature_algorithm"


def test_refuses_bytes_that_are_no_list_or_too_many(pair: Pair) -> None:
    der = list_of(pair)
    for junk in (b"", b"junk", der[:-1], der + b"\0", pair.ca, bytes(MAX_CRL_BYTES + 1), b"\x30\x80" * 5000):
        assert refusal(pair, junk) == "crl.unreadable"
