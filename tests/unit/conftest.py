"""What unit tests share: the signing suites, one after the other."""

from collections.abc import Iterator

import pytest

from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import Suite
from tests.unit.suite_in_use import using


@pytest.fixture(scope="module", params=sorted(SUITES))
def every_suite(request: pytest.FixtureRequest) -> Iterator[Suite]:
    """All tests of a module whose `pytestmark` uses this run once for each suite, with sample keys of it."""
    with using(request.param) as chosen:
        yield chosen
