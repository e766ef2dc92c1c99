"""The commands by which an operator registers a system and changes its keys; refusals are named by their code."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from joserfc.jwk import ECKey

from accounts.models import ApiClient, ApiClientKey
from tests.integration.accounts_steps import KEY, USCC, agency

pytestmark = pytest.mark.django_db
NEXT = ECKey.generate_key("P-256")
FAR = "2099-01-01T00:00:00+08:00"


@pytest.fixture
def jwks(tmp_path: Path) -> Any:
    def written(content: object) -> str:
        path = tmp_path / "jwks.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return str(path)

    return written


def register(keys: str, **changes: str) -> str:
    scopes, out = ["--scope", "verifications:write", "--scope", "lookups:read"], io.StringIO()
    words = ("--agency", changes.get("agency", USCC), "--keys", keys, *scopes)
    call_command("register_api_client", "zj-one", *words, stdout=out)
    return out.getvalue().strip()


def told(name: str, *words: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(name, *words)
    return str(refused.value)


def test_a_system_is_registered_gets_a_second_key_and_ends_its_first(jwks: Any) -> None:
    agency()
    register(jwks({"keys": [KEY.as_dict(private=False)]}))
    assert ApiClient.objects.get().scopes == ["lookups:read", "verifications:write"]
    call_command("add_client_key", "zj-one", "--keys", jwks(NEXT.as_dict(private=False)), "--from", FAR)
    assert ApiClientKey.objects.get(kid=NEXT.thumbprint()).from_at == datetime(2098, 12, 31, 16, tzinfo=UTC)
    call_command("retire_client_key", "--at", FAR, "--", "zj-one", KEY.thumbprint())
    assert ApiClientKey.objects.get(kid=KEY.thumbprint()).to_at == datetime(2098, 12, 31, 16, tzinfo=UTC)
    call_command("retire_client_key", "--", "zj-one", KEY.thumbprint())
    row = ApiClientKey.objects.get(kid=KEY.thumbprint())
    assert row.to_at is not None
    assert row.to_at <= datetime.now(tz=UTC)


def test_refuses_private_keys_by_name_and_repeats_nothing_of_them(jwks: Any) -> None:
    agency()
    private = KEY.as_dict(private=True)
    with pytest.raises(CommandError) as refused:
        register(jwks(private))
    assert str(refused.value).startswith("api_client.private_key")
    assert str(private["d"]) not in str(refused.value)
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize("content", ["", "{", "\x00", "-----BEGIN PUBLIC KEY-----"])
def test_refuses_a_file_that_is_no_json(jwks: Any, content: str) -> None:
    agency()
    assert "cannot be read" in told(
        "register_api_client", "zj-one", "--agency", USCC, "--keys", jwks(content), "--scope", "lookups:read"
    )
    assert "cannot be read" in told("add_client_key", "zj-one", "--keys", jwks(content))


def test_refuses_what_the_services_refuse_and_a_moment_without_its_zone(jwks: Any, tmp_path: Path) -> None:
    keys = jwks(KEY.as_dict(private=False))
    words = ("--agency", USCC, "--keys", keys, "--scope", "lookups:read")
    assert told("register_api_client", "zj-one", *words).startswith("api_client.agency")
    assert told("add_client_key", "zj-one", "--keys", keys).startswith("api_client.unknown")
    assert told("retire_client_key", "zj-one", "kid").startswith("api_client.unknown")
    assert "cannot be read" in told("add_client_key", "zj-one", "--keys", str(tmp_path / "none.json"))
    assert "--at" in told("retire_client_key", "zj-one", "kid", "--at", "2099-01-01T00:00:00")
    assert "--from" in told("add_client_key", "zj-one", "--keys", keys, "--from", "tomorrow")
