"""Pages are tried on the node of the integration tests, at its fixed time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from tests.functional.page_steps import Journey, start_journey
from tests.integration.conftest import empty_journal_buffer, issued, node, node_folder
from tests.integration.factories import AT, Node

__all__ = ["empty_journal_buffer", "issued", "node", "node_folder"]


@pytest.fixture(autouse=True)
def _static_folder(settings: Settings, tmp_path: Path) -> None:
    """Nothing was collected here; WhiteNoise serves from the sources and only wants the folder to exist."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def journey(node: Node, settings: Settings) -> Journey:
    """An issued licence, its holder signed in, and a counter that may verify it."""
    return start_journey(node, settings)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The node's time stands still until a test moves it."""
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller
