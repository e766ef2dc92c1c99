"""Whatever a licence may say fits its page: nothing on the border, on another line or on a picture, and nothing lost.

Every type of the demo is tried with its own sample, and with values as long, as rare and as many as its fields allow.
"""

import io
import random
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.render import render
from certificates.core.field_kinds import FieldKind
from certificates.core.layout_kinds import Paper
from certificates.core.licence_types import FieldDefinition, FieldValue, LicenceTypeDefinition, parse_licence_type
from certificates.services.printed_page import PageFacts, printed_page
from demo.people import FOLDER, read_licence_types
from tests.unit.certificates.adapters.pdf.page_measures import body_text, faults
from tests.unit.certificates.adapters.pdf.sample import SEAL_CODE

TYPES, TEMPLATES = read_licence_types()
LICENCES = tomllib.loads((FOLDER / "people.toml").read_text("utf-8"))["licences"]
NAMES = [data["layout"]["template"].split(".")[0] for data in TYPES]

RARE = "㛃䶮𫖯𬀩𠅤𬍛龘囍喆堃"
LONG = {
    FieldKind.TEXT: ("热食类食品制售，含" + RARE + "；HTTPS://EXAMPLE.ORG/" + "A" * 30 + "。", 600),
    FieldKind.PERSON_NAME: ("阿卜杜热合曼·买买提艾力·" + RARE, 40),
    FieldKind.HOLDER_NAME: ("云溪市" + RARE + "投资合伙企业（有限合伙）", 60),
    FieldKind.ORGANISATION_NAME: ("云溪市" + RARE + "建设集团有限公司", 60),
    FieldKind.ADDRESS: ("临江省云溪市钱塘街道滨河路128号望江中心3幢1201室", 200),
    FieldKind.LIST_TEXT: ("建筑机电安装工程专业承包（一级）" + RARE, 40),
}
ITEMS, HOLDERS = 30, 8
# Stand elsewhere on the page (agency, dates, validity), or in no place of it: a code that repeats another item.
NOT_AMONG_THE_ROWS = {"ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "ZZYXQQSRQ", "ZZYXQJZRQ", "CZZTDMLXDM"}
AGENCIES = ("云溪市行政审批局", "云溪哈萨克自治州住房和城乡建设和交通运输综合行政管理局")


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 375), "#99aabb").save(target, "JPEG")
    return target.getvalue()


def sample_of(definition: LicenceTypeDefinition) -> dict[str, FieldValue]:
    values: dict[str, Any] = next(one for one in LICENCES if one["type"] == definition.code)["values"]
    return {name: value for name, value in values.items() if definition.field(name).kind is not FieldKind.PHOTO}


def long_values(definition: LicenceTypeDefinition, chance: random.Random | None) -> dict[str, FieldValue]:
    """The sample with every field at its longest, or at a length that chance gives."""
    base = sample_of(definition)
    kept = {field.name for field in definition.fields if field.short_name in NOT_AMONG_THE_ROWS | {"ZZBH", "CZZTDM"}}
    holders = min(definition.max_holders, HOLDERS)
    changed: dict[str, FieldValue] = {}
    for field in definition.fields:
        if field.name in kept or field.kind not in LONG:
            known = base.get(field.name)
            if known is not None:
                changed[field.name] = tuple(known[i % len(known)] for i in range(holders)) if field.multiple else known
            continue
        changed[field.name] = longest(field, holders, chance)
    return changed


def longest(field: FieldDefinition, holders: int, chance: random.Random | None) -> FieldValue:
    text, most = LONG[field.kind]
    length = min(most, field.max_length)
    if chance is not None:
        length = max(2, round(length * chance.random() ** 2))
    one = (text * (length // len(text) + 1))[:length].rstrip("·（")
    if field.multiple:
        return (one,) * holders
    if field.kind is FieldKind.LIST_TEXT:
        return tuple(f"{index}{one}"[: field.max_length] for index in range(1, ITEMS + 1))
    return one


def content_of(
    name: str, values: Mapping[str, FieldValue], *, agency: str = AGENCIES[0], long_term: bool = False
) -> DocumentContent:
    data = TYPES[NAMES.index(name)]
    definition = parse_licence_type(data)
    facts = PageFacts(
        identifier="1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        agency_name=agency,
        agency_code="3301060012345",
        seal_image=None,
        issue_date=date(2026, 11, 23),
        valid_from=date(2026, 11, 23),
        valid_until=None if long_term else date(2031, 11, 22),
        seal_code=SEAL_CODE,
        template=TEMPLATES[data["layout"]["template"]],
        photo=photo(),
        attachments=(),
        metadata={},
    )
    # Without the watermark of types whose code is provisional: it stands across everything by intention.
    return replace(printed_page(definition=definition, values=values, facts=facts), sample=False)


def check(name: str, content: DocumentContent) -> int:
    definition, is_card = parse_licence_type(TYPES[NAMES.index(name)]), content.paper is Paper.CARD
    document = pypdfium2.PdfDocument(render(content))
    try:
        assert [fault for page in document for fault in faults(page, is_card=is_card)] == []
        text = body_text(document, is_card=is_card)
        pages = len(document)
    finally:
        document.close()
    hidden = {field.name for field in definition.fields if field.short_name in NOT_AMONG_THE_ROWS}
    said = [value for name, item in content.items.items() if name not in hidden for value in item.values]
    assert [value for value in said if "".join(value.split()) not in text] == []
    return pages


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_fits_the_pages_that_its_type_has(name: str) -> None:
    content = content_of(name, sample_of(parse_licence_type(TYPES[NAMES.index(name)])))
    assert check(name, content) == (2 if content.paper is Paper.CARD else 1)


@pytest.mark.parametrize("name", NAMES)
def test_the_longest_values_fit_or_go_on_and_none_is_lost(name: str) -> None:
    values = long_values(parse_licence_type(TYPES[NAMES.index(name)]), None)
    check(name, content_of(name, values, agency=AGENCIES[1], long_term=True))


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", NAMES)
def test_values_of_any_length_fit_or_go_on(name: str, seed: int) -> None:
    chance = random.Random(f"{name} {seed}")
    values = long_values(parse_licence_type(TYPES[NAMES.index(name)]), chance)
    check(name, content_of(name, values, agency=AGENCIES[seed % 2], long_term=seed % 3 == 0))
