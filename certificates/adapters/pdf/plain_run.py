"""Running the library's coroutines to their end without an event loop, which would want descriptors and a socket pair."""

from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_plainly(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """This will give the result of a coroutine that never has to wait: nothing is fetched here.

    Raises RuntimeError for one that wants to wait after all, and what the coroutine raises.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    coroutine.close()
    raise RuntimeError("reading a document must not wait for anything")
