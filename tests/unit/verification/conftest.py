"""Two provinces in one trust list, in the suite that is in use."""

import copy
from typing import Any

import pytest

from certificates.core.signing.suite import Suite
from tests.unit.verification.province import World, make_world
from verification.core.trust_list import payload_of


@pytest.fixture(scope="module")
def world(every_suite: Suite) -> World:
    return make_world()


@pytest.fixture
def payload(world: World) -> dict[str, Any]:
    """What the trust list says, to be changed and signed again."""
    return copy.deepcopy(payload_of(world.trust_list))
