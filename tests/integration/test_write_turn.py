"""Threads of one process take turns at SQLite's one write lock instead of asking again and again."""

import threading
import time

import pytest
from django.db import connection, transaction

from accounts.adapters import write_turn as module
from accounts.adapters.write_turn import write_turn
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def only_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("other databases let several connections write")


@pytest.mark.usefixtures("only_sqlite")
def test_one_thread_at_a_time_writes_and_each_gets_its_turn() -> None:
    inside, overlaps, done = threading.Semaphore(1), [], []

    def write(number: int) -> None:
        with write_turn(), transaction.atomic():
            if not inside.acquire(blocking=False):
                overlaps.append(number)
            time.sleep(0.01)
            done.append(number)
            inside.release()

    assert at_once(8, write) == [None] * 8
    assert overlaps == []
    assert sorted(done) == list(range(8))


@pytest.mark.usefixtures("only_sqlite")
def test_a_turn_ends_with_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError), write_turn():
        _ = 1 / 0
    assert at_once(1, lambda _: _try_turn()) == [True]


@pytest.mark.usefixtures("only_sqlite")
def test_who_is_already_writing_does_not_wait_for_a_turn() -> None:
    held = threading.Event()
    let_go = threading.Event()

    def hold(_: int) -> None:
        with write_turn():
            held.set()
            let_go.wait(10)

    holder = threading.Thread(target=at_once, args=(1, hold))
    holder.start()
    try:
        assert held.wait(10)
        with transaction.atomic(), write_turn():
            assert not let_go.is_set()
    finally:
        let_go.set()
        holder.join()


def test_other_databases_need_no_turn() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite needs turns")
    with write_turn():
        assert at_once(1, lambda _: _try_turn()) == [True]


def _try_turn() -> bool:
    taken = module._turn.acquire(timeout=1)
    if taken:
        module._turn.release()
    return taken
