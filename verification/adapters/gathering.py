"""Threads that want the same dear thing at the same time get it from one call, as databases commit in groups.

Nobody waits for company: who comes alone is served at once. Who comes while a call is under way waits for its end, and
all who came meanwhile are served by the next call together.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(slots=True, eq=False)
class _Place(Generic[Item, Made]):
    item: Item
    made: Made | None = None
    is_served: bool = False


class Gathering(Generic[Item, Made]):
    """This will hand what threads bring to `make`, many at once where they come together; `make` keeps their order."""

    def __init__(self, make: Callable[[Sequence[Item]], Sequence[Made]], *, most: int) -> None:
        """This will call `make` with at most `most` items, and never twice at the same time."""
        self._make = make
        self._most = most
        self._waiting: list[_Place[Item, Made]] = []
        self._lock = threading.Lock()  # of the list
        self._turn = threading.Lock()  # held by whoever makes

    def made(self, item: Item) -> Made:
        """This will give what `make` makes of an item; raises what it raises."""
        own: _Place[Item, Made] = _Place(item)
        with self._lock:
            self._waiting.append(own)
        with self._turn:
            while not own.is_served:
                self._serve(own)
        assert own.made is not None
        return own.made

    def _serve(self, own: _Place[Item, Made]) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            made = self._make([place.item for place in batch])
            for place, one in zip(batch, made, strict=True):
                place.made, place.is_served = one, True
        finally:
            # A failure is this thread's alone: the others stay and try again themselves.
            left = [place for place in batch if not place.is_served and place is not own]
            if left:
                with self._lock:
                    self._waiting[:0] = left
