"""The journey's frame: named steps, each with what it proved, printed as they happen and written to a summary."""

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

GREEN, RED, GREY, PLAIN = "\033[32m", "\033[31m", "\033[90m", "\033[0m"


class StepFailedError(Exception):
    """A step did not show what it promises."""


@dataclass(kw_only=True)
class Story:
    """Runs steps in order; a failed step does not hide the later ones."""

    summary: Path
    colour: bool
    steps: list[dict[str, object]] = field(default_factory=list)

    def step(self, name: str, title: str, prove: Callable[[], str]) -> None:
        """This will run one step, whose function gives in words what was proved or raises."""
        started = time.monotonic()
        try:
            detail, ok = prove(), True
        except Exception as error:  # noqa: BLE001  # every failure of a step is a result of the demo, shown with its trace
            detail, ok = f"{type(error).__name__}: {error}", False
            traceback.print_exc()
        seconds = time.monotonic() - started
        self.steps.append({"name": name, "ok": ok, "detail": detail, "seconds": round(seconds, 2)})
        mark = self._paint(GREEN, "✓") if ok else self._paint(RED, "✗")
        print(f"{mark} {name:<12} {title} {self._paint(GREY, f'{seconds:.1f} s')}")
        for line in detail.splitlines():
            print(f"    {line}")
        print(flush=True)

    def finish(self) -> bool:
        """This will write the summary and tell whether every step held."""
        ok = bool(self.steps) and all(step["ok"] for step in self.steps)
        self.summary.write_text(
            json.dumps({"ok": ok, "steps": self.steps}, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        return ok

    def _paint(self, code: str, text: str) -> str:
        return f"{code}{text}{PLAIN}" if self.colour else text


def require(condition: object, otherwise: str) -> None:
    """This will raise StepFailedError unless the condition holds."""
    if not condition:
        raise StepFailedError(otherwise)


def eventually(check: Callable[[], bool], *, seconds: float, otherwise: str) -> float:
    """This will wait until the check holds and give the seconds it took; raises StepFailedError after `seconds`."""
    started = time.monotonic()
    while not check():
        if time.monotonic() - started > seconds:
            raise StepFailedError(f"{otherwise} (waited {seconds:.0f} s)")
        time.sleep(0.15)
    return time.monotonic() - started
