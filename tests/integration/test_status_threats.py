"""The cases S1, S2, S3, S5, S10, S12 and S14 of status lists where a list is fetched and a place in it given."""

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from certificates.core.signing.jws import sign_jws
from certificates.core.status_list import MAX_TOKEN_BYTES, Status, encode
from certificates.models import StatusEntry, StatusList
from tests.integration.factories import AT, make_node
from tests.integration.loopback_province import INDEX, TTL, LoopbackProvince
from tests.integration.recognition_steps import asked, counter, outcomes
from tests.integration.threads import at_once
from tests.unit.certificates.credential_parts import signer
from tests.unit.verification.adapters.test_region_client import node as http_node
from tests.unit.verification.adapters.test_region_client import send
from verification.core.evidence import ListedStatus, Missing
from verification.core.trust_keys import Purpose
from verification.models import FetchedStatusList
from verification.services.asked import VerificationAnswer
from verification.services.peer_status import peer_status
from verification.services.verify_presentation import verify_presentation

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]


def fetched(province: LoopbackProvince, *, at: datetime = AT) -> ListedStatus | Missing:
    region = replace(province.world.sichuan_region(), node_url=province.url)
    return peer_status(region=region, uri=province.status_uri, at=at)


def code(found: ListedStatus | Missing) -> str:
    return found.code if isinstance(found, Missing) else f"listed {found.listed.status(INDEX).name}"


def look(province: LoopbackProvince, text: str, *, key: str, at: datetime = AT) -> VerificationAnswer:
    return verify_presentation(caller=counter(), request=asked(text), idempotency_key=key, at=at)


def signed(province: LoopbackProvince, **changes: Any) -> str:
    return province.list_at(int(AT.timestamp()), **changes)


def test_s1_refuses_lists_out_of_their_bounds_and_says_undetermined(sichuan: LoopbackProvince) -> None:
    now, text = int(AT.timestamp()), sichuan.seal_code()
    # What no honest builder signs is signed by hand.
    for name, claims, said in (
        ("expired by a second", {"iat": now - 61, "exp": now - 1}, "status_list.expired"),
        ("expires now", {"iat": now - 60, "exp": now}, "status_list.expired"),
        ("from the future", {"iat": now + 61, "exp": now + 200}, "status_list.from_future"),
        ("the year 9999", {"exp": 253_402_300_799}, "status_list.ttl"),
        ("ttl 0", {"ttl": 0}, "status_list.ttl"),
        ("a ttl of two days", {"ttl": 172_800}, "status_list.ttl"),
    ):
        sichuan.status_token = forged(sichuan, claims)
        answer = look(sichuan, text, key=name)
        assert outcomes(answer.body)[5] == ("undetermined", said), name
        assert answer.body["verdict"]["outcome"] != "valid"
    assert not FetchedStatusList.objects.exists()


def forged(province: LoopbackProvince, claims: dict[str, Any]) -> str:
    now = int(AT.timestamp())
    honest = {
        "sub": province.status_uri,
        "iat": now,
        "exp": now + 600,
        "ttl": TTL,
        "status_list": {"bits": 2, "lst": encode({}, size=2**17)},
    }
    return sign_jws(
        header_extra={},
        typ="statuslist+jwt",
        payload=orjson.dumps(honest | claims),
        signer=province.world.sichuan.signer(Purpose.STATUS),
    )


def test_s2_refuses_lists_of_another_signer_or_about_another_address(sichuan: LoopbackProvince) -> None:
    sichuan.status_token = signed(sichuan, signer=signer(3))
    assert code(fetched(sichuan)) == "status_list.signature"
    sichuan.status_token = signed(sichuan, uri=f"{sichuan.url}/status-lists/90")
    assert code(fetched(sichuan)) == "status_list.subject"
    assert not FetchedStatusList.objects.exists()


def test_s3_refuses_an_index_beyond_the_list(sichuan: LoopbackProvince) -> None:
    sichuan.status_token = signed(sichuan, lst=encode({}, size=INDEX // 4 * 4))
    answer = look(sichuan, sichuan.seal_code(), key="beyond")
    assert outcomes(answer.body)[5] == ("undetermined", "status_list.index")


def test_s5_refuses_an_older_list_after_a_newer_one_and_raises_the_alarm(
    sichuan: LoopbackProvince, caplog: pytest.LogCaptureFixture
) -> None:
    sichuan.status = Status.INVALID
    assert code(fetched(sichuan)) == "listed INVALID"
    sichuan.status, sichuan.status_iat = Status.VALID, AT - timedelta(seconds=1)

    later = AT + timedelta(seconds=TTL + 1)

    assert code(fetched(sichuan, at=later)) == "listed INVALID"  # the kept one, which is newer, with its age
    assert FetchedStatusList.objects.get().iat == int(AT.timestamp())
    alarms = [line for line in caplog.records if "status_list.older" in line.getMessage()]
    assert [line.levelno for line in alarms] == [logging.ERROR]


@pytest.mark.django_db(transaction=True)
def test_s10_of_two_that_take_one_place_one_is_refused_and_many_at_once_share_none(node_folder: object) -> None:
    node = make_node()
    first, second = (
        node.issue(key="first"),
        node.issue(node.request(values={"certificate_number": "浙2332026202600002"}), key="second"),
    )
    entry = StatusEntry.objects.filter(certificate=first).earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusEntry.objects.filter(certificate=second, purpose=entry.purpose).update(
            status_list=entry.status_list, index=entry.index
        )

    def issue(number: int) -> UUID:
        values = {"certificate_number": f"浙23320262027{number:05d}"}
        return node.issue(node.request(values=values), key=f"many-{number}")

    issued = at_once(6, issue)

    assert all(isinstance(one, UUID) for one in issued), issued
    places = list(StatusEntry.objects.values_list("status_list_id", "index"))
    assert len(places) == len(set(places)) == 16
    assert not StatusList.objects.exclude(size=2**17).exists()


def test_s12_a_revocation_in_flight_is_seen_by_the_next_look_within_the_ttl(sichuan: LoopbackProvince) -> None:
    text = sichuan.seal_code()
    before = look(sichuan, text, key="in flight")
    sichuan.status, sichuan.status_iat = Status.INVALID, AT + timedelta(seconds=1)

    checks = {check["number"]: check for check in before.body["verdict"]["checks"]}
    assert (checks[5]["code"], checks[5]["age_seconds"]) == ("status.valid", 0)  # one snapshot, its age told
    after = look(sichuan, text, key="next", at=AT + timedelta(seconds=TTL + 1))
    assert outcomes(after.body)[5][1] == "status.revoked"
    assert after.body["verdict"]["outcome"] == "invalid"


def test_s14_follows_no_redirect_takes_no_endless_body_and_does_not_wait_for_a_slow_one(
    sichuan: LoopbackProvince, settings: Settings
) -> None:
    asked_elsewhere: list[str] = []

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        asked_elsewhere.append(handler.path)
        send(handler, sichuan.list_token().encode())

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10 * 2**30))
        handler.end_headers()
        for _ in range(MAX_TOKEN_BYTES // 65_536 + 64):
            handler.wfile.write(bytes(65_536))

    def slow(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b".")
            time.sleep(0.05)

    world = sichuan.world
    with http_node(elsewhere) as target:

        def moved(handler: BaseHTTPRequestHandler) -> None:
            send(handler, b"", status=302, Location=f"{target}/status-lists/9")

        def looped(handler: BaseHTTPRequestHandler) -> None:
            send(handler, b"", status=302, Location=handler.path)

        for behave in (moved, looped, endless, slow):
            settings.NODE = replace(settings.NODE, peer_timeout_seconds=0.4 if behave is slow else 4.0)
            with http_node(behave) as url:
                region = replace(world.sichuan_region(), node_url=url)
                started = time.monotonic()
                found = peer_status(region=region, uri=f"{url}/status-lists/9", at=AT)
            assert code(found) == "status.unavailable", behave.__name__
            assert time.monotonic() - started < 4.0
    assert asked_elsewhere == []
    for uri in ("http://169.254.169.254/status-lists/9", "file:///etc/passwd", f"{sichuan.url}/status-lists/9/../../x"):
        assert code(peer_status(region=world.sichuan_region(), uri=uri, at=AT)) == "status.other_list"
