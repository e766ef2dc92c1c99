"""Times named functions of other modules while the whole runs, without touching the product."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch


class Stopwatch:
    """This will sum wall seconds by part; a part's time does not include that of the watched parts it calls."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner: list[float] = []

    def reset(self) -> None:
        """This will begin at nothing again."""
        self.seconds = {}

    def timed(self, part: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """This will give a function that does the same and adds its own time to a part."""

        def run(*args: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return act(*args, **named)
            finally:
                whole = time.perf_counter() - start
                own = whole - self._inner.pop()
                self.seconds[part] = self.seconds.get(part, 0.0) + own
                if self._inner:
                    self._inner[-1] += whole

        return run

    @contextmanager
    def watching(self, places: Mapping[str, str]) -> Iterator[None]:
        """This will watch the functions at these places ("module.name" to part) for the length of a block."""
        with ExitStack() as stack:
            for place, part in places.items():
                module, _, name = place.rpartition(".")
                original = getattr(import_module(module), name)
                stack.enter_context(patch(place, self.timed(part, original)))
            yield
