"""Reading one field, with its facts and options, from a licence type's data file."""

import re
from enum import StrEnum
from typing import Final, TypeVar

from certificates.core.data_table import Table
from certificates.core.errors import LicenceTypeError
from certificates.core.facts import RULE_ARGUMENTS, RULE_KINDS
from certificates.core.field_kinds import ALWAYS_PERSONAL, MASKABLE, MAX_LENGTH, FieldKind, Sensitivity
from certificates.core.grains import Grain
from certificates.core.licence_type_model import (
    SEX_VALUES,
    EnumOption,
    FactDefinition,
    FactRule,
    FieldDefinition,
    ToldById,
)
from certificates.core.sd_jwt_format import FIELD_NAME, RESERVED_NAMES

E = TypeVar("E", bound=StrEnum)

# GB/T 36903 short names that are a field of the licence, and the kinds each may have. What the type itself fixes
# (ZZMC, ZZLXMC, ZZLXDM) and what the node assigns (ZZBS) are no fields.
NATIONAL_NAMES: Final = {
    "ZZBH": {FieldKind.LICENCE_NUMBER},
    "ZZBFJG": {FieldKind.ORGANISATION_NAME},
    "ZZBFJGDM": {FieldKind.USCC},
    "ZZBFJGJB": {FieldKind.TEXT, FieldKind.ENUM},
    "ZZBFRQ": {FieldKind.DATE},
    "ZZYXQQSRQ": {FieldKind.DATE},
    "ZZYXQJZRQ": {FieldKind.DATE},
    "ZZYXQFW": {FieldKind.TEXT},
    "CZZT": {FieldKind.PERSON_NAME, FieldKind.HOLDER_NAME, FieldKind.ORGANISATION_NAME},
    "CZZTDM": {FieldKind.CITIZEN_ID, FieldKind.USCC, FieldKind.HOLDER_CODE},
    "CZZTDMLXDM": {FieldKind.HOLDER_CODE_TYPE},
}
_EXTENDED_NAME: Final = re.compile(r"KZ_[A-Z0-9]{1,40}", re.ASCII)
_LISTED_GRAINS: Final = frozenset({Grain.FULL, Grain.MASKED, Grain.FACT})


def parse_field(table: Table) -> FieldDefinition:
    """This will read one field. Raises LicenceTypeError; a field without a declared sensitivity is refused."""
    name = _name(table)
    kind = _choice(table, "kind", FieldKind, "licence_type.field.kind")
    sensitivity = _sensitivity(table, kind)
    field = FieldDefinition(
        name=name,
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        short_name=_short_name(table, kind),
        kind=kind,
        sensitivity=sensitivity,
        required=table.flag("required"),
        multiple=table.flag("multiple", default=False),
        grains=_grains(table, kind),
        facts=tuple(_fact(fact, name, kind) for fact in table.tables("facts", ())),
        options=tuple(_option(option) for option in table.tables("options", ())),
        max_length=table.integer("max_length", MAX_LENGTH[kind], least=1, most=MAX_LENGTH[kind]),
        told_by_id=_choice(table, "told_by_id", ToldById, "licence_type.field.told_by_id")
        if table.has("told_by_id")
        else None,
    )
    table.finish()
    _check_whole(field)
    return field


def _check_whole(field: FieldDefinition) -> None:
    if (Grain.FACT in field.grains) != bool(field.facts):
        raise LicenceTypeError("licence_type.field.grain", "the grain fact and a list of facts need each other")
    if (field.kind is FieldKind.ENUM) != bool(field.options):
        raise LicenceTypeError("licence_type.field.options", "an enum, and only an enum, lists its options")
    if len({option.value for option in field.options}) != len(field.options):
        raise LicenceTypeError("licence_type.field.options", "an option stands twice")
    if field.multiple and field.kind is FieldKind.LIST_TEXT:
        raise LicenceTypeError("licence_type.field.multiple", "a list for each holder has no place in a credential")
    if field.kind is FieldKind.PHOTO and field.multiple:
        raise LicenceTypeError("licence_type.field.photo", "a licence bears one photo, also of several holders")
    if field.told_by_id is ToldById.BIRTH_DATE and field.kind is not FieldKind.DATE:
        raise LicenceTypeError("licence_type.field.told_by_id", "a birth date is a date")
    if field.told_by_id is ToldById.CODE and field.kind is not FieldKind.LICENCE_NUMBER:
        raise LicenceTypeError(
            "licence_type.field.told_by_id", "what repeats the holder's code is the licence's number"
        )
    if field.told_by_id is ToldById.SEX and not (
        field.options and {option.value for option in field.options} <= SEX_VALUES.keys()
    ):
        raise LicenceTypeError("licence_type.field.told_by_id", "the options for a sex are 男 and 女, or 1 and 2")


def check_name(name: str) -> str:
    """This will refuse names that a credential reserves or that are no lower-case identifiers."""
    if name in RESERVED_NAMES:
        raise LicenceTypeError("licence_type.field.reserved", "the name is reserved by the credential format")
    if FIELD_NAME.fullmatch(name) is None:
        raise LicenceTypeError("licence_type.field.name", "a name is lower-case letters, digits and underscores")
    return name


def _name(table: Table) -> str:
    return check_name(table.text("name"))


def _choice(table: Table, key: str, kind: type[E], code: str) -> E:
    try:
        return kind(table.text(key))
    except ValueError:
        raise LicenceTypeError(code, f"{key}: not one of the known values") from None


def _sensitivity(table: Table, kind: FieldKind) -> Sensitivity:
    if not table.has("sensitivity"):
        raise LicenceTypeError("licence_type.field.sensitivity", "each field declares its sensitivity")
    sensitivity = _choice(table, "sensitivity", Sensitivity, "licence_type.field.sensitivity")
    if kind in ALWAYS_PERSONAL and not sensitivity.is_personal:
        raise LicenceTypeError("licence_type.field.sensitivity", "this kind of field is personal at least")
    return sensitivity


def _short_name(table: Table, kind: FieldKind) -> str:
    short_name = table.text("short_name")
    if _EXTENDED_NAME.fullmatch(short_name) is None and kind not in NATIONAL_NAMES.get(short_name, ()):
        raise LicenceTypeError("licence_type.field.short_name", "no national short name for this kind, and not KZ_...")
    return short_name


def _grains(table: Table, kind: FieldKind) -> frozenset[Grain]:
    names = table.texts("grains")
    if not names or not set(names) <= {grain.value for grain in _LISTED_GRAINS}:
        raise LicenceTypeError("licence_type.field.grain", "grains are full, masked, fact: one at least")
    grains = frozenset(Grain(name) for name in names)
    if Grain.MASKED in grains and kind not in MASKABLE:
        raise LicenceTypeError("licence_type.field.grain", "this kind of field has no mask")
    return grains | {Grain.WITHHELD}


def _option(table: Table) -> EnumOption:
    option = EnumOption(value=table.text("value"), title_zh=table.text("title_zh"), title_en=table.text("title_en"))
    table.finish()
    return option


def _fact(table: Table, field: str, kind: FieldKind) -> FactDefinition:
    name = _name(table)
    rule = _choice(table, "rule", FactRule, "licence_type.fact.rule")
    if kind not in RULE_KINDS[rule]:
        raise LicenceTypeError("licence_type.fact.rule", "the rule does not read this kind of field")
    fact = FactDefinition(
        name=name,
        rule=rule,
        field=field,
        argument=_argument(table, rule),
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
    )
    table.finish()
    return fact


def _argument(table: Table, rule: FactRule) -> int | str | tuple[str, ...]:
    if RULE_ARGUMENTS[rule] is int:
        return table.integer("argument", least=1, most=150)
    if RULE_ARGUMENTS[rule] is str:
        return table.text("argument")
    values = table.texts("argument")
    if not values:
        raise LicenceTypeError("licence_type.fact.argument", "the fact names no value")
    return values
