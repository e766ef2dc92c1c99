"""No more calls in a minute than allowed, by all processes of a node together, whoever asks first."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.adapters import rate_counts
from accounts.core.errors import RateLimited
from accounts.models import RateCount
from accounts.services.count_call import Rate, count_call
from accounts.services.forget_assertions import forget_assertions
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 8, 31, 20, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture
def who() -> str:
    """Somebody who never called before."""
    return f"caller-{next(_numbers)}"


@pytest.fixture(autouse=True)
def _new_process() -> None:
    rate_counts.forget_shares()


def limits(settings: Settings, limit: int) -> None:
    settings.RATES_PER_MINUTE = dict.fromkeys(Rate, limit)


def passed(who: str, calls: int, *, at: datetime = AT, other_process: bool = False) -> int:
    """How many of so many calls are let through; in processes that know nothing of each other, if wanted."""
    let_through = 0
    for _ in range(calls):
        if other_process:
            rate_counts.forget_shares()
        try:
            count_call(rate=Rate.API_CALLER, who=who, at=at)
        except RateLimited:
            continue
        let_through += 1
    return let_through


@pytest.mark.parametrize("limit", [1, 2, 19, 20, 21, 100, 119])
def test_lets_exactly_the_limit_through(settings: Settings, who: str, limit: int) -> None:
    limits(settings, limit)
    assert passed(who, limit + 5) == limit


def test_never_more_than_the_limit_by_many_processes(settings: Settings, who: str) -> None:
    limits(settings, 100)
    assert 0 < passed(who, 120, other_process=True) <= 100
    assert RateCount.objects.get().used == 100


def test_says_when_to_come_back_and_the_next_minute_is_new(settings: Settings, who: str) -> None:
    limits(settings, 1)
    count_call(rate=Rate.API_CALLER, who=who, at=AT)
    with pytest.raises(RateLimited) as refused:
        count_call(rate=Rate.API_CALLER, who=who, at=AT)
    assert (refused.value.code, refused.value.retry_after) == ("rate.api_caller", 40)
    count_call(rate=Rate.API_CALLER, who=who, at=AT + timedelta(seconds=refused.value.retry_after))


def test_one_callers_calls_are_nobody_elses_and_each_rate_counts_apart(settings: Settings, who: str) -> None:
    limits(settings, 1)
    count_call(rate=Rate.API_CALLER, who=who, at=AT)
    count_call(rate=Rate.API_CALLER, who=f"{who}-other", at=AT)
    count_call(rate=Rate.API_ADDRESS, who=who, at=AT)


def test_one_write_serves_a_twentieth_of_the_limit(settings: Settings, who: str) -> None:
    limits(settings, 200)
    with CaptureQueriesContext(connection) as queries:
        passed(who, 200)
    assert len(queries) == rate_counts.SHARES


def test_no_address_or_name_stands_in_the_table(who: str) -> None:
    count_call(rate=Rate.API_ADDRESS, who="192.0.2.7", at=AT)
    row = RateCount.objects.get()
    assert len(bytes(row.bucket)) == 32
    assert b"192.0.2.7" not in bytes(row.bucket)


def test_counts_of_past_minutes_are_swept(who: str) -> None:
    count_call(rate=Rate.API_CALLER, who=who, at=AT)
    forget_assertions(at=AT + timedelta(minutes=1))
    assert RateCount.objects.exists()
    forget_assertions(at=AT + timedelta(minutes=2))
    assert not RateCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_threads_at_once_get_the_limit_and_no_more(settings: Settings, who: str) -> None:
    limits(settings, 50)
    assert sum(at_once(8, lambda _: passed(who, 10))) <= 50
    rate_counts.forget_shares()
    assert passed(who, 50) == 0


def test_refuses_an_address_that_calls_too_often_with_a_problem_and_a_time(settings: Settings) -> None:
    limits(settings, 2)
    answers = [Client(REMOTE_ADDR="192.0.2.9").get("/api/v1/licence-types") for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    refused = answers[-1]
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "rate.api_address"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["Cache-Control"] == "no-store"
    assert Client(REMOTE_ADDR="192.0.2.10").get("/api/v1/licence-types").status_code == 401


def test_refuses_an_address_that_asks_for_tokens_too_often(settings: Settings) -> None:
    limits(settings, 2)
    answers = [Client(REMOTE_ADDR="192.0.2.11").post("/oauth/token") for _ in range(3)]
    assert [one.status_code for one in answers] == [400, 400, 429]
    assert answers[-1].json()["code"] == "rate.token_address"


def test_refuses_an_address_that_tries_to_sign_in_too_often_and_still_shows_it_the_page(settings: Settings) -> None:
    limits(settings, 2)
    client = Client(REMOTE_ADDR="192.0.2.12")
    tried = [client.post("/sign-in", {"username": f"li-{number}", "password": "x"}) for number in range(3)]
    assert [one.status_code for one in tried] == [200, 200, 429]
    assert tried[-1]["Content-Type"].startswith("text/html")
    assert "Retry-After" in tried[-1]
    assert client.get("/sign-in").status_code == 200


def test_an_address_is_the_one_that_the_own_proxy_wrote(settings: Settings) -> None:
    """What a caller writes into X-Forwarded-For buys it nothing."""
    limits(settings, 2)
    sent = [
        Client(REMOTE_ADDR="192.0.2.13").get("/api/v1/licence-types", headers={"X-Forwarded-For": f"198.51.100.{last}"})
        for last in range(3)
    ]
    assert [one.status_code for one in sent] == [401, 401, 429]


def test_every_rate_has_a_limit_of_at_least_one() -> None:
    assert set(django_settings.RATES_PER_MINUTE) == set(Rate)
    assert min(django_settings.RATES_PER_MINUTE.values()) >= 1
