"""A token fits one key, one set of outputs and one run of bytes, for a short time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from certificates.core.errors import IssueError
from certificates.core.issue_token import LIFETIME, Grantor, IssueToken, Output, require_fit, token_for

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KID = "AAAAAAAAAAA"
BYTES = {Output.CREDENTIAL: b"header.payload", Output.SEAL_CODE: b"\x84\x6aSignature1"}


def token(**changes: object) -> IssueToken:
    made = token_for(grantor=Grantor.INTENT, row=1, kid=KID, outputs=BYTES, at=AT, nonce=bytes(16))
    return replace(made, **changes)


def refusal(given: object, **changes: object) -> str:
    asked = {"kid": KID, "outputs": BYTES, "at": AT, **changes}
    with pytest.raises(IssueError) as refused:
        require_fit(given, **asked)  # type: ignore[arg-type]
    return refused.value.code


def test_takes_what_it_was_made_for() -> None:
    given = token()
    assert require_fit(given, kid=KID, outputs=BYTES, at=AT + LIFETIME - timedelta(microseconds=1)) is given


@pytest.mark.parametrize("given", [None, "token", b"", object()])
def test_refuses_to_sign_without_a_token(given: object) -> None:
    assert refusal(given) == "issue.token_missing"


def test_refuses_another_key() -> None:
    assert refusal(token(), kid="BBBBBBBBBBB") == "issue.token_key"


@pytest.mark.parametrize("output", BYTES)
def test_refuses_other_bytes(output: Output) -> None:
    assert refusal(token(), outputs={**BYTES, output: BYTES[output] + b" "}) == "issue.token_bytes"


def test_refuses_bytes_exchanged_between_outputs() -> None:
    exchanged = dict(zip(BYTES, reversed(BYTES.values()), strict=True))
    assert refusal(token(), outputs=exchanged) == "issue.token_bytes"


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {Output.CREDENTIAL: BYTES[Output.CREDENTIAL]},
        {**BYTES, Output.DOCUMENT: b"\x31"},
        {Output.DOCUMENT: BYTES[Output.CREDENTIAL]},
    ],
)
def test_refuses_other_outputs(outputs: dict[Output, bytes]) -> None:
    assert refusal(token(), outputs=outputs) == "issue.token_output"


def test_refuses_a_token_that_covers_nothing() -> None:
    assert refusal(token(digests=()), outputs={}) == "issue.token_output"


@pytest.mark.parametrize("late", [LIFETIME, LIFETIME + timedelta(days=1)])
def test_refuses_an_expired_token(late: timedelta) -> None:
    assert refusal(token(), at=AT + late) == "issue.token_expired"


@pytest.mark.parametrize(
    "change",
    [
        {"grantor": Grantor.DOCUMENT},
        {"row": 2},
        {"kid": "AAAAAAAAAAB"},
        {"digests": token().digests[:1]},
        {"digests": tuple(reversed(token().digests))},
        {"expires_at": AT + timedelta(days=1)},
        {"nonce": bytes(15) + b"\x01"},
    ],
)
def test_every_member_stands_under_the_digest(change: dict[str, object]) -> None:
    assert token(**change).digest() != token().digest()


def test_the_nonce_is_not_shown() -> None:
    assert "nonce" not in repr(token())
