"""Reading licence types: what the data may say, and everything that is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import MASKABLE, MAX_LENGTH, NEVER_IN_SEAL_CODE, FieldKind, Sensitivity
from certificates.core.grains import Grain
from certificates.core.kind_rules import _RULES
from certificates.core.licence_types import parse_licence_type
from certificates.core.sd_jwt_format import RESERVED_NAMES
from tests.unit.certificates.demo_data import CONSTRUCTOR, FOOD, REAL_ESTATE, TYPE_CODES, definition, type_data

Data = dict[str, Any]


def field(data: Data, name: str) -> Data:
    found: Data = next(f for f in data["fields"] if f["name"] == name)
    return found


def refused(data: Data) -> str:
    with pytest.raises(LicenceTypeError) as raised:
        parse_licence_type(data)
    return raised.value.code


@pytest.mark.parametrize("code", TYPE_CODES)
def test_the_shipped_types_are_good_and_survive_being_kept_as_json(code: str) -> None:
    assert parse_licence_type(json.loads(json.dumps(type_data(code)))) == definition(code)


def test_the_types_whose_codes_are_made_up_are_provisional() -> None:
    in_public_use = {
        "11100000000013127D001",
        CONSTRUCTOR,
        "11100000000013338W011",
        "11100000000013338W032",
        REAL_ESTATE,
    }
    assert {code for code in TYPE_CODES if not definition(code).provisional} == in_public_use
    # No real body is named by a made-up code: all stand under one that nobody has.
    assert {code[:18] for code in set(TYPE_CODES) - in_public_use} == {FOOD[:18]}


def test_what_a_type_says_arrives() -> None:
    kind = definition(CONSTRUCTOR)
    assert kind.title_zh == "二级建造师注册证书"
    assert (kind.sd_total, kind.masked_total, kind.facts_total) == (20, 8, 4)
    holder = kind.by_short_name("CZZTDM")
    assert holder is kind.field("holder_code")
    assert holder is not None
    assert holder.sensitivity is Sensitivity.SENSITIVE
    assert holder.grains == {Grain.FULL, Grain.MASKED, Grain.FACT, Grain.WITHHELD}
    assert [fact.name for fact in kind.facts] == ["age_over_18"]
    assert holder.max_length == 18
    assert kind.validity.max_years == 3
    assert kind.by_short_name("ZZYXQFW") is None


def test_co_owners_have_one_value_each() -> None:
    kind = definition(REAL_ESTATE)
    assert {f.name for f in kind.fields if f.multiple} == {"holder_name", "holder_code", "holder_code_type", "shares"}
    assert kind.max_holders == 20
    assert kind.validity.long_term


def test_refuses_a_field_with_no_declared_sensitivity() -> None:
    data = type_data(CONSTRUCTOR)
    del field(data, "employer")["sensitivity"]
    assert refused(data) == "licence_type.field.sensitivity"


@pytest.mark.parametrize("kind", sorted(NEVER_IN_SEAL_CODE))
def test_refuses_a_persons_number_declared_public(kind: FieldKind) -> None:
    data = type_data(FOOD)  # which has no photo yet
    data["fields"].append(
        {
            "name": "extra",
            "title_zh": "号码",
            "title_en": "Number",
            "short_name": "KZ_HM",
            "kind": kind.value,
            "sensitivity": "public",
            "required": False,
            "grains": ["full"],
        }
    )
    assert refused(data) == "licence_type.field.sensitivity"
    data["fields"][-1]["sensitivity"] = "personal"
    parse_licence_type(data)
    data["seal_code"].append({"field": "extra", "grain": "full"})
    assert refused(data) == "licence_type.seal_code.identity"


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES | {"...", "_sd", "iss", "status", "cnf", "masked", "facts"}))
def test_refuses_a_field_or_fact_with_a_reserved_name(name: str) -> None:
    data = type_data(CONSTRUCTOR)
    field(data, "employer")["name"] = name
    assert refused(data) in {"licence_type.field.reserved", "licence_type.field.name"}
    data = type_data(CONSTRUCTOR)
    field(data, "holder_code")["facts"][0]["name"] = name
    assert refused(data) in {"licence_type.field.reserved", "licence_type.field.name"}


@pytest.mark.parametrize("kind", sorted(set(FieldKind) - MASKABLE))
def test_refuses_a_masked_grain_for_a_kind_without_a_mask(kind: FieldKind) -> None:
    data = type_data(CONSTRUCTOR)
    changed = field(data, "specialities")
    changed.update(kind=kind.value, sensitivity="personal", grains=["full", "masked"])
    changed.pop("max_length")
    assert refused(data) == "licence_type.field.grain"


def set_in(path: str, value: object) -> Callable[[Data], None]:
    """Set one member, `fields.NAME.key` or `table.key`; None removes it."""

    def change(data: Data) -> None:
        *where, last = path.split(".")
        target: Any = data
        if where[:1] == ["fields"]:
            target, where = field(data, where[1]), where[2:]
        for key in where:
            target = target[int(key)] if key.isdigit() else target[key]
        if value is None:
            del target[last]
        else:
            target[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_in("sensitivty", "public"), "licence_type.key.unknown"),
        (set_in("fields.employer.sensitivty", "public"), "licence_type.key.unknown"),
        (set_in("fields.employer.sensitivity", "secret"), "licence_type.field.sensitivity"),
        (set_in("fields.employer.kind", "colour"), "licence_type.field.kind"),
        (set_in("fields.employer.kind", 5), "licence_type.key.type"),
        (set_in("layout.paper", "A5"), "licence_type.layout"),
        (set_in("layout.orientation", "sideways"), "licence_type.layout"),
        (set_in("layout.theme", "pink"), "licence_type.layout"),
        (set_in("layout.frame", "thick"), "licence_type.layout"),
        (set_in("layout.template", "../secret.typ"), "licence_type.layout"),
        (set_in("layout.template", "a/b.v1.typ"), "licence_type.layout"),
        (set_in("fields.employer.name", "specialities"), "licence_type.field.duplicate"),
        (set_in("fields.employer.name", "age_over_18"), "licence_type.field.duplicate"),
        (set_in("fields.employer.name", "Employer"), "licence_type.field.name"),
        (set_in("fields.employer.name", "聘用企业"), "licence_type.field.name"),
        (set_in("fields.employer.short_name", "KZ_XB"), "licence_type.field.duplicate"),
        (set_in("fields.employer.short_name", "CZZTDM"), "licence_type.field.short_name"),
        (set_in("fields.employer.short_name", "PYQY"), "licence_type.field.short_name"),
        (set_in("fields.employer.grains", []), "licence_type.field.grain"),
        (set_in("fields.employer.grains", ["full", "withheld"]), "licence_type.field.grain"),
        (set_in("fields.employer.grains", ["full", "fact"]), "licence_type.field.grain"),
        (set_in("fields.employer.grains", ["full", "full"]), "licence_type.key.type"),
        (set_in("fields.employer.required", 1), "licence_type.key.type"),
        (set_in("fields.employer.multiple", True), "licence_type.field.multiple"),
        (set_in("fields.employer.title_en", ""), "licence_type.key.type"),
        (set_in("fields.employer.max_length", 100_000), "licence_type.key.type"),
        (
            set_in("fields.employer.options", [{"value": "a", "title_zh": "a", "title_en": "a"}]),
            "licence_type.field.options",
        ),
        (set_in("fields.sex.options", []), "licence_type.field.options"),
        (set_in("fields.employer.told_by_id", "sex"), "licence_type.field.told_by_id"),
        (set_in("fields.employer.told_by_id", "birth_date"), "licence_type.field.told_by_id"),
        (set_in("fields.sex.told_by_id", "name"), "licence_type.field.told_by_id"),
        (set_in("fields.sex.options.0.value", "M"), "licence_type.field.told_by_id"),
        (set_in("fields.holder_code.grains", ["full", "masked"]), "licence_type.field.grain"),
        (set_in("fields.holder_code.facts.0.rule", "age_at_most"), "licence_type.fact.rule"),
        (set_in("fields.holder_code.facts.0.rule", "years_since"), "licence_type.fact.rule"),
        (set_in("fields.holder_code.facts.0.argument", "18"), "licence_type.key.type"),
        (set_in("fields.holder_code.facts.0.argument", True), "licence_type.key.type"),
        (set_in("fields.holder_name.required", False), "licence_type.short_name.missing"),
        (set_in("fields.holder_name.short_name", "KZ_XM"), "licence_type.short_name.missing"),
        (set_in("code", "11100000000013338W01"), "licence_type.code"),
        (set_in("code", "11100000000013338X001"), "licence_type.code"),
        (set_in("version", 0), "licence_type.key.type"),
        (set_in("version", 2), "licence_type.vct"),
        (set_in("vct", "urn:huzheng:licence-type:11100000MB03271699001:1"), "licence_type.vct"),
        (set_in("provisional", None), "licence_type.key.missing"),
        (set_in("holder_kinds", ["70"]), "licence_type.holder_kinds"),
        (set_in("holder_kinds", []), "licence_type.holder_kinds"),
        (set_in("holder_kinds", ["111", "001"]), "licence_type.holder_kinds"),
        (set_in("min_holders", 2), "licence_type.holders"),
        (set_in("max_holders", 2), "licence_type.field.multiple"),
        (set_in("number_pattern", "["), "licence_type.number_pattern"),
        (set_in("validity.max_years", 0), "licence_type.key.type"),
        (set_in("validity.years", 3), "licence_type.key.unknown"),
        (set_in("totals.sd", 12), "licence_type.totals"),
        (set_in("totals.masked", 3), "licence_type.totals"),
        (set_in("totals.facts", 0), "licence_type.totals"),
        (set_in("seal_code", []), "licence_type.seal_code.duplicate"),
        (set_in("seal_code.0.field", "nothing"), "licence_type.field.unknown"),
        (set_in("seal_code.0.field", "holder_name"), "licence_type.seal_code.duplicate"),
        (set_in("seal_code.1.grain", "full"), "licence_type.seal_code.grain"),  # a person's name in full
        (set_in("seal_code.1.grain", "fact"), "licence_type.seal_code.grain"),
        (set_in("seal_code.2.grain", "masked"), "licence_type.seal_code.grain"),  # the field has no such grain
        (set_in("seal_code.1.field", "holder_code"), "licence_type.seal_code.identity"),
        (set_in("seal_code.1.field", "birth_date"), None),  # masked to the year: allowed
        (set_in("layout.order", ["nothing"]), "licence_type.layout"),
        (set_in("layout.paper", "B5"), "licence_type.layout"),
        (set_in("fields", []), "licence_type.fields"),
        (set_in("fields", "none"), "licence_type.key.type"),
        (set_in("layout", []), "licence_type.key.type"),
    ],
)
def test_refuses_a_definition_that_is_wrong(change: Callable[[Data], None], code: str | None) -> None:
    data = type_data(CONSTRUCTOR)
    change(data)
    if code is None:
        parse_licence_type(data)
    else:
        assert refused(data) == code


def test_refuses_the_id_in_the_seal_code_at_every_grain() -> None:
    for grain in ("full", "masked"):
        data = type_data(REAL_ESTATE)
        data["seal_code"].append({"field": "holder_code", "grain": grain})
        assert refused(data) == "licence_type.seal_code.identity"


def test_refuses_more_fields_than_a_credential_holds() -> None:
    data = type_data(CONSTRUCTOR)
    extra = field(data, "employer")
    data["totals"]["sd"] = 100
    data["fields"] += [extra | {"name": f"extra_{n}", "short_name": f"KZ_E{n}"} for n in range(28)]
    assert refused(data) == "licence_type.fields"


def test_every_kind_has_a_value_rule_and_a_length() -> None:
    assert set(_RULES) == set(MAX_LENGTH) == set(FieldKind)


def a_photo(**changes: object) -> dict[str, object]:
    field = {
        "name": "portrait",
        "title_zh": "照片",
        "title_en": "Photo",
        "short_name": "KZ_ZP9",
        "kind": "photo",
        "sensitivity": "sensitive",
        "required": False,
        "grains": ["full"],
    }
    return field | changes


@pytest.mark.parametrize(
    ("photos", "code"),
    [
        ([a_photo(grains=["full", "masked"])], "licence_type.field.grain"),  # withheld, or whole: never a mask
        ([a_photo(sensitivity="public")], "licence_type.field.sensitivity"),
        ([a_photo(multiple=True)], "licence_type.field.photo"),
        ([a_photo(), a_photo(name="second", short_name="KZ_ZP8")], "licence_type.field.photo"),
    ],
)
def test_refuses_a_photo_that_is_masked_open_or_not_the_only_one(photos: list[dict[str, object]], code: str) -> None:
    data = type_data(CONSTRUCTOR)
    data["fields"] = [field for field in data["fields"] if field["kind"] != "photo"] + photos
    with pytest.raises(LicenceTypeError) as refused:
        parse_licence_type(data)
    assert refused.value.code == code
