"""The status of another province's licence: from its own list alone, fresh, never from an older one, kept warm."""

from datetime import timedelta

import pytest

from certificates.core.status_list import Status, StatusReference
from tests.integration.factories import AT
from tests.integration.foreign_steps import look, verdict_of
from tests.integration.loopback_province import TTL, LoopbackProvince
from tests.integration.recognition_steps import SICHUAN, WANTED, outcomes
from tests.unit.verification.province import p256, signer_of
from verification.core.recognition_message import AGENCY_KEYS_PATH
from verification.models import FetchedStatusList
from verification.services.refresh_region import refresh_region

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]


def test_a_licence_that_the_province_revoked_is_invalid(sichuan: LoopbackProvince) -> None:
    sichuan.status = Status.INVALID
    answer = look()
    assert verdict_of(answer) == "invalid"
    assert outcomes(answer.body)[5] == ("failed", "status.revoked")


def test_a_suspended_licence_is_invalid(sichuan: LoopbackProvince) -> None:
    sichuan.status = Status.SUSPENDED
    assert outcomes(look().body)[5] == ("failed", "status.suspended")


def test_refuses_a_status_list_of_another_signer(sichuan: LoopbackProvince) -> None:
    sichuan.status_signer = signer_of(p256())
    answer = look()
    assert verdict_of(answer) == "undetermined"
    assert outcomes(answer.body)[5] == ("undetermined", "status_list.signature")
    assert not FetchedStatusList.objects.exists()


def test_a_stale_status_list_is_undetermined_and_its_age_told(sichuan: LoopbackProvince) -> None:
    sichuan.status_iat = AT - timedelta(seconds=TTL + 5)
    answer = look()
    check = answer.body["verdict"]["checks"][4]
    assert verdict_of(answer) == "undetermined"
    assert (check["code"], check["age_seconds"]) == ("status.stale", TTL + 5)


def test_refuses_a_status_list_older_than_one_seen(sichuan: LoopbackProvince) -> None:
    sichuan.status = Status.INVALID
    sichuan.status_iat = AT - timedelta(seconds=10)
    assert outcomes(look().body)[5] == ("failed", "status.revoked")
    sichuan.status = Status.VALID
    sichuan.status_iat = AT - timedelta(seconds=40)
    late = AT + timedelta(seconds=TTL)
    sichuan.at = late
    answer = look(key="look-0002", at=late)

    assert outcomes(answer.body)[5] == ("failed", "status.revoked")  # the newest list seen still says so
    assert FetchedStatusList.objects.get().iat == int((AT - timedelta(seconds=10)).timestamp())


def test_a_fresh_list_is_kept_and_not_fetched_at_every_scan(sichuan: LoopbackProvince) -> None:
    look()
    look(key="look-0002", at=AT + timedelta(seconds=30))
    assert sichuan.fetched.count("/status-lists/9") == 1
    assert sichuan.fetched.count(AGENCY_KEYS_PATH) == 1
    sichuan.status_iat = sichuan.at = AT + timedelta(seconds=TTL + 1)
    look(key="look-0003", at=sichuan.at)
    assert sichuan.fetched.count("/status-lists/9") == 2


def test_never_fetches_a_status_list_from_elsewhere(sichuan: LoopbackProvince) -> None:
    elsewhere = StatusReference(uri=f"{sichuan.url}.example.cn/status-lists/9", index=1)
    text = sichuan.credential(WANTED, status=elsewhere)
    answer = look(text)
    assert outcomes(answer.body)[5] == ("undetermined", "status.other_list")
    assert sichuan.fetched == [AGENCY_KEYS_PATH]


@pytest.mark.parametrize(
    "path",
    [
        *("/status-lists/", "/status-lists/9/", "/status-lists/9?to=all", "/status-lists/9%2f.."),
        *("/status-lists/../log/9", "/log/checkpoint", "/status-lists/９", "@127.0.0.1/status-lists/9"),
    ],
)
def test_fetches_no_other_path_of_a_peer(sichuan: LoopbackProvince, path: str) -> None:
    text = sichuan.credential(WANTED, status=StatusReference(uri=f"{sichuan.url}{path}", index=1))
    answer = look(text)
    assert verdict_of(answer) != "valid"
    assert sichuan.fetched == [AGENCY_KEYS_PATH]


def test_refresh_keeps_the_wanted_list_warm(sichuan: LoopbackProvince) -> None:
    look()
    sichuan.status_iat = sichuan.at = AT + timedelta(seconds=50)
    refresh_region(region_code=SICHUAN, at=sichuan.at)
    assert FetchedStatusList.objects.get().iat == int(sichuan.status_iat.timestamp())
    fetched = len(sichuan.fetched)
    refresh_region(region_code=SICHUAN, at=sichuan.at + timedelta(seconds=5))
    assert len(sichuan.fetched) == fetched
    refresh_region(region_code=SICHUAN, at=AT + timedelta(hours=2))
    assert sichuan.fetched[fetched:] == [AGENCY_KEYS_PATH]  # nobody wanted the list for an hour
