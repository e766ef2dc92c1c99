import pytest

from accounts.core.errors import IdentityCodeError
from accounts.core.regions import REGIONS, region


def test_there_are_34_provinces_named_once_in_both_languages() -> None:
    assert len(REGIONS) == 34
    assert all(code == r.code and len(code) == 6 and code.endswith("0000") for code, r in REGIONS.items())
    assert len({r.name_zh for r in REGIONS.values()}) == len({r.name_en for r in REGIONS.values()}) == 34


def test_shanxi_and_shaanxi_are_told_apart() -> None:
    assert (region("140000").name_en, region("610000").name_en) == ("Shanxi", "Shaanxi")


@pytest.mark.parametrize("code", ["33", "330100", "660000", "", "330000 "])
def test_refuses_what_is_not_a_province(code: str) -> None:
    with pytest.raises(IdentityCodeError) as raised:
        region(code)
    assert raised.value.code == "identity.region.unknown"
