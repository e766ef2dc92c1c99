"""The demo's steps on the tests' nodes: each told once, in order, however tests are chosen."""

from collections.abc import Callable

from demo.__main__ import STEPS
from demo.journey import Journey
from tests.functional.provinces.tampered_copy import tamper_in_postgresql


class DemoRun:
    """What the steps told so far, or how they failed."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self._done: dict[str, str | Exception] = {}

    def tell(self, name: str) -> str:
        """This will give what a step proved, after all steps before it; raises what the step raised."""
        for earlier, _, prove in STEPS:
            if earlier not in self._done:
                self._done[earlier] = self._take(earlier, prove)
            if earlier == name:
                break
        told = self._done[name]
        if isinstance(told, Exception):
            raise told
        return told

    def _take(self, name: str, prove: Callable[[Journey], str]) -> str | Exception:
        if name == "tamper" and self.journey.zhejiang.database_url:
            prove = tamper_in_postgresql  # the demo itself runs on SQLite and copies a file
        try:
            return prove(self.journey)
        except Exception as error:  # noqa: BLE001  # kept for the test of that step
            return error
