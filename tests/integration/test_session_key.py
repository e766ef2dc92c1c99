"""What a cookie says is looked up only where it could be a session key of ours."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def asked(cookie: str) -> tuple[int, bool]:
    """The answer to the page behind the sign-in, and whether sessions were looked up for it."""
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get("/counter", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    return answer.status_code, any(Session._meta.db_table in query["sql"] for query in queries)


def test_looks_up_what_may_be_a_session_key() -> None:
    assert asked("abcdefgh" * 4) == (302, True)


@pytest.mark.parametrize(
    "cookie",
    ['"aaaaaaaaaa\\000bbbb"', '"aaaaaaaaaa\\012bbbb"', '"aaaaaaaaaa\\377bbbb"', "aaaaaaaa-bbbb", "a" * 7, "a" * 41],
    ids=["NUL", "newline", "octet", "hyphen", "short", "long"],
)
def test_refuses_to_look_up_a_cookie_that_is_no_session_key(cookie: str) -> None:
    assert asked(cookie) == (302, False)
