"""The development authority gives and refuses timestamps by RFC 3161: as the node takes them, and as openssl does."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from asn1crypto import algos, cms, tsp

from demo.timestamp_authority import CRL_PATH, QUERY, REPLY, open_authority
from demo.timestamp_process import TimestampProcess, free_port
from demo.timestamp_tokens import POLICY, KeyAndCertificate, Refusal, answer
from tests.unit.certificates.adapters.timestamps.authority_steps import DIGEST, source

pytestmark = pytest.mark.real_network


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
