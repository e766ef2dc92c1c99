"""An assertion is taken once: its id is remembered as long as it could be sent again, and no longer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from accounts.core.errors import TokenRefused
from accounts.models import AccessToken, UsedAssertion
from accounts.services.forget_assertions import forget_assertions
from accounts.services.issue_access_token import TokenRequest, issue_access_token
from tests.integration.accounts_steps import AT, assertion, claims, token_form
from tests.integration.assertion_steps import HEADER, NOW, by_hand, give, refusal, registered_second
from tests.integration.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered_system")]


def test_refuses_to_count_replays_of_a_used_assertion_against_its_client() -> None:
    rate = settings.RATES_PER_MINUTE["token_client"]
    at = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
    found = TokenRequest(**token_form(assertion(claims(at))))
    issue_access_token(request=found, at=at)
    for _ in range(rate + 5):
        with pytest.raises(TokenRefused, match="used before"):
            issue_access_token(request=found, at=at)
    assert issue_access_token(request=TokenRequest(**token_form(assertion(claims(at)))), at=at).text


@pytest.mark.parametrize("jti", [None, "", "short", "x" * 65, "A" * 16 + "\n", 1234567890123456, "A" * 15 + "+"])
def test_refuses_an_id_that_cannot_be_remembered(jti: Any) -> None:
    assert refusal(by_hand(HEADER, payload=json.dumps(claims(jti=jti)).encode())) == "oauth.jti"


def test_refuses_a_replayed_assertion() -> None:
    signed = assertion()
    give(signed)
    with pytest.raises(TokenRefused) as refused:
        give(signed, later=1)
    assert refused.value.code == "oauth.replay"
    assert (UsedAssertion.objects.count(), AccessToken.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_one_assertion_sent_eight_times_at_once_one_is_taken() -> None:
    signed = assertion()

    def code(number: int) -> str:
        try:
            return "given" if give(signed).text else ""
        except TokenRefused as refused:
            return refused.code

    assert sorted(at_once(8, code)) == ["given"] + ["oauth.replay"] * 7
    assert AccessToken.objects.count() == 1


def test_a_used_id_is_remembered_to_the_end_of_its_assertion_and_forgotten_when_swept_after() -> None:
    give(assertion(claims(jti="A" * 16)))
    late = AT + timedelta(seconds=60)
    again = assertion(claims(jti="A" * 16, iat=NOW + 55, exp=NOW + 115))
    with pytest.raises(TokenRefused) as refused:
        give(again, later=60)
    assert refused.value.code == "oauth.replay"
    assert forget_assertions(at=late) == 0
    assert forget_assertions(at=late + timedelta(seconds=1)) == 1
    assert give(again, later=61).text


def test_two_systems_may_use_the_same_id() -> None:
    other = registered_second()
    give(assertion(claims(jti="A" * 16)))
    assert give(assertion(claims(jti="A" * 16, iss="zj-second", sub="zj-second"), key=other)).text
