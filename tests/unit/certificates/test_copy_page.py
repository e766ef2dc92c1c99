"""What a copy's page prints of what its statement shows, what stands there for the rest, and when a page agrees."""

import pytest

from certificates.core.copy_claims import CopyClaims
from certificates.core.copy_page import NOT_SHOWN, copy_items, copy_page_agrees, unprinted
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.core.sd_jwt_format import Shown
from demo.people import read_licence_types

CLAIMS = CopyClaims(number="7Q4K-09ZT-MXB2", purpose="城东污水处理厂扩建工程投标", recipient="湖州市城市建设投资集团")
SHOWN = {
    "certificate_number": Shown(Grain.FULL, "浙233202612345678"),
    "holder_name": Shown(Grain.MASKED, "张**"),
    "age_over_18": Shown(Grain.FACT, True),
    "specialities": Shown(Grain.FULL, ("建筑工程", "市政公用工程")),
    "valid_until": Shown(Grain.FULL, "2029-03-07"),
}
PAGE = (
    "加注件 7Q4K-09ZT-MXB2 浙233202612345678 张** 已满18周岁 建筑工程\n市政公用工程 2029 年 3 月 7 日\r\n"
    "仅供湖州市城市建设\n投资集团用于城东污水处理厂扩建工程投标"
)


def definition_of(title: str) -> LicenceTypeDefinition:
    types, _ = read_licence_types()
    return parse_licence_type(next(data for data in types if data["title_zh"] == title))


@pytest.fixture(scope="module")
def constructor() -> LicenceTypeDefinition:
    return definition_of("二级建造师注册证书")


@pytest.fixture(scope="module")
def marriage() -> LicenceTypeDefinition:
    return definition_of("结婚证")


def agrees(definition: LicenceTypeDefinition, page: str) -> bool:
    return copy_page_agrees(page, definition=definition, shown=SHOWN, claims=CLAIMS)


def test_a_page_with_all_that_the_copy_states_agrees(constructor: LicenceTypeDefinition) -> None:
    assert agrees(constructor, PAGE)
    assert unprinted(PAGE, definition=constructor, shown=SHOWN) == ()


@pytest.mark.parametrize(
    "printed",
    [
        "浙233202612345678",
        "张**",
        "已满18周岁",
        "市政公用工程",
        "2029 年 3 月 7 日",
        "加注件",
        "7Q4K-09ZT-MXB2",
        "城东污水处理厂扩建工程投标",
        "投资集团",
    ],
)
def test_a_page_that_leaves_out_or_changes_one_thing_does_not_agree(
    constructor: LicenceTypeDefinition, printed: str
) -> None:
    assert not agrees(constructor, PAGE.replace(printed, ""))
    assert not agrees(constructor, PAGE.replace(printed, printed[:-1] + "某"))


def test_a_page_with_another_persons_number_or_something_hidden_does_not_agree(
    constructor: LicenceTypeDefinition,
) -> None:
    assert not agrees(constructor, PAGE + "\n653101197001042016")
    assert not agrees(constructor, PAGE + "\u200b")


def test_a_mask_is_printed_as_it_was_signed_and_what_is_whole_in_words(constructor: LicenceTypeDefinition) -> None:
    shown = SHOWN | {"birth_date": Shown(Grain.MASKED, "1988-**-**")}
    items = copy_items(constructor, shown)
    assert items["birth_date"] == ("1988-**-**",)
    assert items["valid_until"] == ("2029年3月7日",)


def test_words_stand_for_what_is_withheld_and_nothing_for_what_some_licences_lack(
    constructor: LicenceTypeDefinition,
) -> None:
    items = copy_items(constructor, SHOWN)
    for field in constructor.fields:
        if field.name in SHOWN or field.facts or field.kind == "photo":
            continue
        assert items.get(field.name) == ((NOT_SHOWN,) if field.required else None), field.name


def test_a_fact_stands_in_the_place_of_the_field_that_it_is_derived_from(constructor: LicenceTypeDefinition) -> None:
    assert copy_items(constructor, SHOWN)["holder_code"] == ("已满18周岁",)
    masked = SHOWN | {"holder_code": Shown(Grain.MASKED, "3*****************")}
    assert copy_items(constructor, masked)["holder_code"] == ("3*****************", "已满18周岁")


def test_there_are_as_many_words_as_holders_are_shown(marriage: LicenceTypeDefinition) -> None:
    one = copy_items(marriage, {"issued_on": Shown(Grain.FULL, "2018-05-20")})
    two = copy_items(marriage, {"holder_name": Shown(Grain.MASKED, ("张**", "周**"))})
    assert one["holder_name"] == one["holder_code"] == (NOT_SHOWN,)
    assert two["holder_code"] == (NOT_SHOWN, NOT_SHOWN)
    assert two["issued_on"] == (NOT_SHOWN,)


def test_what_a_page_has_no_place_for_is_named_with_its_label(constructor: LicenceTypeDefinition) -> None:
    page = PAGE.replace("市政公用工程", "").replace("已满18周岁", "")
    assert unprinted(page, definition=constructor, shown=SHOWN) == (
        ("另证明", ("已满18周岁",)),
        ("注册专业", ("建筑工程", "市政公用工程")),
    )
