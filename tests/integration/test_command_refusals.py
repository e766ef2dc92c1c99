"""What an operator mistypes is refused in a sentence, before anything is committed: never a traceback, never in silence."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certificates.models import IssuerKey
from tests.integration.factories import AT, CONSTRUCTOR, FOOD, Node

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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("--list-version", "0"), "whole number from 1"),
        (("--days", "99999999999"), "whole number from 1"),
        (("-o", "/nodir/x"), "cannot be written"),
        (("bad.json",), "cannot be read as JSON"),
        (("none.json",), "cannot be read as JSON"),
    ],
)
def test_a_trust_list_that_cannot_be_signed_leaves_no_anchor_key(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_bytes(b'{"\xff": 1}')
    call_command("describe_node", "-o", "own.json")
    words = ("sign_trust_list", "--new-key", "--key", "anchor.pem", "--list-version", "1", "-o", "list.json")
    assert told in refused(*words, "own.json", *change)
    assert not Path("anchor.pem").exists()


def test_a_trust_list_never_takes_the_place_of_the_same_or_a_higher_version(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call_command("describe_node", "-o", "own.json")
    words = ("sign_trust_list", "own.json", "--key", "anchor.pem", "-o", "list.json", "--list-version")
    call_command(*words, "2", "--new-key", stdout=io.StringIO())
    first = Path("list.json").read_bytes()
    for version in ("1", "2"):
        assert "raise --list-version" in refused(*words, version)
    assert Path("list.json").read_bytes() == first
    call_command(*words, "3", stdout=io.StringIO())
    assert Path("list.json").read_bytes() != first


def test_an_unwritable_output_commits_no_key(node: Node) -> None:
    before = IssuerKey.objects.count()
    assert "cannot be written" in refused("issuer_key", "csr", node.agency.uscc, "-o", "/nodir/x")
    assert "cannot be written" in refused("describe_node", "-o", "/nodir/x")
    assert IssuerKey.objects.count() == before


def test_a_licence_type_that_is_not_utf_8_is_refused_by_its_file(node: Node, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b'a = "\xff"')
    assert "no TOML" in refused("load_licence_types", str(tmp_path / "bad.toml"))


def test_refuses_other_types_for_a_request_while_a_key_is_pending(node: Node, tmp_path: Path) -> None:
    words = ("issuer_key", "csr", node.agency.uscc, "-o", str(tmp_path / "request.pem"))
    call_command(*words, "--type", CONSTRUCTOR, stdout=io.StringIO())
    call_command(*words, "--type", CONSTRUCTOR, stdout=io.StringIO())
    assert refused(*words, "--type", FOOD).startswith("issue.key_pending: a key for other types is pending")
    assert IssuerKey.objects.get(state="pending").licence_types == [CONSTRUCTOR]


def test_refusals_are_told_by_code_and_sentence_and_a_missing_file_first(node: Node, tmp_path: Path) -> None:
    words = ("--officer", "nobody", "--idempotency-key", "from-a-file-1")
    assert "JSON body" in refused("issue_certificate", str(tmp_path / "none.json"), *words)
    told = refused("erase_holder", "00000000-0000-4000-8000-000000000000", "--yes")
    assert ": " in told
    assert not told.endswith(": ")


@pytest.mark.parametrize(
    ("command", "words"),
    [("issuer_key", ["compromise", "-Abc_0123-x"]), ("node_key", ["compromise", "-Abc_0123-x"])],
)
def test_a_key_id_that_begins_with_a_hyphen_is_a_value(node: Node, command: str, words: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(command, *words, "--since", AT.isoformat(), stdout=io.StringIO())
    assert "unrecognized" not in str(refused.value)
    assert "required" not in str(refused.value)
