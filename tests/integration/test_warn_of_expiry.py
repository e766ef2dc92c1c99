"""A trust list that ends is warned of from 30 days before: by the worker once an hour, and by the system checks."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from tests.log_steps import NOW, Peer, trust
from verification.checks import trust_list_lasts
from verification.core.trust_list import EXPIRY_WARNING_DAYS
from verification.services.warn_of_expiry import warn_of_expiry

pytestmark = pytest.mark.django_db

END = NOW + timedelta(days=90)
EARLY = END - timedelta(days=EXPIRY_WARNING_DAYS + 1)
IN_TIME = EARLY + timedelta(seconds=1)
LOGGER = "verification.services.warn_of_expiry"


@pytest.fixture(autouse=True)
def _quiet_hour() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def listed(settings: Any) -> None:
    trust(settings, Peer(), expires_at=END)


def test_warns_from_thirty_days_before_and_not_earlier(listed: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER):
        assert not warn_of_expiry(at=EARLY)
        assert caplog.records == []
        assert warn_of_expiry(at=IN_TIME)
    assert [(one.levelname, one.args) for one in caplog.records] == [("WARNING", (30,))]


def test_warns_once_an_hour(listed: None, caplog: pytest.LogCaptureFixture) -> None:
    with time_machine.travel(IN_TIME, tick=False) as clock:
        said = []
        for _ in range(13):
            said.append(warn_of_expiry(at=IN_TIME))
            clock.shift(timedelta(minutes=10))
    assert said == [True, *[False] * 5, True, *[False] * 5, True]


@pytest.mark.parametrize(("at", "code"), [(END, "trust_list.expired"), (END + timedelta(days=9), "trust_list.expired")])
def test_an_expired_list_is_an_error_even_right_after_a_warning(
    listed: None, caplog: pytest.LogCaptureFixture, at: Any, code: str
) -> None:
    assert warn_of_expiry(at=END - timedelta(seconds=1))
    assert warn_of_expiry(at=at)
    assert [(one.levelname, one.args) for one in caplog.records] == [("WARNING", (0,)), ("ERROR", (code,))]


def test_a_node_without_a_list_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    assert warn_of_expiry(at=NOW)
    assert caplog.records[0].args == ("trust_list.absent",)


@pytest.mark.parametrize(
    ("at", "reported"),
    [(EARLY, []), (IN_TIME, ["huzheng.W003"]), (END, ["huzheng.W004"])],
)
def test_the_system_check_says_the_same_and_never_keeps_a_node_from_starting(
    listed: None, at: Any, reported: list[str]
) -> None:
    with time_machine.travel(at, tick=False):
        messages = trust_list_lasts(None, databases=["default"])
        assert [one.id for one in messages] == reported
        assert not [one for one in messages if one.is_serious()]
        assert trust_list_lasts(None) == []  # a check of files only opens no database
