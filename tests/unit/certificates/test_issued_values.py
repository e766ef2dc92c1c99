"""What the node adds to the values handed in, and what it signs of them."""

from datetime import date
from typing import Any

import pytest

from certificates.core.grains import Grain
from certificates.core.issued_values import complete_values, credential_content, licence_number, named_holders
from certificates.core.prepared_issue import PreparedIssue, pack_prepared, unpack_prepared
from certificates.core.sd_jwt_format import DisclosureKey
from certificates.core.seal_content import seal_content, seal_from_json, seal_to_json
from certificates.core.status_list import StatusReference
from tests.unit.certificates.demo_data import AT, CONSTRUCTOR, FOOD, REAL_ESTATE, TYPE_CODES, definition, licence

STATUS = StatusReference(uri="https://node.example/status-lists/2", index=7)


def completed(code: str, values: dict[str, Any]) -> dict[str, Any]:
    return dict(
        complete_values(
            definition(code),
            values,
            agency_name="某厅",
            agency_uscc="11330000MB9900013T",
            issue_date=date(2026, 11, 23),
            valid_from=date(2026, 11, 23),
            valid_until=None,
        )
    )


def test_adds_what_the_agency_left_out_and_never_changes_what_it_said() -> None:
    assert completed(FOOD, {"issued_on": "2026-01-01"}) == {
        "issued_on": "2026-01-01",
        "issuing_authority": "某厅",
        "issuing_authority_code": "11330000MB9900013T",
        "valid_from": "2026-11-23",
    }


@pytest.mark.parametrize(
    ("code", "types", "count"), [(CONSTRUCTOR, {"111"}, 1), (REAL_ESTATE, {"111"}, 2), (FOOD, {"001"}, 1)]
)
def test_names_the_holders_in_their_order(code: str, types: set[str], count: int) -> None:
    values = licence(code)["values"]
    holders = named_holders(definition(code), values)

    assert {one.code_type for one in holders} == types
    assert len(holders) == count
    names = values["holder_name"]
    assert [one.name for one in holders] == ([names] if isinstance(names, str) else names)
    assert holders[0].name not in repr(holders)


def test_the_number_is_the_printed_one() -> None:
    assert licence_number(definition(FOOD), licence(FOOD)["values"]) == "JY23301060000019"


@pytest.mark.parametrize("code", TYPE_CODES)
def test_signs_each_field_at_the_grains_its_type_allows_and_no_other(code: str) -> None:
    kind, values = definition(code), licence(code)["values"]
    content = credential_content(kind, values, at=AT)

    for field in kind.fields:
        assert (field.name in content.values) == (field.name in values and Grain.FULL in field.grains)
        assert (field.name in content.masked) == (field.name in values and Grain.MASKED in field.grains)
    assert set(content.facts) <= {fact.name for fact in kind.facts}
    assert (content.totals.sd, content.totals.masked) == (kind.sd_total, kind.masked_total)


@pytest.mark.parametrize("code", TYPE_CODES)
def test_the_printed_code_has_the_fields_its_type_names_and_survives_storage(code: str) -> None:
    kind, values = definition(code), licence(code)["values"]
    content = seal_content(kind, values, region="330000", status=STATUS, issued_at=1, expires_at=2)

    assert {name: shown.grain for name, shown in content.fields.items()} == {
        seal.field: seal.grain for seal in kind.seal_code_fields if seal.field in values
    }
    assert seal_from_json(seal_to_json(content)) == content
    prepared = PreparedIssue(
        kid="k",
        iat=1,
        signing_input=b"a.b",
        disclosures={DisclosureKey("sex", Grain.FULL): "d"},
        seal=content,
    )
    assert unpack_prepared(pack_prepared(prepared)) == prepared
