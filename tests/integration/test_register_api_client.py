"""Entering an agency's system: its id, its scopes, and its public keys."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from accounts.core.errors import AccountsError
from accounts.models import Agency, ApiClient
from accounts.services.register_api_client import register_api_client
from tests.integration.accounts_steps import AT, KEY, USCC, agency

pytestmark = pytest.mark.django_db

PUBLIC = KEY.as_dict(private=False)


def _register(**changes: Any) -> tuple[str, ...]:
    given = {"client_id": "zj-one", "agency_uscc": USCC, "keys": PUBLIC, "scopes": ("verifications:write",), "at": AT}
    return register_api_client(**{**given, **changes})


def _code(**changes: Any) -> str:
    with pytest.raises(AccountsError) as refused:
        _register(**changes)
    assert not ApiClient.objects.filter(client_id=changes.get("client_id", "zj-one")).exists()
    return refused.value.code


def test_only_the_public_members_are_kept() -> None:
    agency()
    given = {**PUBLIC, "kid": "x", "use": "sig", "key_ops": ["verify"], "x5c": ["MIIB"], "note": "Zhou"}
    _register(keys=given, scopes=("verifications:write", "certificates:issue", "certificates:issue"))
    row = ApiClient.objects.get()
    assert row.scopes == ["certificates:issue", "verifications:write"]
    assert row.is_active
    key = row.keys.get()
    assert key.public_jwk == {name: PUBLIC[name] for name in ("kty", "crv", "x", "y")}
    assert (key.kid, key.suite, key.from_at, key.to_at) == ("x", "ES256", AT, None)


def test_a_key_without_an_id_gets_its_thumbprint() -> None:
    agency()
    assert _register() == (KEY.thumbprint(),)
    assert ApiClient.objects.get().keys.get().kid == KEY.thumbprint()


def test_refuses_a_private_key() -> None:
    agency()
    assert _code(keys=KEY.as_dict(private=True)) == "api_client.private_key"
    assert _code(keys={"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"}) == "api_client.private_key"
    rsa = RSAKey.generate_key(2048, auto_kid=False).as_dict(private=True)
    for name in ("d", "p", "q", "dp", "dq", "qi"):
        assert _code(keys={"keys": [PUBLIC, {name: rsa[name], **PUBLIC}]}) == "api_client.private_key"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"keys": []},
        {"keys": [PUBLIC, PUBLIC]},
        {**PUBLIC, "use": "enc"},
        {**PUBLIC, "alg": "ES384"},
        {**PUBLIC, "alg": "SM2SM3"},
        {**PUBLIC, "crv": "SM2"},
        {**PUBLIC, "kid": "a b"},
        ECKey.generate_key("P-384").as_dict(private=False),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        OKPKey.generate_key("Ed25519").as_dict(private=False),
        {**PUBLIC, "y": PUBLIC["x"]},
        {**PUBLIC, "x": "A" * 43, "y": "A" * 43},
        {**PUBLIC, "x": str(PUBLIC["x"])[:-1]},
        {**PUBLIC, "x": None},
    ],
    ids=[
        "empty",
        "no key",
        "twice",
        "for encryption",
        "another algorithm",
        "an algorithm of another curve",
        "a point of another curve",
        "bad id",
        "p384",
        "secp256k1",
        "ed25519",
        "off the curve",
        "zero",
        "short",
        "missing",
    ],
)
def test_refuses_any_key_that_is_no_point_of_p256(jwk: dict[str, Any]) -> None:
    agency()
    assert _code(keys=jwk) == "api_client.key"


@pytest.mark.parametrize("client_id", ["", "ab", "Zj", "zj one", "zj_one", "x" * 65, "zj-one\n"])
def test_refuses_an_id_that_a_header_could_not_carry(client_id: str) -> None:
    agency()
    assert _code(client_id=client_id) == "api_client.id"


@pytest.mark.parametrize("scopes", [(), ("metadata",), ("verifications:write", "manage_node"), ("see_own",)])
def test_refuses_scopes_that_a_system_never_has(scopes: tuple[str, ...]) -> None:
    agency()
    assert _code(scopes=scopes) == "api_client.scopes"


def test_refuses_scopes_beyond_what_the_agency_does() -> None:
    row = agency(issues=False)
    assert _code(scopes=("certificates:issue",)) == "api_client.scopes"
    assert _code(scopes=("verifications:write", "certificates:manage")) == "api_client.scopes"
    Agency.objects.filter(pk=row.pk).update(issues=True, relies=False)
    assert _code(scopes=("verifications:write",)) == "api_client.scopes"
    _register(scopes=("certificates:issue", "certificates:read"))


def test_refuses_an_unknown_or_inactive_agency_and_a_taken_id() -> None:
    assert _code() == "api_client.agency"
    agency()
    _register()
    with pytest.raises(AccountsError) as refused:
        _register()
    assert refused.value.code == "api_client.exists"
    Agency.objects.update(is_active=False)
    assert _code(client_id="zj-two") == "api_client.agency"


def test_refuses_a_second_text_of_the_same_point() -> None:
    agency()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for name in ("x", "y"):
        text = str(PUBLIC[name])
        other = text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]
        assert _code(keys={**PUBLIC, name: other}) == "api_client.key"
