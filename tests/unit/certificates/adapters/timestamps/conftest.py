"""One authority and its unit for all tests of a module, and no pause left over from the test before."""

from datetime import UTC, datetime

import pytest

from certificates.adapters.timestamps import pauses
from demo.timestamp_tokens import KeyAndCertificate, make_ca, make_unit


@pytest.fixture(scope="module")
def ca() -> KeyAndCertificate:
    return make_ca(at=datetime.now(UTC))


@pytest.fixture(scope="module")
def unit(ca: KeyAndCertificate) -> KeyAndCertificate:
    return make_unit(ca, at=datetime.now(UTC))


@pytest.fixture(autouse=True)
def _no_pause_from_before() -> None:
    pauses._paused.clear()
