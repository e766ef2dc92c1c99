"""Steps shared by the tests of an issuer's certificate path: a region that lists CAs, and what is told of a chain."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.certificates.x509_parts import START, TYPES, USCC, Pair
from tests.unit.verification.province import make_world
from verification.core.errors import IssuerError
from verification.core.trust_keys import CaEntry
from verification.core.trust_list import TrustedRegion
from verification.core.x509_path import check_issuer_path

NOW = START + timedelta(days=150)
WORLD = make_world()


def region_with(*cas: bytes | CaEntry) -> TrustedRegion:
    entries = [ca if isinstance(ca, CaEntry) else CaEntry(der=ca, valid_from=START, valid_to=None) for ca in cas]
    return WORLD.zj.trusted(cas=tuple(entries))


def check(pair: Pair, *x5c: bytes, **changes: Any) -> None:
    arguments: dict[str, Any] = {
        "region": region_with(pair.ca),
        "agency_uscc": USCC,
        "type_code": TYPES[0],
        "issued_at": NOW,
    } | changes
    check_issuer_path(x5c=x5c, **arguments)


def refusal(pair: Pair, *x5c: bytes, **changes: Any) -> str:
    with pytest.raises(IssuerError) as caught:
        check(pair, *x5c, **changes)
    return caught.value.code
