"""Other kinds of licences need data and no code."""

from typing import Any

import pytest

from certificates.core.licence_types import parse_licence_type
from tests.unit.certificates.demo_data import CONSTRUCTOR, type_data

Data = dict[str, Any]


def basic(name: str, short_name: str, kind: str, **more: object) -> Data:
    member = {"name": name, "title_zh": name, "title_en": name, "short_name": short_name, "kind": kind}
    return member | {"sensitivity": "personal", "required": True, "grains": ["full"]} | more


COMMON = [
    basic("certificate_number", "ZZBH", "licence_number", sensitivity="internal"),
    basic("issuing_authority", "ZZBFJG", "organisation_name"),
    basic("issuing_authority_code", "ZZBFJGDM", "uscc"),
    basic("issued_on", "ZZBFRQ", "date"),
]
OTHER_TYPES = {
    "identity card 身份证": (1, ["111"], [
        basic("holder_name", "CZZT", "person_name", grains=["full", "masked"]),
        basic("holder_code", "CZZTDM", "citizen_id"),
        basic("address", "KZ_ZZ", "address", grains=["full", "masked"]),
        basic("ethnicity", "KZ_MZ", "text", sensitivity="sensitive"),
    ]),
    "marriage certificate 结婚证": (2, ["111"], [
        basic("holder_name", "CZZT", "person_name", multiple=True, grains=["full", "masked"]),
        basic("holder_code", "CZZTDM", "citizen_id", multiple=True),
        basic("birth_date", "KZ_CSRQ", "date", multiple=True, grains=["full", "masked"]),
    ]),
    "business licence 营业执照": (1, ["001"], [
        basic("holder_name", "CZZT", "organisation_name", sensitivity="public"),
        basic("holder_code", "CZZTDM", "uscc", sensitivity="public"),
        basic("capital", "KZ_ZCZB", "decimal", sensitivity="public"),
        basic("scope", "KZ_JYFW", "text", sensitivity="public"),
    ]),
    "birth certificate 出生医学证明": (1, ["111", "999"], [
        basic("holder_name", "CZZT", "person_name", grains=["full", "masked"]),
        basic("holder_code", "CZZTDM", "holder_code"),
        basic("holder_code_type", "CZZTDMLXDM", "holder_code_type"),
        basic("mother_code", "KZ_MQSFZH", "citizen_id", required=False),
        basic("weight", "KZ_TZ", "integer", sensitivity="sensitive"),
    ]),
    "social security card 社会保障卡": (1, ["111"], [
        basic("holder_name", "CZZT", "person_name", grains=["full", "masked"]),
        basic("holder_code", "CZZTDM", "citizen_id"),
        basic("account", "KZ_YHZH", "bank_account", sensitivity="sensitive", grains=["full", "masked"]),
        basic("phone", "KZ_SJH", "phone", grains=["full", "masked"]),
    ]),
    "road transport certificate 道路运输证": (1, ["001", "111"], [
        basic("holder_name", "CZZT", "holder_name", grains=["full", "masked"]),
        basic("holder_code", "CZZTDM", "holder_code"),
        basic("holder_code_type", "CZZTDMLXDM", "holder_code_type"),
        basic("region_code", "KZ_XZQH", "region", sensitivity="public"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_other_licences_need_data_and_no_code(name: str) -> None:
    holders, holder_kinds, fields = OTHER_TYPES[name]
    data = type_data(CONSTRUCTOR) | {"fields": COMMON + fields, "holder_kinds": holder_kinds}
    data |= {
        "min_holders": holders,
        "max_holders": holders,
        "seal_code": [{"field": "certificate_number", "grain": "full"}],
    }
    data["layout"] |= {"order": ["holder_name"], "wide": []}
    assert parse_licence_type(data).max_holders == holders
