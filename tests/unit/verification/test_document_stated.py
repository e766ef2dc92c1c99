"""A document's own words beside the signed ones, under the same names."""

import tomllib
from pathlib import Path

from certificates.core.grains import Grain
from certificates.core.licence_types import parse_licence_type
from certificates.core.sd_jwt_format import Shown
from verification.core.document_stated import names_type, stated_values

DEMO = Path(__file__).parents[3] / "demo" / "licence_types"
TYPE = parse_licence_type(tomllib.loads((DEMO / "constructor-registration.v1.toml").read_text("utf-8")))


def test_gives_the_values_by_field_name_and_leaves_out_what_is_no_field() -> None:
    metadata = {"CZZT": "张三", "ZZBS": "1.2.156", "KZ_ZCZY": "建筑工程;市政公用工程"}
    assert stated_values(metadata, definition=TYPE, shown={}) == {
        "holder_name": "张三",
        "specialities": ("建筑工程", "市政公用工程"),
    }


def test_a_value_may_hold_the_separator() -> None:
    signed = {"specialities": Shown(Grain.FULL, ("甲;乙", "丙"))}
    stated = stated_values({"KZ_ZCZY": "甲;乙;丙"}, definition=TYPE, shown=signed)
    assert stated == {"specialities": ("甲;乙", "丙")}
    other = stated_values({"KZ_ZCZY": "甲;乙;丁"}, definition=TYPE, shown=signed)
    assert other == {"specialities": ("甲", "乙", "丁")}


def test_tells_whether_the_document_is_of_the_type() -> None:
    assert names_type({"ZZLXDM": TYPE.code}, type_code=TYPE.code)
    assert names_type({}, type_code=TYPE.code)
    assert not names_type({"ZZLXDM": "other"}, type_code=TYPE.code)


def test_a_day_of_the_metadata_is_the_credentials_day() -> None:
    stated = stated_values({"ZZBFRQ": "20260302", "ZZYXQJZRQ": "2029-03-01"}, definition=TYPE, shown={})
    assert (stated["issued_on"], stated["valid_until"]) == ("2026-03-02", "2029-03-01")


def test_several_days_of_the_metadata_are_the_credentials_days() -> None:
    couple = parse_licence_type(tomllib.loads((DEMO / "marriage-certificate.v1.toml").read_text("utf-8")))
    stated = stated_values({"KZ_CSRQ": "19880512;19901117"}, definition=couple, shown={})
    assert stated == {"birth_date": ("1988-05-12", "1990-11-17")}
    masked = {"birth_date": Shown(Grain.MASKED, ("1988-**-**", "1990-**-**"))}
    assert stated_values({"KZ_CSRQ": "1988-**-**;1990-**-**"}, definition=couple, shown=masked) == {
        "birth_date": ("1988-**-**", "1990-**-**")
    }


def test_an_end_that_the_licence_does_not_have_is_no_value() -> None:
    assert stated_values({"ZZYXQJZRQ": "长期"}, definition=TYPE, shown={}) == {}
    shown = {"valid_until": Shown(grain=Grain.FULL, value="2029-03-01")}
    assert stated_values({"ZZYXQJZRQ": "长期"}, definition=TYPE, shown=shown) == {"valid_until": "长期"}
