"""What was fetched from an address a moment ago, kept in this process."""

import time
from collections.abc import Callable

_kept: dict[str, tuple[float, bytes]] = {}  # addresses of the settings only, so there are few


def remembered(url: str, *, seconds: float, make: Callable[[str], bytes], still_good: Callable[[bytes], bool]) -> bytes:
    """This will give what `make` gave for the address within the last `seconds`, if it is still good, or what it gives now."""
    until, data = _kept.get(url, (0.0, b""))
    if time.monotonic() >= until or not still_good(data):
        data = make(url)
        _kept[url] = (time.monotonic() + seconds, data)
    return data
