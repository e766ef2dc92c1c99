"""One agency with its seal, and one small sealed document, for all tests of this folder."""

import pytest

from tests.unit.certificates.ofd_parts import Sealers, make_sealers, sealed_ofd


@pytest.fixture(scope="session")
def sealers() -> Sealers:
    return make_sealers()


@pytest.fixture(scope="session")
def sealed(sealers: Sealers) -> bytes:
    return sealed_ofd(sealers)
