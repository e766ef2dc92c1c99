"""An authority's answer is taken only in time, in bounds and as what it is; one that failed is left alone for a while."""

import time
from http.server import BaseHTTPRequestHandler

import pytest
from asn1crypto import cms, core, tsp

from certificates.adapters.timestamps import pauses
from certificates.core.errors import TimestampError
from demo.timestamp_authority import REPLY
from demo.timestamp_tokens import KeyAndCertificate, Refusal
from tests.unit.certificates.adapters.timestamps.authority_steps import granted, refusal, send, serving

pytestmark = pytest.mark.real_network


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
