"""Who comes alone is served at once; who comes meanwhile is served together; a failure is the own one."""

import threading
from collections.abc import Sequence

import pytest

from verification.adapters.gathering import Gathering

WAIT = 30


class Maker:
    """Upper case, for one call at a time; the first call of all lasts until it is let go."""

    def __init__(self, *, spoiled: str = "") -> None:
        self.calls: list[list[str]] = []
        self.started, self.let_go = threading.Event(), threading.Event()
        self.spoiled = spoiled
        self.busy = threading.Lock()

    def __call__(self, items: Sequence[str]) -> list[str]:
        assert self.busy.acquire(blocking=False), "two calls at a time"
        try:
            self.calls.append(list(items))
            if len(self.calls) == 1:
                self.started.set()
                assert self.let_go.wait(WAIT)
            if self.spoiled in items and self.spoiled:
                raise ValueError(self.spoiled)
            return [item.upper() for item in items]
        finally:
            self.busy.release()


def gathered(maker: Maker, items: Sequence[str], *, most: int = 100) -> dict[str, object]:
    """The first item alone, then all others while it is being made."""
    gathering = Gathering(maker, most=most)
    found: dict[str, object] = {}

    def bring(item: str) -> None:
        try:
            found[item] = gathering.made(item)
        except ValueError as error:
            found[item] = error

    threads = [threading.Thread(target=bring, args=(item,)) for item in items]
    threads[0].start()
    assert maker.started.wait(WAIT)
    for thread in threads[1:]:
        thread.start()
    while len(gathering._waiting) < len(items) - 1:  # until all have come
        threading.Event().wait(0.001)
    maker.let_go.set()
    for thread in threads:
        thread.join(WAIT)
    assert not gathering._waiting
    return found


def test_who_comes_alone_is_served_at_once() -> None:
    maker = Maker()
    maker.let_go.set()
    gathering = Gathering(maker, most=10)
    assert [gathering.made(item) for item in "abc"] == ["A", "B", "C"]
    assert maker.calls == [["a"], ["b"], ["c"]]


def test_who_comes_meanwhile_is_served_by_the_next_call_together() -> None:
    maker, items = Maker(), "abcdefgh"
    assert gathered(maker, items) == {item: item.upper() for item in items}
    assert [sorted(call) for call in maker.calls] == [["a"], list("bcdefgh")]


def test_no_call_gets_more_than_the_most() -> None:
    maker, items = Maker(), "abcdefgh"
    assert gathered(maker, items, most=3) == {item: item.upper() for item in items}
    assert list(map(len, maker.calls)) == [1, 3, 3, 1]


@pytest.mark.parametrize("spoiled", ["a", "b", "h"])
def test_a_failure_is_the_own_one_and_nobody_is_lost(spoiled: str) -> None:
    maker, items = Maker(spoiled=spoiled), "abcdefgh"
    found = gathered(maker, items)
    failed = {item for item, made in found.items() if isinstance(made, ValueError)}
    assert set(found) == set(items)
    assert failed
    assert all(found[item] == item.upper() for item in set(items) - failed)
    if spoiled == "a":
        assert failed == {"a"}
