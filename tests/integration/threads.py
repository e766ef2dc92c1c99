"""Running one call in many threads at the same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """The results, or the errors raised, in the order of the threads."""
    start = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            results[number] = call(number)
        except Exception as error:  # noqa: BLE001  # the test looks at what was raised
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results
