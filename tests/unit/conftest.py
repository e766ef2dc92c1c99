"""What unit tests share: the signing suites, one after the other, and a CA with an agency under it in each."""

from collections.abc import Iterator

import pytest

from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import Suite
from tests.unit.certificates.x509_parts import Pair, make_pair
from tests.unit.suite_in_use import using


@pytest.fixture(scope="module", params=sorted(SUITES))
def every_suite(request: pytest.FixtureRequest) -> Iterator[Suite]:
    """All tests of a module whose `pytestmark` uses this run once for each suite, with sample keys of it."""
    with using(request.param) as chosen:
        yield chosen


@pytest.fixture(scope="module", params=sorted(SUITES))
def pair(request: pytest.FixtureRequest) -> Pair:
    """A region's CA and an agency under it, in each suite."""
    return make_pair(request.param)
