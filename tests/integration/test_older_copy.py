"""A database put back from a copy must not go on as if nothing had been signed since: neither publish nor answer."""

import sqlite3
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.db import OperationalError, connection, transaction

from tests.log_steps import NOW, Peer, look, make_certificate, make_event, trust
from verification.adapters.witness_client import WitnessReply
from verification.core.add_checkpoint import parse_add_checkpoint
from verification.core.checkpoint import parse_checkpoint_text
from verification.core.errors import LogError
from verification.core.note import parse_note
from verification.models import Checkpoint, Lookup, PendingEntry
from verification.queries.log_tree import tree_size
from verification.queries.readiness import readiness
from verification.services import ask_witnessed_size as asking
from verification.services import collect_cosignatures as collecting
from verification.services import publish_log as publishing
from verification.services.audit_log import audit_log
from verification.services.collect_cosignatures import collect_cosignatures
from verification.services.open_log import open_log
from verification.services.publish_log import publish_log
from verification.triggers import lifted_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def refusal(step: Callable[[], object]) -> str:
    with pytest.raises(LogError) as refused:
        step()
    return refused.value.code


def roots() -> dict[int, bytes]:
    return {head.size: bytes(head.root) for head in Checkpoint.objects.all()}


def everything_refuses(code: str) -> None:
    before = roots()
    assert refusal(lambda: publish_log(at=NOW)) == code
    assert refusal(lambda: open_log(at=NOW)) == code
    assert refusal(look) == code
    assert code in readiness(at=NOW)
    assert code in {finding.code for finding in audit_log(at=NOW).findings}
    assert roots() == before


@pytest.mark.django_db(transaction=True)
def test_refuses_to_publish_from_an_older_copy() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the copy of a database file: PostgreSQL has the test with a savepoint")
    look()
    publish_log(at=NOW)
    with sqlite3.connect(":memory:") as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
        for _ in range(2):
            look()
        publish_log(at=NOW)
        copy.backup(connection.connection)
    copy.close()
    assert tree_size() == 1
    everything_refuses("log.storage_older")


@pytest.mark.parametrize("published", [0, 3])
def test_refuses_to_go_on_from_rows_of_an_earlier_time(published: int) -> None:
    for _ in range(published):
        look()
        publish_log(at=NOW)
    earlier = transaction.savepoint()
    look()
    publish_log(at=NOW)
    transaction.savepoint_rollback(earlier)
    assert tree_size() == published
    everything_refuses("log.storage_older")


def test_refuses_another_log_of_the_same_size() -> None:
    earlier = transaction.savepoint()
    look()
    publish_log(at=NOW)
    transaction.savepoint_rollback(earlier)
    (settings_mark := publishing.settings.NODE.var / "marks" / "log").rename(
        hidden := settings_mark.with_name("hidden")
    )
    look()
    publish_log(at=NOW)
    hidden.rename(settings_mark)
    assert refusal(lambda: publish_log(at=NOW)) == "log.storage_older"
    assert "log.storage_older" in {finding.code for finding in audit_log(at=NOW).findings}


def test_refuses_a_mark_that_cannot_be_read() -> None:
    look()
    publish_log(at=NOW)
    (publishing.settings.NODE.var / "marks" / "log").write_bytes(b"{}")
    everything_refuses("log.mark")


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_crashed_before_its_commit_is_published_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    publish_log(at=NOW)
    look()
    make_event(certificate_id=make_certificate(), leaf=b'{"n":1}')
    heads: list[bytes] = []
    intend = publishing.intend_head

    def crash(**given: object) -> None:
        intend(**given)  # type: ignore[arg-type]
        heads.append(given["tree"].root())  # type: ignore[attr-defined]
        raise OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(publishing, "intend_head", crash)
        with pytest.raises(OperationalError):
            publish_log(at=NOW)
    assert tree_size() == 1
    for _ in range(2):
        look()  # a node between the crash and the next batch goes on
    make_event(certificate_id=make_certificate(), leaf=b'{"n":2}')
    assert open_log(at=NOW) == 1

    assert publish_log(at=NOW, limit=1).size == 3
    assert roots()[3] == heads[0]
    assert publish_log(at=NOW).size == 6
    assert not PendingEntry.objects.exists()
    assert open_log(at=NOW) == 6


@pytest.mark.django_db(transaction=True)
def test_a_crash_after_the_commit_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: object) -> None:
        raise OSError("power")

    look()
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "settle_head", crash)
        with pytest.raises(OSError, match="power"):
            publish_log(at=NOW)
    assert (tree_size(), open_log(at=NOW)) == (1, 1)
    look()
    assert publish_log(at=NOW).size == 2


def test_refuses_when_what_was_about_to_be_logged_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = transaction.savepoint()
    look()
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "settle_head", lambda **_: None)
        publish_log(at=NOW)
    transaction.savepoint_rollback(earlier)
    look()
    assert refusal(lambda: publish_log(at=NOW)) == "log.storage_older"
    assert tree_size() == 0


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch, settings: object) -> dict[str, int]:
    """A witness in memory; `size` is what it remembers."""
    peer, seen = Peer(), {"size": 0}
    trust(settings, peer)

    def ask(*, node_url: str, body: bytes, timeout_seconds: float) -> WitnessReply:
        request = parse_add_checkpoint(body)
        if request.old_size != seen["size"]:
            return WitnessReply(status=HTTPStatus.CONFLICT, text=f"{seen['size']}\n")
        seen["size"] = parse_checkpoint_text(parse_note(request.note).text).size
        return WitnessReply(status=HTTPStatus.OK, text=peer.cosign(request.note))

    monkeypatch.setattr(collecting, "ask_witness", ask)
    monkeypatch.setattr(asking, "ask_witness", ask)
    return seen


def test_refuses_to_open_a_log_of_which_a_witness_saw_more(witness: dict[str, int]) -> None:
    assert open_log(at=NOW) == 0
    look()
    publish_log(at=NOW)
    witness["size"] = 4
    assert refusal(lambda: open_log(at=NOW)) == "log.witness.ahead"
    everything_refuses("log.witness.ahead")


def test_a_witness_that_saw_more_stops_the_node_until_the_rows_are_back(witness: dict[str, int]) -> None:
    for _ in range(3):
        look()
    publish_log(at=NOW)
    collect_cosignatures(at=NOW)
    earlier = transaction.savepoint()
    with lifted_triggers():
        connection.cursor().execute("DELETE FROM verification_cosignature")
    witness["size"] = 4
    assert collect_cosignatures(at=NOW).failures == ("log.witness.ahead",)
    transaction.savepoint_rollback(earlier)
    everything_refuses("log.witness.ahead")
    mark = publishing.settings.NODE.var / "marks" / "log-witnessed"
    assert mark.read_bytes() == b"4\n"
    mark.unlink()  # a person looked: the witness erred
    look()
    assert publish_log(at=NOW).size == 4
    assert Lookup.objects.count() == 4
