"""Never two publishers at once, and looks recorded meanwhile all get one index."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.log_steps import NOW, look, stored_leaves
from verification.adapters.publisher_lock import publisher_lock
from verification.core.errors import LogError
from verification.core.merkle import root_of
from verification.models import Checkpoint, PendingEntry
from verification.queries.log_tree import tree_size
from verification.services.publish_log import publish_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_node")]


def refused() -> "pytest.RaisesExc[LogError]":
    return pytest.raises(LogError)


def test_of_two_publishers_one_gets_the_office() -> None:
    with publisher_lock() as held:
        with refused() as error, publisher_lock():
            pytest.fail("two publishers")
        assert error.value.code == "log.publisher.taken"
        held.require_held()
    with publisher_lock() as held:
        held.require_held()


@pytest.fixture
def other_session() -> Iterator[object]:
    session = connection.copy()
    yield session
    session.close()


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_refused_while_another_runs(other_session) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a batch is one exclusive transaction")
    look()
    with transaction.atomic(), other_session.cursor() as cursor:
        other_session.set_autocommit(False)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x48555A48_454E4702])
        with refused() as error:
            publish_log(at=NOW)
        other_session.rollback()
        other_session.set_autocommit(True)
    assert error.value.code == "log.publisher.taken"
    assert publish_log(at=NOW).size == 1


@pytest.mark.django_db(transaction=True)
def test_a_publisher_whose_session_died_knows_that_it_holds_nothing() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file lock lives as long as its process")
    with publisher_lock() as held:
        assert held.session is not None
        with held.session.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        with refused() as error:
            held.require_held()
        assert error.value.code == "log.publisher.lost"


@pytest.mark.django_db(transaction=True)
def test_looks_recorded_from_many_threads_while_batches_run_all_get_one_index() -> None:
    threads, each = 4, 10

    def record() -> list[bytes]:
        try:
            return [look().leaf_hash for _ in range(each)]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(record) for _ in range(threads)]
        while not all(future.done() for future in futures):
            publish_log(at=NOW)
            time.sleep(0.05)  # on SQLite a publisher without a pause starves the others
    publish_log(at=NOW)
    recorded = [leaf for future in futures for leaf in future.result()]
    assert sorted(stored_leaves()) == sorted(recorded)
    assert tree_size() == threads * each
    assert not PendingEntry.objects.exists()
    assert bytes(Checkpoint.objects.get(size=tree_size()).root) == root_of(stored_leaves())
