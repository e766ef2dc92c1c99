"""How parallel workers share the tests: each takes the next one, but all tests of two real nodes go to one worker, which starts the nodes once.

(`--dist loadgroup` would do it, but its marks have no effect with pytest 9.2.)
"""

from xdist.scheduler import LoadScopeScheduling

WORLD = "tests/functional/provinces/"


class OneWorldScheduling(LoadScopeScheduling):  # type: ignore[misc]  # the library publishes no types
    """The largest scope is handed out first, so that nobody waits for it in the end."""

    def _split_scope(self, nodeid: str) -> str:
        return WORLD if nodeid.startswith(WORLD) else nodeid
