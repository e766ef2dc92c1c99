"""A document is read in a process that can do nothing else, and whose end is a named refusal."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from certificates.adapters.pdf.facts import DocumentFacts, Level
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.refusals import MAX_DOCUMENT_BYTES
from certificates.adapters.pdf_worker import pool as pool_module
from certificates.adapters.pdf_worker.frames import pack_facts, unpack_answer
from certificates.adapters.pdf_worker.pool import WorkerPool
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.sample import AT, Authority


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(most=2, files_per_worker=3)
    yield made
    made.close()


def refusal(pool: WorkerPool, data: bytes, root: Authority) -> str:
    with pytest.raises(DocumentError) as refused:
        pool.read(data, trust_anchors=[root.anchor], at=AT)
    return refused.value.code


def only_worker(pool: WorkerPool) -> int:
    (worker,) = pool._free
    return worker._process.pid


def test_a_worker_gives_the_same_facts_as_the_reader_itself(pool: WorkerPool, signed: bytes, root: Authority) -> None:
    here = read_document(signed, trust_anchors=[root.anchor], at=AT)
    assert pool.read(signed, trust_anchors=[root.anchor], at=AT) == here
    assert here.printed is not None
    late = AT + timedelta(days=999)
    assert not pool.read(signed, trust_anchors=[root.anchor], at=late).signer_trusted


def test_a_worker_is_used_again_and_replaced_after_its_number_of_files(
    pool: WorkerPool,
    signed: bytes,
    root: Authority,
) -> None:
    seen = []
    for data in (signed, b"%PDF-1.7 junk", signed + b"x"):
        with contextlib.suppress(DocumentError):
            pool.read(data, trust_anchors=[root.anchor], at=AT)
        seen.append([worker._process.pid for worker in pool._free])
    assert seen[0] == seen[1]
    assert seen[2] == []
    assert refusal(pool, signed + b"x", root) == "pdf.trailing"


def test_a_worker_that_was_killed_while_idle_is_replaced(pool: WorkerPool, signed: bytes, root: Authority) -> None:
    assert refusal(pool, b"junk", root) == "pdf.unreadable"
    first = only_worker(pool)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.1)
    assert refusal(pool, b"junk", root) == "pdf.unreadable"
    assert only_worker(pool) != first


def test_a_worker_that_dies_over_a_file_is_a_named_refusal(pool: WorkerPool, root: Authority) -> None:
    assert refusal(pool, b"junk", root) == "pdf.unreadable"
    os.kill(only_worker(pool), signal.SIGSTOP)  # it will never answer
    threading.Timer(0.3, os.kill, (only_worker(pool), signal.SIGKILL)).start()
    assert refusal(pool, b"junk", root) == "document.reader_lost"
    assert pool._free == []


def test_a_worker_that_says_nothing_is_killed_in_time(
    pool: WorkerPool,
    root: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool_module, "READ_SECONDS", 0.3)
    assert refusal(pool, b"junk", root) == "pdf.unreadable"
    stopped = only_worker(pool)
    os.kill(stopped, signal.SIGSTOP)
    began = time.monotonic()
    assert refusal(pool, b"junk", root) == "document.reader_lost"
    assert time.monotonic() - began < 2
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)


def test_a_worker_that_takes_too_much_processor_time_is_ended_by_its_own_clock(
    pool: WorkerPool,
    root: Authority,
) -> None:
    assert refusal(pool, b"junk", root) == "pdf.unreadable"
    os.kill(only_worker(pool), signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (only_worker(pool), signal.SIGPROF)).start()
    threading.Timer(0.4, os.kill, (only_worker(pool), signal.SIGCONT)).start()
    assert refusal(pool, b"junk", root) == "limit.time"


def test_a_counter_that_finds_no_free_worker_is_told_to_try_again(
    root: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool_module, "WAIT_SECONDS", 0.05)
    full = WorkerPool(most=1)
    with full._places:
        assert refusal(full, b"junk", root) == "document.reader_busy"


def test_a_file_over_the_limit_is_handed_to_no_worker(pool: WorkerPool, root: Authority) -> None:
    assert refusal(pool, b"%PDF-" + b"0" * MAX_DOCUMENT_BYTES, root) == "pdf.limit"
    assert pool._free == []


def test_many_threads_share_few_workers(pool: WorkerPool, signed: bytes, root: Authority) -> None:
    found = []

    def read() -> None:
        found.append(pool.read(signed, trust_anchors=[root.anchor], at=AT).signer_trusted)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 6


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b"1",
        b'"x"',
        b'{"level": "B-B"}',
        b'{"refusal": 1}',
        b"\xff",
        b'{"level": {}, "signer_leaf": []}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_taken_for_none(answer: bytes) -> None:
    with pytest.raises(ValueError):
        unpack_answer(answer)


def test_an_answer_with_a_moment_of_no_zone_is_none() -> None:
    moment = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    for at, is_one in ((AT, True), (moment, False)):
        facts = DocumentFacts(level=Level.B, signer_trusted=False, signer_leaf=b"x", signing_time=at)
        text = pack_facts(facts)[4:]
        if is_one:
            assert unpack_answer(text) == facts
        else:
            with pytest.raises(ValueError):
                unpack_answer(text)
