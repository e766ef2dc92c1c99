"""Masks: fixed width, never the value itself, and nothing of an address below its county."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import MASKABLE, FieldKind
from certificates.core.masking import contains_citizen_id, mask, mask_field
from tests.unit.certificates.demo_data import REAL_ESTATE, definition

WIDTHS = {
    FieldKind.PERSON_NAME: 3,
    FieldKind.HOLDER_NAME: 3,
    FieldKind.CITIZEN_ID: 18,
    FieldKind.HOLDER_CODE: 18,
    FieldKind.PHONE: 11,
    FieldKind.BANK_ACCOUNT: 16,
    FieldKind.LICENCE_NUMBER: 8,
    FieldKind.DATE: 10,
}


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        (FieldKind.PERSON_NAME, "张三", "张**"),
        (FieldKind.PERSON_NAME, "张三丰", "张**"),
        (FieldKind.PERSON_NAME, "欧阳娜娜", "欧**"),
        (FieldKind.PERSON_NAME, "阿卜杜拉·买买提", "阿**"),
        (FieldKind.PERSON_NAME, "𫖯文", "𫖯**"),
        (FieldKind.PERSON_NAME, "张", "***"),
        (FieldKind.PERSON_NAME, "", "***"),
        (FieldKind.PERSON_NAME, "张 ", "***"),
        (FieldKind.PERSON_NAME, " 张三", "***"),
        (FieldKind.CITIZEN_ID, "11010519491231002X", "1*****************"),
        (FieldKind.CITIZEN_ID, "110105491231002", "******************"),
        (FieldKind.HOLDER_CODE, "E12345678", "E*****************"),
        (FieldKind.HOLDER_CODE, "E123", "******************"),
        (FieldKind.PHONE, "13812348000", "138****8000"),
        (FieldKind.PHONE, "0571-87654321", "***********"),
        (FieldKind.PHONE, "110", "***********"),
        (FieldKind.BANK_ACCOUNT, "6222021234567893256", "************3256"),
        (FieldKind.BANK_ACCOUNT, "123456789", "****************"),
        (FieldKind.LICENCE_NUMBER, "浙2332026202600001", "浙2****01"),
        (FieldKind.LICENCE_NUMBER, "A12345", "********"),
        (FieldKind.LICENCE_NUMBER, "T11010519491231002X", "********"),  # numbered by its holder's ID
        (FieldKind.LICENCE_NUMBER, "11010519491231002x", "********"),
        (FieldKind.DATE, "1988-05-12", "1988-**-**"),
        (FieldKind.DATE, "19880512", "****-**-**"),
    ],
)
def test_masks_have_their_fixed_form(kind: FieldKind, value: str, masked: str) -> None:
    assert mask(kind, value) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市西湖区文三路90号", "浙江省杭州市西湖区***"),
        ("浙江省金华市义乌市北苑街道1号", "浙江省金华市义乌市***"),
        ("四川省凉山彝族自治州西昌市航天大道", "四川省凉山彝族自治州西昌市***"),
        ("四川省阿坝藏族羌族自治州九寨沟县漳扎镇", "四川省阿坝藏族羌族自治州九寨沟县***"),
        ("湖北省荆州市沙市区北京路1号", "湖北省荆州市沙市区***"),
        ("重庆市酉阳土家族苗族自治县桃花源", "重庆市酉阳土家族苗族自治县***"),
        ("内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦托海", "内蒙古自治区呼伦贝尔市鄂温克族自治旗***"),
        ("新疆乌鲁木齐市新市区北京路", "新疆乌鲁木齐市新市区***"),
        ("北京市朝阳区某某市场", "北京市朝阳区***"),
        ("杭州市西湖区文三路", "杭州市西湖区***"),
        # unclear: province and city only
        ("浙江省杭州市文三路小区5号", "浙江省杭州市***"),
        ("浙江省杭州市人民路区政府旁", "浙江省杭州市***"),
        ("浙江省杭州市红旗街12号", "浙江省杭州市***"),
        ("北京市朝阳区红旗路1号", "北京市朝阳区***"),
        ("广东省东莞市南城街道鸿福路2号", "广东省东莞市***"),
        ("四川省成都市高新区天府大道", "四川省成都市***"),
        # nothing known
        ("西湖区文三路", "***"),
        ("文三路1号", "***"),
        ("", "***"),
        # no longer than what would be kept
        ("浙江省杭州市西湖区", "浙江省杭州市***"),
        ("浙江省杭州市", "浙江省***"),
        ("浙江省", "***"),
    ],
)
def test_an_address_is_cut_to_its_county(address: str, masked: str) -> None:
    assert mask(FieldKind.ADDRESS, address) == masked


@given(
    kind=st.sampled_from(sorted(MASKABLE)), value=st.text(max_size=30) | st.from_regex(r"[0-9]{0,20}X?", fullmatch=True)
)
def test_no_mask_is_ever_the_value_or_of_another_width(kind: FieldKind, value: str) -> None:
    masked = mask(kind, value)
    if value.strip("*-"):
        assert value.strip() not in masked or kind is FieldKind.ADDRESS or len(value.strip()) < 2
        assert masked != value
    if kind in WIDTHS:
        assert len(masked) == WIDTHS[kind]


def test_a_name_of_any_length_is_masked_to_the_same_width() -> None:
    assert len({len(mask(FieldKind.PERSON_NAME, "阿" * n)) for n in range(20)}) == 1


@pytest.mark.parametrize("kind", sorted(set(FieldKind) - MASKABLE))
def test_refuses_to_mask_what_is_shown_whole_or_not_at_all(kind: FieldKind) -> None:
    with pytest.raises(LicenceTypeError) as raised:
        mask(kind, "值")
    assert raised.value.code == "licence_type.field.no_mask"


def test_values_of_several_holders_are_masked_item_by_item() -> None:
    field = definition(REAL_ESTATE).field("holder_name")
    assert mask_field(field, ["欧阳𫖯", "沈㛃"]) == ("欧**", "沈**")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11010519491231002X", True),
        ("编号T11010519491231002X。", True),
        ("9911010519491231002X", True),
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("JY23301060000019", False),
        ("", False),
    ],
)
def test_an_id_is_found_anywhere_in_a_text(text: str, found: bool) -> None:
    assert contains_citizen_id(text) is found
