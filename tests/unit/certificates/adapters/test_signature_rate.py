"""The ceiling of signatures a minute holds across threads and processes, and cannot be set back."""

import multiprocessing
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from certificates.adapters.signature_rate import count_signature
from certificates.core.errors import KeyUnavailableError

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MOST = 20


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "kid.key"


def taken(key: Path, *, tries: int, most: int = MOST) -> int:
    """How many of so many tries were let through."""
    count = 0
    for _ in range(tries):
        try:
            count_signature(key, most_a_minute=most)
        except KeyUnavailableError:
            continue
        count += 1
    return count


def test_refuses_by_name_above_the_ceiling_until_the_minute_is_over(key: Path) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        assert taken(key, tries=25) == MOST
        with pytest.raises(KeyUnavailableError) as refused:
            count_signature(key, most_a_minute=MOST)
        assert refused.value.code == "key.rate"
        clock.move_to(NOW + timedelta(seconds=59))
        assert taken(key, tries=5) == 0
        clock.move_to(NOW + timedelta(seconds=60))
        assert taken(key, tries=25) == MOST


def test_a_clock_set_back_within_the_minute_gives_nothing_back(key: Path) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        assert taken(key, tries=25) == MOST
        clock.move_to(NOW - timedelta(seconds=30))
        assert taken(key, tries=5) == 0


def test_keys_are_counted_apart_and_zero_is_no_ceiling(key: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        assert taken(key, tries=25) == MOST
        assert taken(key.with_name("other.key"), tries=25) == MOST
        assert taken(key, tries=25, most=0) == 25


def test_counts_across_threads(key: Path) -> None:
    counts: list[int] = []
    with time_machine.travel(NOW, tick=False):
        threads = [threading.Thread(target=lambda: counts.append(taken(key, tries=20))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(counts) == MOST


def test_counts_across_processes(key: Path) -> None:
    context = multiprocessing.get_context("fork")
    with time_machine.travel(NOW, tick=False), context.Pool(3) as pool:
        counts = pool.starmap(_taken_by_process, [(key, 20)] * 3)
    assert sum(counts) == MOST


def _taken_by_process(key: Path, tries: int) -> int:
    return taken(key, tries=tries)


def test_a_broken_counter_counts_anew_and_lets_no_more_through(key: Path) -> None:
    key.with_suffix(".rate").write_bytes(b"\x00\x01")
    with time_machine.travel(NOW, tick=False):
        assert taken(key, tries=25) == MOST
