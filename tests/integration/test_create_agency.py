"""Entering an agency."""

import pytest

from accounts.core.errors import AccountsError
from accounts.models import Agency
from accounts.services.create_agency import create_agency
from tests.integration.accounts_steps import USCC, agency

pytestmark = pytest.mark.django_db

GOOD = {"uscc": USCC, "name_zh": "样例厅", "name_en": "Sample department", "region_code": "330000"}


def test_an_agency_is_entered_as_given() -> None:
    number = create_agency(**GOOD, issues=True, relies=False, seal_number="3301000000001")
    row = Agency.objects.get(pk=number)
    assert (row.uscc, row.name_zh, row.region_code) == (USCC, "样例厅", "330000")
    assert (row.issues, row.relies, row.is_active, row.seal_number) == (True, False, True, "3301000000001")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uscc": "11330000MB9900013U"}, "identity.uscc.check_digit"),
        ({"uscc": USCC.lower()}, "identity.uscc.format"),
        ({"region_code": "339999"}, "identity.region.unknown"),
        ({"name_zh": " "}, "agency.invalid"),
        ({"name_en": "x" * 201}, "agency.invalid"),
        ({"seal_number": "33010000000012"}, "agency.invalid"),
    ],
)
def test_refuses_what_is_no_agency_and_repeats_no_value(change: dict[str, str], code: str) -> None:
    with pytest.raises(AccountsError) as refused:
        create_agency(**{**GOOD, **change})
    assert refused.value.code == code
    assert next(iter(change.values())).strip() not in str(refused.value) or change.get("name_zh") == " "
    assert not Agency.objects.exists()


def test_refuses_a_second_agency_of_one_code() -> None:
    agency()
    with pytest.raises(AccountsError) as refused:
        create_agency(**GOOD)
    assert refused.value.code == "agency.exists"
