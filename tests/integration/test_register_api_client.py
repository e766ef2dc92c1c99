"""Entering an agency's system: its id, its scopes, and the public half of a P-256 key."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from accounts.core.errors import AccountsError
from accounts.models import Agency, ApiClient
from accounts.services.register_api_client import register_api_client
from tests.integration.accounts_steps import AT, KEY, USCC, agency

pytestmark = pytest.mark.django_db

PUBLIC = KEY.as_dict(private=False)


def _register(**changes: Any) -> int:
    given = {"client_id": "zj-one", "agency_uscc": USCC, "public_jwk": PUBLIC, "scopes": ("verify",), "at": AT}
    return register_api_client(**{**given, **changes})


def _code(**changes: Any) -> str:
    with pytest.raises(AccountsError) as refused:
        _register(**changes)
    assert not ApiClient.objects.filter(client_id=changes.get("client_id", "zj-one")).exists()
    return refused.value.code


def test_only_the_public_members_are_kept() -> None:
    agency()
    _register(public_jwk={**PUBLIC, "kid": "x", "use": "sig", "key_ops": ["sign"]}, scopes=("verify", "issue", "issue"))
    row = ApiClient.objects.get()
    assert row.public_jwk == {name: PUBLIC[name] for name in ("kty", "crv", "x", "y")}
    assert row.scopes == ["issue", "verify"]
    assert row.is_active


def test_refuses_a_private_key() -> None:
    agency()
    assert _code(public_jwk=KEY.as_dict(private=True)) == "api_client.private_key"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"},
        ECKey.generate_key("P-384").as_dict(private=False),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        OKPKey.generate_key("Ed25519").as_dict(private=False),
        {**PUBLIC, "y": PUBLIC["x"]},
        {**PUBLIC, "x": "A" * 43, "y": "A" * 43},
        {**PUBLIC, "x": str(PUBLIC["x"])[:-1]},
        {**PUBLIC, "x": None},
    ],
    ids=["empty", "symmetric", "p384", "secp256k1", "ed25519", "off the curve", "zero", "short", "missing"],
)
def test_refuses_any_key_that_is_no_point_of_p256(jwk: dict[str, Any]) -> None:
    agency()
    assert _code(public_jwk=jwk) == "api_client.key"


@pytest.mark.parametrize("client_id", ["", "ab", "Zj", "zj one", "zj_one", "x" * 65, "zj-one\n"])
def test_refuses_an_id_that_a_header_could_not_carry(client_id: str) -> None:
    agency()
    assert _code(client_id=client_id) == "api_client.id"


@pytest.mark.parametrize("scopes", [(), ("metadata",), ("verify", "manage_node"), ("see_own",)])
def test_refuses_scopes_that_a_system_never_has(scopes: tuple[str, ...]) -> None:
    agency()
    assert _code(scopes=scopes) == "api_client.scopes"


def test_refuses_scopes_beyond_what_the_agency_does() -> None:
    row = agency(issues=False)
    assert _code(scopes=("issue",)) == "api_client.scopes"
    assert _code(scopes=("verify", "revoke")) == "api_client.scopes"
    Agency.objects.filter(pk=row.pk).update(issues=True, relies=False)
    assert _code(scopes=("verify",)) == "api_client.scopes"
    _register(scopes=("issue", "read_metadata"))


def test_refuses_an_unknown_or_inactive_agency_and_a_taken_id() -> None:
    assert _code() == "api_client.agency"
    agency()
    _register()
    with pytest.raises(AccountsError) as refused:
        _register()
    assert refused.value.code == "api_client.exists"
    Agency.objects.update(is_active=False)
    assert _code(client_id="zj-two") == "api_client.agency"
