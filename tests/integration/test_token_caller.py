"""A token says who calls while it, its key, its system and the agency are all in force; the Operator header says who acts."""

from datetime import timedelta

import pytest

from accounts.core.errors import AuthenticationFailed, OperatorError
from accounts.core.permissions import Action, Role, may
from accounts.models import AccessToken, Agency, ApiClient
from accounts.services.retire_client_key import retire_client_key
from accounts.services.token_caller import token_caller
from tests.integration.accounts_steps import AT, CLIENT_ID, KEY, OPERATOR, USCC, operator_header, system, token

pytestmark = pytest.mark.django_db
OPERATED = operator_header(OPERATOR)


@pytest.fixture
def given() -> str:
    system()
    return token()


def refused(text: str, *, at: object = AT) -> str:
    with pytest.raises(AuthenticationFailed) as found:
        token_caller(token=text, operator_header=OPERATED, at=at)  # type: ignore[arg-type]
    return found.value.code


def test_the_caller_is_the_system_for_its_agency_with_its_operator_and_scopes(given: str) -> None:
    caller = token_caller(token=given, operator_header=OPERATED, at=AT)
    assert (caller.kind, caller.principal_id, caller.agency_uscc) == (Role.AGENCY_SYSTEM, CLIENT_ID, USCC)
    assert caller.operator is not None
    assert (caller.operator.name, caller.operator.post, caller.operator.unit) == ("0017", "窗口受理", "行政审批处")
    assert caller.holder_id is None
    assert may(caller, Action.ISSUE)
    assert may(caller, Action.VERIFY)
    assert not may(caller, Action.REVOKE)
    assert not may(caller, Action.READ_METADATA)


@pytest.mark.parametrize("change", ["", "x", "\x00", "é", "A" * 43, "A" * 44, " ", "a b", "A" * 5000])
def test_refuses_a_token_that_was_never_given(given: str, change: str) -> None:
    assert refused(change) == "auth.token"
    assert refused(given + change) == "auth.token" if change else True
    assert refused(given[:-1] + ("A" if given[-1] != "A" else "B")) == "auth.token"


def test_refuses_the_stored_digest_as_a_token(given: str) -> None:
    assert refused(bytes(AccessToken.objects.get().digest).hex()) == "auth.token"


def test_refuses_an_expired_token(given: str) -> None:
    assert token_caller(token=given, operator_header=OPERATED, at=AT + timedelta(minutes=9, seconds=59))
    assert refused(given, at=AT + timedelta(minutes=10)) == "auth.token"


def test_refuses_the_token_of_a_system_closed_since_from_the_very_next_call(given: str) -> None:
    assert token_caller(token=given, operator_header=OPERATED, at=AT)
    ApiClient.objects.update(is_active=False)
    assert refused(given) == "auth.token"


def test_refuses_the_token_of_an_agency_closed_since(given: str) -> None:
    Agency.objects.update(is_active=False)
    assert refused(given) == "auth.token"


def test_refuses_the_token_of_a_key_retired_since_and_not_before(given: str) -> None:
    end = AT + timedelta(minutes=1)
    retire_client_key(client_id=CLIENT_ID, kid=KEY.thumbprint(), at=AT, to_at=end)
    assert token_caller(token=given, operator_header=OPERATED, at=end - timedelta(seconds=1))
    assert refused(given, at=end) == "auth.token"


def test_a_scope_taken_from_the_system_is_gone_from_its_tokens(given: str) -> None:
    ApiClient.objects.update(scopes=["verifications:write", "lookups:read"])
    caller = token_caller(token=given, operator_header=OPERATED, at=AT)
    assert caller.scopes == {"verifications:write"}


@pytest.mark.parametrize(("header", "code"), [(None, "missing"), ("", "missing"), ("name=x", "malformed")])
def test_refuses_a_call_that_does_not_say_who_acts(given: str, header: str | None, code: str) -> None:
    with pytest.raises(OperatorError) as found:
        token_caller(token=given, operator_header=header, at=AT)
    assert found.value.code == f"operator.{code}"
