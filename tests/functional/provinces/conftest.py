"""Tests of two real nodes, which all share one pair of them, in the order of MODULES, on the real clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.provinces.broker_watch import BrokerWatch, watched_brokers
from tests.functional.provinces.demo_run import DemoRun
from tests.functional.provinces.steps import ZHOU_LICENCE, issued
from tests.functional.provinces.wire import Exchange, recorded_wire
from tests.functional.provinces.world import Provinces, two_provinces

HERE = Path(__file__).resolve().parent
# The story first, then who breaks its rules, what must have stayed secret through all of it, and at last the nodes are killed.
MODULES = (
    "test_demo_journey",
    "test_bad_issues",
    "test_bad_codes",
    "test_bad_credentials",
    "test_bad_documents",
    "test_bad_purposes",
    "test_bad_peer_messages",
    "test_bad_requests",
    "test_slow_bodies",
    "test_standards",
    "test_nothing_personal_leaks",
    "test_killed_processes",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """This will put the tests of this folder into one order, behind all others."""
    own = [item for item in items if item.path.parent == HERE]
    for item in own:
        item.add_marker(pytest.mark.real_network)
    others = [item for item in items if item.path.parent != HERE]
    own.sort(key=lambda item: MODULES.index(item.path.stem))
    items[:] = others + own


@pytest.fixture(autouse=True)
def clock() -> None:
    """Real nodes keep real time: the standing clock of the pages' tests is not for them."""


@pytest.fixture(autouse=True)
def _static_folder() -> None:
    """Real nodes serve their own files."""


@pytest.fixture(scope="session")
def wire() -> Iterator[list[Exchange]]:
    """What this process saw of the nodes over HTTP."""
    with recorded_wire() as seen:
        yield seen


@pytest.fixture(scope="session")
def provinces(tmp_path_factory: pytest.TempPathFactory, wire: list[Exchange]) -> Iterator[Provinces]:
    """Two nodes, running."""
    with two_provinces(tmp_path_factory.mktemp("provinces") / "world") as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def brokers(provinces: Provinces) -> Iterator[BrokerWatch]:
    """What went through the nodes' Celery brokers."""
    with watched_brokers([node.folder for node in provinces.nodes]) as watch:
        yield watch


@pytest.fixture(scope="session")
def demo(provinces: Provinces) -> DemoRun:
    """The demo's story, told once, as far as a test needs it."""
    return DemoRun(provinces.journey)


@pytest.fixture(scope="session")
def licence(provinces: Provinces) -> str:
    """Zhou's registration, issued and in the log."""
    found = issued(provinces)
    provinces.journey.certificates[ZHOU_LICENCE] = found
    return found
