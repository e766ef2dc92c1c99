"""What an operator mistypes is refused in a sentence, before anything is committed: never a traceback, never in silence."""

import io

import pytest
from django.core.management import CommandError, call_command

from certificates.models import IssuerKey
from tests.integration.factories import Node

ZONE = "a time with its zone"


def refused(*words: str) -> str:
    with pytest.raises(CommandError) as told:
        call_command(*words, stdout=io.StringIO())
    return str(told.value)


@pytest.mark.parametrize(
    "words",
    [
        ("issuer_key", "compromise", "kid", "--since"),
        ("node_key", "compromise", "kid", "--since"),
        ("node_key", "prepare", "status", "--from"),
        ("add_client_key", "zj-one", "--keys", "keys.json", "--from"),
        ("retire_client_key", "zj-one", "kid", "--at"),
    ],
)
@pytest.mark.parametrize("text", ["tomorrow", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00"])
def test_refuses_what_is_no_time_and_says_what_a_time_looks_like(words: tuple[str, ...], text: str) -> None:
    assert ZONE in refused(*words, text)


def test_refuses_a_compromise_before_the_key_began_and_commits_nothing(node: Node) -> None:
    told = refused("issuer_key", "compromise", node.kid, "--since", "1990-01-01T00:00:00+08:00")
    assert told == "issue.key_not_begun: the key had not begun at that time"
    assert IssuerKey.objects.get(kid=node.kid).state == "active"
    began = IssuerKey.objects.get(kid=node.kid).from_at
    assert began is not None
    call_command("issuer_key", "compromise", node.kid, "--since", began.isoformat(), stdout=io.StringIO())
    assert IssuerKey.objects.get(kid=node.kid).compromised_at == began
    assert "issue.key_not_begun" in refused(
        "issuer_key", "compromise", node.kid, "--since", "1990-01-01T00:00:00+08:00"
    )
