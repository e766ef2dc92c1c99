"""What a licence type is, as plain values. They are made by `licence_types.parse_licence_type` from a data file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounts.core.citizen_id import Sex
from certificates.core.errors import LicenceTypeError
from certificates.core.field_kinds import FieldKind, Sensitivity
from certificates.core.grains import Grain
from certificates.core.layout_kinds import FrameStyle, Paper, Theme

FieldValue = str | Sequence[str]
FieldValues = Mapping[str, FieldValue]


class FactRule(StrEnum):
    """This will name how a fact is derived. Each rule, once true of a value, stays true for ever."""

    AGE_AT_LEAST = "age_at_least"
    YEARS_SINCE = "years_since"
    CODE_BEGINS_WITH = "code_begins_with"
    VALUE_IN = "value_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDefinition:
    """This will define one derived yes: `argument` is years, a code's beginning, or the values that count."""

    name: str
    rule: FactRule
    field: str
    argument: int | str | tuple[str, ...]
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumOption:
    """This will name one permitted value of an enum field in both languages."""

    value: str
    title_zh: str
    title_en: str


class ToldById(StrEnum):
    """This will name what a holder's code itself says, so that a field must not say otherwise.

    CODE is the code as a whole: some licences (居民身份证, 机动车驾驶证, 营业执照) have no other number than their holder's.
    """

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    CODE = "code"


# As printed, or by GB/T 2261.1.
SEX_VALUES: Final[Mapping[str, Sex]] = MappingProxyType(
    {"男": Sex.MALE, "1": Sex.MALE, "女": Sex.FEMALE, "2": Sex.FEMALE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefinition:
    """This will define one field. `multiple`: one value for each holder, a list in the order of the holders.

    Masks, facts and value rules of a multiple field apply item by item; a fact is true only if true of every holder.
    `grains` always has WITHHELD. `short_name` is the national one (GB/T 36903: ZZBH, CZZT ...; KZ_* of one type).
    `told_by_id`: the value must agree with the holder's code (CZZTDM).
    """

    name: str
    title_zh: str
    title_en: str
    short_name: str
    kind: FieldKind
    sensitivity: Sensitivity
    required: bool
    multiple: bool
    grains: frozenset[Grain]
    facts: tuple[FactDefinition, ...]
    options: tuple[EnumOption, ...]
    max_length: int
    told_by_id: ToldById | None = None

    @property
    def is_list(self) -> bool:
        """This will tell whether the value is a list of texts."""
        return self.multiple or self.kind is FieldKind.LIST_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityRule:
    """This will say how long a licence may be valid: `long_term` allows no end, `max_years` limits an end."""

    long_term: bool
    max_years: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealField:
    """This will name one field of the printed seal code and the grain it has there."""

    field: str
    grain: Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """This will say how the document looks: paper, colours, fields in printing order, full-line ones, notes below.

    `template` names the typesetting source kept with the type; without one ("") the generic page is used.
    """

    name: str
    paper: Paper
    template: str
    theme: Theme
    frame: FrameStyle
    subtitle: str
    label_width_mm: int
    order: tuple[str, ...]
    wide: frozenset[str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceTypeDefinition:
    """This will hold one version of a licence type 证照类型; versions never change, a new one gets the next number.

    `code` is the defining authority's USCC and three digits; `provisional` marks a code that nobody registered yet.
    `sd_total`, `masked_total` and `facts_total` are the constant numbers of digests of each `_sd` array, decoys included.
    `copy_days` is how long a purpose copy is good at most, where the type says less than the node.
    """

    code: str
    version: int
    provisional: bool
    title_zh: str
    title_en: str
    authority_zh: str
    authority_en: str
    vct: str
    holder_kinds: frozenset[str]
    min_holders: int
    max_holders: int
    fields: tuple[FieldDefinition, ...]
    validity: ValidityRule
    number_pattern: str
    seal_code_fields: tuple[SealField, ...]
    sd_total: int
    masked_total: int
    facts_total: int
    layout: Layout
    copy_days: int | None = None

    @property
    def facts(self) -> tuple[FactDefinition, ...]:
        """This will list every fact of every field."""
        return tuple(fact for field in self.fields for fact in field.facts)

    def field(self, name: str) -> FieldDefinition:
        """This will return the field of a name. Raises LicenceTypeError `licence_type.field.unknown`."""
        for field in self.fields:
            if field.name == name:
                return field
        raise LicenceTypeError("licence_type.field.unknown", "the licence type has no such field")

    def by_short_name(self, short_name: str) -> FieldDefinition | None:
        """This will return the field that carries a national short name, such as CZZTDM, if the type has one."""
        return next((field for field in self.fields if field.short_name == short_name), None)
