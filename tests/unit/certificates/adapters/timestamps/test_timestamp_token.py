"""A timestamp is taken only as it was asked for, whole, and in the form that readers of documents accept."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.adapters.timestamps.token import check_token
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit, revocation_list, token
from tests.unit.certificates.adapters.timestamps.authority_steps import (
    DIGEST,
    granted,
    nonce_of,
    refusal,
    send,
    serving,
    source,
    stamping,
)

pytestmark = pytest.mark.real_network


def test_takes_what_was_asked_for(ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
    now = datetime.now(UTC)
    with serving(stamping(ca, unit), revocation_list(ca, at=now.replace(microsecond=0))) as url:
        assert source(url, ca).ask(digest=DIGEST, at=now).path == (unit.der, ca.der)


def test_takes_a_list_and_a_token_of_the_minute_after_the_page_was_begun(ca: KeyAndCertificate) -> None:
    """A page takes seconds on a busy machine; a document must not wait because a minute ended meanwhile."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    unit = make_unit(ca, at=minute - timedelta(days=1))
    listed, stamped = minute + timedelta(seconds=3), minute + timedelta(seconds=4)
    checked = check_token(
        token(digest=DIGEST, nonce=7, unit=unit, chain=[unit.der, ca.der], at=stamped),
        digest=DIGEST,
        nonce=7,
        trusted=[ca.der],
        revocation_lists=[revocation_list(ca, at=listed)],
        at=minute - timedelta(seconds=2),
        tolerance=timedelta(seconds=60),
    )
    assert checked.at == stamped


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nonce": 1}, "timestamp.nonce"),
        ({"nonce": None}, "timestamp.nonce"),
        ({"digest": hashlib.sha256(b"another signature").digest()}, "timestamp.imprint"),
        ({"algorithm": "sha384", "digest": hashlib.sha384(b"a signature").digest()}, "timestamp.imprint"),
        ({"at": datetime.now(UTC) - timedelta(hours=4)}, "timestamp.time"),
        ({"at": datetime.now(UTC) + timedelta(hours=4)}, "timestamp.time"),
        ({"chain": []}, "timestamp.signer"),
    ],
    ids=["nonce", "no nonce", "another imprint", "another digest", "early", "late", "no certificate"],
)
def test_refuses_a_token_that_was_not_asked_for(
    ca: KeyAndCertificate, unit: KeyAndCertificate, change: dict[str, Any], code: str
) -> None:
    assert refusal(stamping(ca, unit, **change), ca) == code


class TestSignature:
    def spoilt(self, ca: KeyAndCertificate, unit: KeyAndCertificate, change: Callable[[Any], None]) -> str:
        def behave(handler: BaseHTTPRequestHandler, query: bytes) -> None:
            made = token(
                digest=DIGEST, nonce=nonce_of(query), unit=unit, chain=[unit.der, ca.der], at=datetime.now(UTC)
            )
            content = cms.ContentInfo.load(made)
            change(content["content"])
            send(handler, granted(content.dump()))

        return refusal(behave, ca)

    def test_refuses_a_signature_of_another_key(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        other = KeyAndCertificate(key=ec.generate_private_key(ec.SECP256R1()), certificate=unit.certificate)
        assert refusal(stamping(ca, other), ca) == "timestamp.signature"

    def test_refuses_a_changed_statement(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        def change(signed: Any) -> None:
            info = signed["encap_content_info"]["content"].parsed
            info["serial_number"] = 7
            signed["encap_content_info"]["content"] = cms.ParsableOctetString(info.dump())

        assert self.spoilt(ca, unit, change) == "timestamp.signature"

    def test_refuses_a_token_that_names_another_certificate(
        self, ca: KeyAndCertificate, unit: KeyAndCertificate
    ) -> None:
        """The same key under another certificate: the signature holds, but it was given for that one (RFC 5816)."""
        again = x509.CertificateBuilder(
            unit.certificate.issuer, unit.certificate.subject, unit.key.public_key(), x509.random_serial_number()
        )
        again = again.not_valid_before(unit.certificate.not_valid_before_utc)
        again = again.not_valid_after(unit.certificate.not_valid_after_utc)
        for one in unit.certificate.extensions:
            again = again.add_extension(one.value, critical=one.critical)
        twin = KeyAndCertificate(key=unit.key, certificate=again.sign(ca.key, hashes.SHA256()))

        def behave(handler: BaseHTTPRequestHandler, query: bytes) -> None:
            made = cms.ContentInfo.load(
                token(digest=DIGEST, nonce=nonce_of(query), unit=twin, chain=[], at=datetime.now(UTC))
            )
            own = asn1_x509.Certificate.load(unit.der)
            identity = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
            made["content"]["signer_infos"][0]["sid"] = cms.SignerIdentifier("issuer_and_serial_number", identity)
            made["content"]["certificates"] = [own, asn1_x509.Certificate.load(ca.der)]
            send(handler, granted(made.dump()))

        assert refusal(behave, ca) == "timestamp.signature"

    def test_refuses_a_signature_bound_to_no_certificate(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        def change(signed: Any) -> None:
            for attribute in signed["signer_infos"][0]["signed_attrs"]:
                if attribute["type"].native == "signing_certificate_v2":
                    attribute["values"] = []

        assert self.spoilt(ca, unit, change) == "timestamp.malformed"

    def test_refuses_two_signers(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        def change(signed: Any) -> None:
            only = signed["signer_infos"][0]
            signed["signer_infos"] = cms.SignerInfos([only, only.copy()])

        assert self.spoilt(ca, unit, change) == "timestamp.malformed"


class TestForm:
    """What readers of documents refuse is refused when it is given: a document with it would be INVALID for ever."""

    def test_refuses_a_certificate_that_is_no_part_of_the_path(
        self, ca: KeyAndCertificate, unit: KeyAndCertificate
    ) -> None:
        other = make_ca(at=datetime.now(UTC))
        assert refusal(stamping(ca, unit, chain=[unit.der, ca.der, other.der]), ca) == "timestamp.form"

    def test_refuses_what_the_signature_does_not_cover(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        def more_digests(signed: Any) -> None:
            signed["digest_algorithms"] = [algos.DigestAlgorithm({"algorithm": one}) for one in ("sha256", "sha512")]

        def unsigned(signed: Any) -> None:
            signer = signed["signer_infos"][0]
            signer["unsigned_attrs"] = [
                cms.CMSAttribute({"type": "signing_time", "values": [cms.Time("utc_time", datetime.now(UTC))]})
            ]

        for change in (more_digests, unsigned):
            assert TestSignature().spoilt(ca, unit, change) == "timestamp.form"
