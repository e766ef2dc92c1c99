"""A node takes a timestamp only as asked for, from whom it trusts, in time; the development authority gives and refuses by RFC 3161."""

import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from asn1crypto import algos, cms, core, tsp
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from certificates.adapters.timestamps import pauses
from certificates.adapters.timestamps.authority import TimestampSource
from certificates.adapters.timestamps.unit_path import unit_path
from certificates.core.errors import TimestampError
from demo.timestamp_authority import CRL_PATH, QUERY, REPLY, open_authority
from demo.timestamp_process import TimestampProcess, free_port
from demo.timestamp_tokens import (
    POLICY,
    KeyAndCertificate,
    Refusal,
    answer,
    make_ca,
    make_unit,
    revocation_list,
    token,
)

pytestmark = pytest.mark.real_network

DIGEST = hashlib.sha256(b"a signature").digest()
Behaviour = Callable[[BaseHTTPRequestHandler, bytes], None]


@pytest.fixture(scope="module")
def ca() -> KeyAndCertificate:
    return make_ca(at=datetime.now(UTC))


@pytest.fixture(scope="module")
def unit(ca: KeyAndCertificate) -> KeyAndCertificate:
    return make_unit(ca, at=datetime.now(UTC))


@pytest.fixture(autouse=True)
def _no_pause_from_before() -> None:
    pauses._paused.clear()


@contextmanager
def serving(behave: Behaviour, crl: bytes) -> Iterator[str]:
    """An authority that behaves as told, with this list of revoked certificates."""

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                behave(self, query)
            except (BrokenPipeError, ConnectionResetError):
                return

        def do_GET(self) -> None:
            send(self, crl, kind="application/pkix-crl")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, kind: str = REPLY, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def granted(made: bytes) -> bytes:
    """The answer that grants a token."""
    content = cms.ContentInfo.load(made)
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": content}).dump())


def nonce_of(query: bytes) -> int:
    return int(tsp.TimeStampReq.load(query)["nonce"].native)


def source(url: str, *trusted: KeyAndCertificate, seconds: float = 5.0) -> TimestampSource:
    return TimestampSource(
        url=url,
        trusted=tuple(one.der for one in trusted),
        crl_urls=(f"{url}ca.crl",),
        timeout_seconds=seconds,
        tolerance=timedelta(seconds=60),
    )


def refusal(behave: Behaviour, ca: KeyAndCertificate, *, crl: bytes | None = None, seconds: float = 5.0) -> str:
    now = datetime.now(UTC)
    listed = revocation_list(ca, at=now.replace(microsecond=0)) if crl is None else crl
    with serving(behave, listed) as url, pytest.raises(TimestampError) as refused:
        source(url, ca, seconds=seconds).ask(digest=DIGEST, at=now)
    return refused.value.code


def stamping(ca: KeyAndCertificate, unit: KeyAndCertificate, **changes: Any) -> Behaviour:
    """An authority that stamps what it is asked for, but for these changes."""

    def behave(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        asked = {
            "digest": DIGEST,
            "nonce": nonce_of(query),
            "unit": unit,
            "chain": [unit.der, ca.der],
            "at": datetime.now(UTC),
        }
        send(handler, granted(token(**asked | changes)))

    return behave


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    process = TimestampProcess(folder=tmp_path_factory.mktemp("tsa"), port=free_port())
    process.start()
    yield process.url, process.folder
    process.stop()


class TestDevelopmentAuthority:
    """As a process of its own, over HTTP."""

    def test_its_tokens_are_taken_by_the_node(self, running: tuple[str, Path]) -> None:
        url, folder = running
        now = datetime.now(UTC)
        ca, unit = open_authority(folder, crl_url="", at=now, term=timedelta(days=730))
        found = source(url, ca).ask(digest=DIGEST, at=now)
        assert found.path == (unit.der, ca.der)
        assert abs(found.at - now) < timedelta(seconds=5)
        again = source(url, ca).ask(digest=DIGEST, at=now)
        numbers = {
            cms.ContentInfo.load(one.der)["content"]["encap_content_info"]["content"].parsed["serial_number"].native
            for one in (found, again)
        }
        assert len(numbers) == 2

    def test_its_tokens_are_taken_by_openssl(self, running: tuple[str, Path], tmp_path: Path) -> None:
        url, folder = running
        (tmp_path / "data").write_bytes(b"a document")
        names = {name: str(tmp_path / name) for name in ("data", "query", "reply")}
        query = ["openssl", "ts", "-query", "-data", names["data"], "-sha256", "-cert", "-out", names["query"]]
        subprocess.run(query, check=True, capture_output=True)
        sent = requests.post(url, (tmp_path / "query").read_bytes(), headers={"Content-Type": QUERY}, timeout=5)
        assert (sent.status_code, sent.headers["Content-Type"]) == (200, REPLY)
        (tmp_path / "reply").write_bytes(sent.content)
        verify = ["openssl", "ts", "-verify", "-queryfile", names["query"], "-in", names["reply"]]
        done = subprocess.run([*verify, "-CAfile", str(folder / "ca.pem")], check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout.strip()) == (0, "Verification: OK")
        text = subprocess.run(
            ["openssl", "ts", "-reply", "-in", names["reply"], "-text"], check=True, capture_output=True, text=True
        ).stdout
        assert f"Policy OID: {POLICY}" in text
        assert "Accuracy: 0x01 seconds" in text

    def test_its_keys_are_kept_from_others_and_for_the_next_start(self, running: tuple[str, Path]) -> None:
        _, folder = running
        assert {file.stat().st_mode & 0o777 for file in folder.glob("*.key")} == {0o600}
        first = open_authority(folder, crl_url="", at=datetime.now(UTC), term=timedelta(days=730))
        second = open_authority(folder, crl_url="", at=datetime.now(UTC), term=timedelta(days=730))
        assert [one.der for one in first] == [one.der for one in second]
        later = open_authority(folder, crl_url="", at=datetime.now(UTC) + timedelta(days=710), term=timedelta(days=730))
        assert later[0].der == first[0].der
        assert later[1].der != first[1].der

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"version": 2}, "bad_data_format"),
            ({"digest": b"short"}, "bad_data_format"),
            ({"algorithm": "md5", "digest": bytes(16)}, "bad_alg"),
            ({"req_policy": "1.2.3.4"}, "unaccepted_policy"),
            ({"tail": b"\0"}, "bad_data_format"),
            ({"tail": b"\0" * 5000}, "bad_data_format"),
            ({"raw": b"junk"}, "bad_data_format"),
            ({"raw": b""}, "bad_data_format"),
        ],
    )
    def test_refuses_a_bad_request(
        self, ca: KeyAndCertificate, unit: KeyAndCertificate, change: dict[str, Any], why: str
    ) -> None:
        algorithm = algos.DigestAlgorithm({"algorithm": change.get("algorithm", "sha256")})
        imprint = {"hash_algorithm": algorithm, "hashed_message": change.get("digest", DIGEST)}
        members = {"version": change.get("version", 1), "message_imprint": imprint}
        if "req_policy" in change:
            members["req_policy"] = change["req_policy"]
        query = change.get("raw", tsp.TimeStampReq(members).dump() + change.get("tail", b""))
        told = Refusal.load(answer(query, unit=unit, ca=ca, at=datetime.now(UTC)), strict=True)["status"].native
        assert (told["status"], told["fail_info"]) == ("rejection", {why})

    def test_refuses_what_is_no_query(self, running: tuple[str, Path]) -> None:
        url, _ = running
        assert requests.post(url, b"x", headers={"Content-Type": "text/plain"}, timeout=5).status_code == 400
        assert requests.post(url, b"x" * 5000, headers={"Content-Type": QUERY}, timeout=5).status_code == 400
        assert requests.get(f"{url}else", timeout=5).status_code == 404
        assert requests.get(url.rstrip("/") + CRL_PATH, timeout=5).status_code == 200


def test_takes_what_was_asked_for(ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
    now = datetime.now(UTC)
    with serving(stamping(ca, unit), revocation_list(ca, at=now.replace(microsecond=0))) as url:
        assert source(url, ca).ask(digest=DIGEST, at=now).path == (unit.der, ca.der)


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


class TestSigner:
    def refused(self, ca: KeyAndCertificate, unit: KeyAndCertificate, **changes: Any) -> bool:
        return refusal(stamping(ca, unit, **changes), ca) == "timestamp.signer"

    def test_refuses_an_expired_certificate(self, ca: KeyAndCertificate) -> None:
        then = datetime.now(UTC) - timedelta(days=10)
        assert self.refused(ca, make_unit(ca, at=then, term=timedelta(days=5)))

    def test_refuses_a_unit_in_the_minute_in_which_it_ends(self, ca: KeyAndCertificate) -> None:
        """Paths are remembered by the minute; a certificate's end is not."""
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        unit = make_unit(ca, at=minute, term=timedelta(seconds=20))
        known = {"others": [], "trusted": [ca.der], "revocation_lists": [revocation_list(ca, at=minute)]}
        assert unit_path(unit.der, **known, at=minute + timedelta(seconds=19)) == (unit.der, ca.der)
        with pytest.raises(TimestampError) as refused:
            unit_path(unit.der, **known, at=minute + timedelta(seconds=20))
        assert refused.value.code == "timestamp.signer"

    def test_refuses_a_certificate_that_is_not_for_timestamps(self, ca: KeyAndCertificate) -> None:
        other, stamp = ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.TIME_STAMPING
        for usages in ((other,), (stamp, other)):
            assert self.refused(ca, make_unit(ca, at=datetime.now(UTC), usages=usages))

    def test_refuses_a_usage_that_others_may_overlook(self, ca: KeyAndCertificate) -> None:
        assert self.refused(ca, make_unit(ca, at=datetime.now(UTC), critical=False))

    def test_refuses_a_unit_of_another_authority(self, ca: KeyAndCertificate) -> None:
        other = make_ca(at=datetime.now(UTC))
        unit = make_unit(other, at=datetime.now(UTC))
        assert self.refused(ca, unit, chain=[unit.der, other.der])

    def test_refuses_a_revoked_unit(self, ca: KeyAndCertificate) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        unit = make_unit(ca, at=now)
        crl = revocation_list(ca, at=now, revoked={unit.certificate.serial_number: now - timedelta(minutes=1)})
        assert refusal(stamping(ca, unit), ca, crl=crl) == "timestamp.signer"

    def test_refuses_lists_that_are_over(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        crl = revocation_list(ca, at=datetime.now(UTC).replace(microsecond=0) - timedelta(days=8))
        assert refusal(stamping(ca, unit), ca, crl=crl) == "timestamp.signer"

    def test_refuses_a_list_that_is_none(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        assert refusal(stamping(ca, unit), ca, crl=b"junk") == "timestamp.answer"

    def test_refuses_a_list_that_never_ends(self, ca: KeyAndCertificate, unit: KeyAndCertificate) -> None:
        endless = asn1_crl.CertificateList.load(revocation_list(ca, at=datetime.now(UTC).replace(microsecond=0)))
        kept = ("version", "signature", "issuer", "this_update", "crl_extensions")
        endless["tbs_cert_list"] = {name: endless["tbs_cert_list"][name] for name in kept}
        assert refusal(stamping(ca, unit), ca, crl=endless.dump(force=True)) == "timestamp.answer"

    def test_refuses_a_carried_certificate_that_cannot_be_read(
        self, ca: KeyAndCertificate, unit: KeyAndCertificate
    ) -> None:
        name, no_name = b"\x06\x03\x55\x04\x03", b"\x13\x03\x55\x04\x03"
        spoilt = ca.der.replace(name, no_name)
        assert refusal(stamping(ca, unit, chain=[unit.der, spoilt]), ca) == "timestamp.malformed"


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


class TestAnswer:
    def test_refuses_a_redirect(self, ca: KeyAndCertificate) -> None:
        elsewhere: list[bytes] = []
        with serving(lambda _, query: elsewhere.append(query), b"") as other:
            found = refusal(lambda handler, _: send(handler, b"", status=307, Location=other), ca)
        assert (found, elsewhere) == ("timestamp.answer", [])

    def test_refuses_a_huge_answer(self, ca: KeyAndCertificate) -> None:
        assert refusal(lambda handler, _: send(handler, b"\x30" * 1_000_000), ca) == "timestamp.answer"

    def test_refuses_a_slow_answer(self, ca: KeyAndCertificate) -> None:
        def drip(handler: BaseHTTPRequestHandler, query: bytes) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", REPLY)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            for _ in range(40):
                handler.wfile.write(b"0")
                handler.wfile.flush()
                time.sleep(0.1)

        began = time.monotonic()
        assert refusal(drip, ca, seconds=0.5) == "timestamp.unreachable"
        assert time.monotonic() - began < 3

    def test_refuses_what_is_no_answer(self, ca: KeyAndCertificate) -> None:
        assert refusal(lambda handler, _: send(handler, b"junk"), ca) == "timestamp.malformed"
        assert refusal(lambda handler, _: send(handler, b""), ca) == "timestamp.malformed"
        odd = cms.ContentInfo({"content_type": "data", "content": core.OctetString(b"x")}).dump()
        assert refusal(lambda handler, _: send(handler, granted(odd)), ca) == "timestamp.malformed"

    def test_refuses_another_media_type_or_status(self, ca: KeyAndCertificate) -> None:
        assert refusal(lambda handler, _: send(handler, b"x", kind="text/html"), ca) == "timestamp.answer"
        assert refusal(lambda handler, _: send(handler, b"x", status=503), ca) == "timestamp.answer"

    def test_tells_a_rejection(self, ca: KeyAndCertificate) -> None:
        status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"time_not_available"}})
        told = Refusal({"status": status}).dump()
        assert refusal(lambda handler, _: send(handler, told), ca) == "timestamp.refused"


def test_an_authority_that_failed_is_left_alone_for_longer_each_time(
    ca: KeyAndCertificate, unit: KeyAndCertificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(pauses, "monotonic", lambda: clock[0])

    def call(*, fails: bool) -> str:
        try:
            with pauses.pausing("http://somewhere/"):
                if fails:
                    raise TimestampError("timestamp.unreachable")
        except TimestampError as error:
            return error.code
        return "went through"

    assert call(fails=True) == "timestamp.unreachable"
    assert call(fails=False) == "timestamp.paused"
    waited = []
    for _ in range(9):
        began = clock[0]
        while call(fails=True) == "timestamp.paused":
            clock[0] += 0.5
        waited.append(clock[0] - began)
    assert waited == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    clock[0] += 60
    assert call(fails=False) == "went through"
    assert call(fails=True) == "timestamp.unreachable"
