"""Calls into a device end when patience does; one that hangs holds up nobody else."""

import threading
import time

import pytest

from certificates.adapters.key_backends.timed_calls import TimedCalls
from certificates.core.errors import KeyUnavailableError


def test_a_call_gives_its_answer_or_its_error() -> None:
    calls = TimedCalls(expected=(ValueError,))
    assert calls.make(lambda: 7, seconds=5) == 7
    with pytest.raises(ValueError, match="no"):
        calls.make(lambda: int("no"), seconds=5)
    assert calls.make(lambda: 8, seconds=5) == 8


def test_a_call_that_waited_too_long_for_its_turn_is_not_made() -> None:
    calls, released, made = TimedCalls(expected=()), threading.Event(), []
    first = threading.Thread(target=lambda: calls.make(lambda: released.wait(5), seconds=10))
    first.start()
    time.sleep(0.05)

    with pytest.raises(KeyUnavailableError) as refused:
        calls.make(lambda: made.append(1), seconds=0.2)

    released.set()
    first.join()
    assert calls.make(lambda: "next", seconds=5) == "next"
    assert refused.value.code == "key.backend_unavailable"
    assert made == []


def test_while_one_hangs_the_others_are_refused_at_once() -> None:
    calls, released = TimedCalls(expected=()), threading.Event()
    with pytest.raises(KeyUnavailableError):
        calls.make(lambda: released.wait(5), seconds=0.1)
    time.sleep(0.05)
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(KeyUnavailableError):
            calls.make(lambda: 1, seconds=0.1)
    assert time.monotonic() - began < 1

    released.set()
    time.sleep(0.05)
    assert calls.make(lambda: "answers again", seconds=5) == "answers again"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_unforeseen_error_reaches_the_caller_and_the_next_call_is_made() -> None:
    calls = TimedCalls(expected=(ValueError,))
    with pytest.raises(ZeroDivisionError):
        calls.make(lambda: 1 // 0, seconds=5)
    time.sleep(0.1)
    assert calls.make(lambda: 9, seconds=5) == 9
