"""Two administrators of the node's agency, two people: what every mass revocation takes."""

import pytest

from accounts.core.caller import Caller
from tests.integration.factories import Node
from tests.integration.mass_revocation.mass_steps import admin


@pytest.fixture
def first(node: Node) -> Caller:
    """Who asks."""
    return admin(node, "first", staff="A-1")


@pytest.fixture
def second(node: Node) -> Caller:
    """Who decides."""
    return admin(node, "second", staff="A-2")
