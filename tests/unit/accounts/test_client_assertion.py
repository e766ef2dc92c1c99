"""The assertion with which a system asks for a token: one form, one client, one audience, five minutes, one use."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.core.client_assertion import check_claims, read_assertion
from accounts.core.errors import AccountsError

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
NOW = int(AT.timestamp())
AUDIENCE = "https://zj.example.cn/api/v1/oauth/token"
CLAIMS = {"iss": "hz-desk", "sub": "hz-desk", "aud": AUDIENCE, "iat": NOW, "exp": NOW + 60, "jti": "j" * 16}
HEADER = {"alg": "ES256", "kid": "k-1", "typ": "JWT"}


def coded(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(data).decode().rstrip("=")


def text(claims: object = None, head: object = None, signature: str = "AAAA") -> str:
    return f"{coded(HEADER if head is None else head)}.{coded(CLAIMS if claims is None else claims)}.{signature}"


def refused(assertion: str) -> str:
    with pytest.raises(AccountsError) as caught:
        check_claims(read_assertion(assertion).claims, audiences=[AUDIENCE], at=AT)
    return caught.value.code


def changed(**claims: Any) -> str:
    return text({name: value for name, value in (CLAIMS | claims).items() if value is not None})


def test_takes_an_honest_assertion_apart() -> None:
    found = read_assertion(text())
    assert (found.client_id, found.kid, found.alg, found.signature) == ("hz-desk", "k-1", "ES256", b"\0\0\0")
    assert found.signing_input.decode() + ".AAAA" == text()
    use = check_claims(found.claims, audiences=["https://other.example", AUDIENCE], at=AT)
    assert (use.jti, use.expires_at.timestamp()) == ("j" * 16, NOW + 60)


@pytest.mark.parametrize(
    "assertion",
    [
        "",
        "a.b",
        text().rpartition(".")[0],
        text() + ".AAAA",
        text().replace(".", "..", 1),
        text() + "=",
        text() + "\n",
        " " + text(),
        text(signature="AAAB="),
        text(signature="AB"),
        text(signature="A"),
        text(signature="+///"),
        text(signature=""),
        text(signature="Ａ" * 4),
        text(signature="A" * 4_096),
        text(head=HEADER | {"jwk": {}}),
        text(head=HEADER | {"crit": []}),
        text(head=[]),
        text(head=b"{"),
        text(head=json.dumps(HEADER).encode()[:-1] + b',"kid":"k-2"}'),
        text(claims=["iss", "sub"]),
        text(claims=7),
        text(claims=b"\xff"),
        text(claims=b"[" * 3_000),
        text(claims=json.dumps(CLAIMS).encode()[:-1] + b',"exp":NaN}'),
        text(claims=json.dumps(CLAIMS).encode()[:-1] + b',"aud":"x"}'),
    ],
)
def test_refuses_what_is_no_assertion_of_one_reading(assertion: str) -> None:
    assert refused(assertion) == "oauth.assertion"


@pytest.mark.parametrize("client", ["", "hz", "HZ-DESK", "hz desk", "x" * 65, 7, None, ["hz-desk"], "hz-desk\n"])
def test_refuses_a_client_that_is_no_name_or_not_its_own_subject(client: object) -> None:
    assert refused(changed(iss=client, sub=client)) == "oauth.assertion"
    assert refused(changed(sub="hz-other")) == "oauth.assertion"
    assert refused(changed(sub=None)) == "oauth.assertion"


@pytest.mark.parametrize("aud", [None, "", "https://thief.example", [AUDIENCE], AUDIENCE + "/", 7, {}])
def test_refuses_an_assertion_for_somebody_else(aud: object) -> None:
    assert refused(changed(aud=aud)) == "oauth.audience"


@pytest.mark.parametrize("jti", [None, "", "j" * 15, "j" * 65, "j" * 16 + " ", 7, ["j" * 16]])
def test_refuses_an_assertion_without_a_number_of_its_own(jti: object) -> None:
    assert refused(changed(jti=jti)) == "oauth.jti"


@pytest.mark.parametrize(
    "times",
    [
        {"exp": NOW},
        {"exp": NOW - 1},
        {"iat": NOW + 6, "exp": NOW + 60},
        {"nbf": NOW + 6},
        {"exp": NOW + 301},
        {"iat": NOW - 300, "exp": NOW + 1},
        {"iat": NOW + 5, "exp": NOW + 5},
        {"exp": None},
        {"iat": None},
        {"exp": str(NOW + 60)},
        {"iat": float(NOW)},
        {"nbf": True},
        {"exp": 2**63},
    ],
)
def test_refuses_an_assertion_out_of_time(times: dict[str, Any]) -> None:
    assert refused(changed(**times)) == "oauth.time"


@pytest.mark.parametrize(
    "times", [{"exp": NOW + 300}, {"iat": NOW + 5}, {"iat": NOW - 299, "exp": NOW + 1}, {"nbf": NOW}]
)
def test_takes_the_last_moments_that_are_allowed(times: dict[str, Any]) -> None:
    check_claims(read_assertion(changed(**times)).claims, audiences=[AUDIENCE], at=AT)
