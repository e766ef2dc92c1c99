"""`make demo`, step by step, on real nodes: each step is a test by its own name."""

import pytest

from demo.__main__ import STEPS
from tests.functional.provinces.demo_run import DemoRun

DEMANDED = (
    "trust",
    "issue",
    "present",
    "verify_home",
    "recognise",
    "over_ask",
    "replay",
    "offline",
    "copies",
    "revoke",
    "peer_down",
    "history",
    "tamper",
    "audit",
)


def test_the_demo_tells_every_step_that_was_asked_for() -> None:
    assert tuple(name for name, _, _ in STEPS) == DEMANDED


@pytest.mark.parametrize("name", DEMANDED)
def test_step_holds(demo: DemoRun, name: str) -> None:
    assert demo.tell(name)
