"""Licence types 证照类型: versioned data, never code. This is the door through which a data file becomes a definition."""

import re
from collections.abc import Mapping
from typing import Any, Final

from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import HOLDER_CODE_TYPES, check_uscc
from certificates.core.copy_terms import MAX_COPY_DAYS
from certificates.core.data_table import Table
from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import MAX_ITEMS, NEVER_IN_SEAL_CODE, PERSON_NAMES, FieldKind, Sensitivity
from certificates.core.field_parser import parse_field
from certificates.core.grains import Grain
from certificates.core.layout_kinds import TEMPLATE_NAME, FrameStyle, Paper, Theme
from certificates.core.licence_type_model import (
    EnumOption,
    FactDefinition,
    FactRule,
    FieldDefinition,
    FieldValue,
    FieldValues,
    Layout,
    LicenceTypeDefinition,
    SealField,
    ValidityRule,
)

__all__ = [
    "EnumOption",
    "FactDefinition",
    "FactRule",
    "FieldDefinition",
    "FieldKind",
    "FieldValue",
    "FieldValues",
    "Layout",
    "LicenceTypeDefinition",
    "SealField",
    "Sensitivity",
    "ValidityRule",
    "parse_licence_type",
]

_CODE: Final = re.compile(r"[0-9A-Z]{18}[0-9]{3}", re.ASCII)
_REQUIRED_SHORT_NAMES: Final = ("ZZBH", "ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "CZZT", "CZZTDM")
_MOST_FIELDS: Final = 40  # the credential's limits on digests and disclosures are set for this number
_MOST_DIGESTS: Final = 128  # 40 fields padded threefold: three arrays stay below a credential's 512


def parse_licence_type(data: Mapping[str, Any]) -> LicenceTypeDefinition:
    """This will read one version of a licence type from plain data (a TOML file, or the JSON kept of one).

    Raises LicenceTypeError `licence_type.*` for the first thing that is unknown, missing, doubled or contradictory.
    """
    table = Table(data)
    code, version = _code(table), table.integer("version", least=1, most=9999)
    totals = table.table("totals")
    definition = LicenceTypeDefinition(
        code=code,
        version=version,
        provisional=table.flag("provisional"),
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        authority_zh=table.text("authority_zh"),
        authority_en=table.text("authority_en"),
        vct=_vct(table, code, version),
        holder_kinds=_holder_kinds(table),
        min_holders=table.integer("min_holders", 1, least=1, most=MAX_ITEMS),
        max_holders=table.integer("max_holders", 1, least=1, most=MAX_ITEMS),
        fields=tuple(parse_field(field) for field in table.tables("fields")),
        validity=_validity(table.table("validity")),
        number_pattern=_number_pattern(table),
        seal_code_fields=tuple(_seal_field(field) for field in table.tables("seal_code")),
        sd_total=totals.integer("sd", least=1, most=_MOST_DIGESTS),
        masked_total=totals.integer("masked", least=0, most=_MOST_DIGESTS),
        facts_total=totals.integer("facts", least=0, most=_MOST_DIGESTS),
        layout=_layout(table.table("layout")),
        copy_days=table.optional_integer("copy_days", least=1, most=MAX_COPY_DAYS),
    )
    totals.finish()
    table.finish()
    for check in (_check_names, _check_holders, _check_seal_code, _check_totals, _check_layout):
        check(definition)
    return definition


def _code(table: Table) -> str:
    code = table.text("code")
    if _CODE.fullmatch(code) is None:
        raise LicenceTypeError("licence_type.code", "a type code is a USCC and three digits (GB/T 36904)")
    try:
        check_uscc(code[:18])
    except IdentityCodeError:
        raise LicenceTypeError("licence_type.code", "the authority's USCC in the type code is wrong") from None
    return code


def _vct(table: Table, code: str, version: int) -> str:
    vct = table.text("vct")
    # A verifier trusts `vct` to say the type and version: it must not be able to say another.
    if vct != f"urn:huzheng:licence-type:{code}:{version}":
        raise LicenceTypeError("licence_type.vct", "the vct is urn:huzheng:licence-type:<code>:<version>")
    return vct


def _holder_kinds(table: Table) -> frozenset[str]:
    kinds = table.texts("holder_kinds")
    if not kinds or not set(kinds) <= set(HOLDER_CODE_TYPES):
        raise LicenceTypeError("licence_type.holder_kinds", "holder kinds are code types of GB/T 36903 Appendix A")
    return frozenset(kinds)


def _validity(table: Table) -> ValidityRule:
    rule = ValidityRule(
        long_term=table.flag("long_term"), max_years=table.optional_integer("max_years", least=1, most=100)
    )
    table.finish()
    return rule


def _number_pattern(table: Table) -> str:
    pattern = table.text("number_pattern")
    try:
        re.compile(pattern)
    except re.error:
        raise LicenceTypeError("licence_type.number_pattern", "the number rule is no regular expression") from None
    return pattern


def _seal_field(table: Table) -> SealField:
    name, grain = table.text("field"), table.text("grain")
    table.finish()
    if grain not in {Grain.FULL.value, Grain.MASKED.value}:
        raise LicenceTypeError("licence_type.seal_code.grain", "a seal code shows fields full or masked")
    return SealField(field=name, grain=Grain(grain))


_PAPERS: Final = {
    ("A4", "landscape"): Paper.A4_LANDSCAPE,
    ("A4", "portrait"): Paper.A4_PORTRAIT,
    ("card", "landscape"): Paper.CARD,
}


def _layout(table: Table) -> Layout:
    paper = _PAPERS.get((table.text("paper"), table.text("orientation")))
    template, theme, frame = table.text("template", ""), table.text("theme", "gold"), table.text("frame", "woven")
    if paper is None or theme not in set(Theme) or frame not in set(FrameStyle):
        raise LicenceTypeError("licence_type.layout", "no known paper (A4, or card in landscape), theme or frame")
    if template and TEMPLATE_NAME.fullmatch(template) is None:
        raise LicenceTypeError("licence_type.layout", "a template's name is like food-business.v1.typ")
    layout = Layout(
        name=table.text("name"),
        paper=paper,
        template=template,
        theme=Theme(theme),
        frame=FrameStyle(frame),
        subtitle=table.text("subtitle", ""),
        label_width_mm=table.integer("label_width_mm", least=10, most=80),
        order=table.texts("order"),
        wide=frozenset(table.texts("wide", ())),
        notes=table.texts("notes", ()),
    )
    table.finish()
    return layout


def _check_names(definition: LicenceTypeDefinition) -> None:
    if not 1 <= len(definition.fields) <= _MOST_FIELDS:
        raise LicenceTypeError("licence_type.fields", "a type has 1 to 40 fields")
    # Facts share the fields' name space: a usage list asks for both by name.
    names = [field.name for field in definition.fields] + [fact.name for fact in definition.facts]
    short_names = [field.short_name for field in definition.fields]
    if len(set(names)) != len(names) or len(set(short_names)) != len(short_names):
        raise LicenceTypeError("licence_type.field.duplicate", "a name of a field or fact stands twice")
    if sum(field.kind is FieldKind.PHOTO for field in definition.fields) > 1:
        raise LicenceTypeError("licence_type.field.photo", "a type has one photo at most")
    if not set(_REQUIRED_SHORT_NAMES) <= set(short_names):
        raise LicenceTypeError("licence_type.short_name.missing", "a basic item of GB/T 36903 has no field")
    for name in _REQUIRED_SHORT_NAMES:
        field = definition.by_short_name(name)
        if field is not None and not field.required:
            raise LicenceTypeError("licence_type.short_name.missing", "a basic item of GB/T 36903 is not required")


def _check_holders(definition: LicenceTypeDefinition) -> None:
    if definition.min_holders > definition.max_holders:
        raise LicenceTypeError("licence_type.holders", "fewer holders at most than at least")
    several = definition.max_holders > 1
    if any(field.multiple for field in definition.fields) and not several:
        raise LicenceTypeError("licence_type.field.multiple", "only a type of several holders has a value for each")
    for short_name in ("CZZT", "CZZTDM", "CZZTDMLXDM"):
        field = definition.by_short_name(short_name)
        if field is not None and field.multiple != several:
            raise LicenceTypeError("licence_type.field.multiple", "names and codes are given for each of the holders")
    code_field = definition.by_short_name("CZZTDM")
    kind = code_field.kind if code_field else None
    if (
        (kind is FieldKind.CITIZEN_ID and definition.holder_kinds != {"111"})
        or (kind is FieldKind.USCC and definition.holder_kinds != {"001"})
        or (kind is FieldKind.HOLDER_CODE and definition.by_short_name("CZZTDMLXDM") is None)
    ):
        raise LicenceTypeError("licence_type.holder_kinds", "the holder's code field does not fit the holder kinds")


def _check_seal_code(definition: LicenceTypeDefinition) -> None:
    if not definition.seal_code_fields or len({s.field for s in definition.seal_code_fields}) != len(
        definition.seal_code_fields
    ):
        raise LicenceTypeError("licence_type.seal_code.duplicate", "a seal code names its fields, each once")
    for seal in definition.seal_code_fields:
        field = definition.field(seal.field)
        if field.kind in NEVER_IN_SEAL_CODE:
            raise LicenceTypeError("licence_type.seal_code.identity", "a printed code never holds a number of a person")
        personal = field.sensitivity.is_personal or field.kind in PERSON_NAMES
        if seal.grain not in field.grains or (seal.grain is Grain.FULL and personal):
            raise LicenceTypeError("licence_type.seal_code.grain", "a printed code shows what is personal masked only")


def _check_totals(definition: LicenceTypeDefinition) -> None:
    full = sum(Grain.FULL in field.grains for field in definition.fields)
    masked = sum(Grain.MASKED in field.grains for field in definition.fields)
    totals = (definition.sd_total, definition.masked_total, definition.facts_total)
    if any(total < count for total, count in zip(totals, (full, masked, len(definition.facts)), strict=True)):
        raise LicenceTypeError("licence_type.totals", "a total of digests is smaller than the number of its members")


def _check_layout(definition: LicenceTypeDefinition) -> None:
    names = {field.name for field in definition.fields}
    if not set(definition.layout.order) <= names or not definition.layout.wide <= names:
        raise LicenceTypeError("licence_type.layout", "the layout names a field that the type does not have")
