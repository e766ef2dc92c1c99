"""A system's keys: several at a time, each from its first moment up to its last, none ever back again."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from accounts.core.errors import RecordError
from accounts.models import ApiClientKey
from accounts.services.add_client_key import MOST_LIVE_KEYS, add_client_key
from accounts.services.retire_client_key import retire_client_key
from tests.integration.accounts_steps import AT, CLIENT_ID, KEY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered_system")]
NEXT = ECKey.generate_key("P-256")
PUBLIC = NEXT.as_dict(private=False)
HOUR = timedelta(hours=1)


def _add_code(**changes: Any) -> str:
    before = ApiClientKey.objects.count()
    with pytest.raises(RecordError) as refused:
        add_client_key(**{"client_id": CLIENT_ID, "keys": PUBLIC, "at": AT, **changes})
    assert ApiClientKey.objects.count() == before
    return refused.value.code


def _retire_code(**changes: Any) -> str:
    with pytest.raises(RecordError) as refused:
        retire_client_key(**{"client_id": CLIENT_ID, "kid": KEY.thumbprint(), "at": AT, **changes})
    return refused.value.code


def test_takes_a_set_of_keys_each_with_its_own_time() -> None:
    second = ECKey.generate_key("P-256").as_dict(private=False)
    kids = add_client_key(
        client_id=CLIENT_ID,
        keys={"keys": [PUBLIC, {**second, "kid": "2027"}]},
        at=AT,
        from_at=AT + HOUR,
        to_at=AT + 2 * HOUR,
    )
    assert kids == (NEXT.thumbprint(), "2027")
    row = ApiClientKey.objects.get(kid="2027")
    assert (row.suite, row.from_at, row.to_at) == ("ES256", AT + HOUR, AT + 2 * HOUR)


def test_refuses_private_members_anywhere_in_a_set() -> None:
    assert _add_code(keys={"keys": [PUBLIC, KEY.as_dict(private=True)]}) == "api_client.private_key"


def test_refuses_a_key_that_the_system_has_or_had_under_any_id() -> None:
    mine = KEY.as_dict(private=False)
    assert _add_code(keys=mine) == "api_client.key_exists"
    assert _add_code(keys={**mine, "kid": "again"}) == "api_client.key_exists"
    assert _add_code(keys={**PUBLIC, "kid": KEY.thumbprint()}) == "api_client.key_exists"
    retire_client_key(client_id=CLIENT_ID, kid=KEY.thumbprint(), at=AT)
    assert _add_code(keys={**mine, "kid": "again"}, at=AT + HOUR) == "api_client.key_exists"


def test_refuses_a_key_for_nobody() -> None:
    assert _add_code(client_id="zj-other") == "api_client.unknown"


def test_refuses_a_beginning_in_the_past_and_an_end_before_it() -> None:
    assert _add_code(from_at=AT - HOUR) == "api_client.dates"
    assert _add_code(to_at=AT) == "api_client.dates"
    assert _add_code(from_at=AT + HOUR, to_at=AT + HOUR) == "api_client.dates"


def test_refuses_more_live_keys_than_anybody_rotates() -> None:
    for _ in range(MOST_LIVE_KEYS - 1):
        add_client_key(client_id=CLIENT_ID, keys=ECKey.generate_key("P-256").as_dict(private=False), at=AT)
    assert _add_code() == "api_client.keys"
    retire_client_key(client_id=CLIENT_ID, kid=KEY.thumbprint(), at=AT)
    assert add_client_key(client_id=CLIENT_ID, keys=PUBLIC, at=AT)


def test_an_end_only_comes_forward() -> None:
    retire_client_key(client_id=CLIENT_ID, kid=KEY.thumbprint(), at=AT, to_at=AT + 2 * HOUR)
    assert _retire_code(to_at=AT + 3 * HOUR) == "api_client.key_ended"
    retire_client_key(client_id=CLIENT_ID, kid=KEY.thumbprint(), at=AT, to_at=AT + HOUR)
    assert ApiClientKey.objects.get().to_at == AT + HOUR
    assert _retire_code(at=AT + 2 * HOUR) == "api_client.key_ended"


def test_refuses_to_end_a_key_in_the_past_or_one_that_is_unknown() -> None:
    assert _retire_code(to_at=AT - HOUR) == "api_client.dates"
    assert _retire_code(kid="other") == "api_client.unknown"
    assert _retire_code(client_id="zj-other") == "api_client.unknown"


def test_a_key_that_never_began_ends_before_it_works() -> None:
    (kid,) = add_client_key(client_id=CLIENT_ID, keys=PUBLIC, at=AT, from_at=AT + HOUR)
    retire_client_key(client_id=CLIENT_ID, kid=kid, at=AT)
    row = ApiClientKey.objects.get(kid=kid)
    assert row.from_at == row.to_at
