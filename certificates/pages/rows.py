"""Plain rows that templates show: a state, a grain, a field with its values, all in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.core.identity_codes import HOLDER_CODE_TYPES
from accounts.pages.wording import in_language
from certificates.core.field_kinds import FieldKind
from certificates.core.grains import Grain
from certificates.core.licence_type_model import FactDefinition, FieldDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWord:
    """This will hold a state in words; `tone` (good, bad, unsure or nothing) adds a colour and an icon, never replaces the word."""

    word: str | Promise
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrainWord:
    """This will hold a grain in words."""

    value: str
    word: Promise
    accent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """This will hold one line of a list: a title, its values, and the grain where the line is a licence field.

    `picture` is a photo as a data: address, which ends with the page.
    """

    title: str
    values: tuple[str, ...] = ()
    grain: GrainWord | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """This will hold one radio button."""

    value: str
    label: str | Promise
    chosen: bool


GRAIN_WORDS: Mapping[Grain, GrainWord] = MappingProxyType(
    {
        Grain.FULL: GrainWord(value="full", word=gettext_lazy("全部"), accent=True),
        Grain.MASKED: GrainWord(value="masked", word=gettext_lazy("遮挡"), accent=False),
        Grain.FACT: GrainWord(value="fact", word=gettext_lazy("只说结论"), accent=False),
        Grain.WITHHELD: GrainWord(value="withheld", word=gettext_lazy("不出示"), accent=False),
    }
)

# The same grains, as a counter asks for them.
WANTED_WORDS: Mapping[Grain, GrainWord] = MappingProxyType(
    {**GRAIN_WORDS, Grain.WITHHELD: GrainWord(value="withheld", word=gettext_lazy("不需要"), accent=False)}
)

STATE_WORDS: Mapping[str, StateWord] = MappingProxyType(
    {
        "intent": StateWord(word=gettext_lazy("签发中"), tone="unsure"),
        "valid": StateWord(word=gettext_lazy("有效"), tone="good"),
        "suspended": StateWord(word=gettext_lazy("暂扣"), tone="unsure"),
        "revoked": StateWord(word=gettext_lazy("已撤销"), tone="bad"),
        "superseded": StateWord(word=gettext_lazy("已变更"), tone=""),
        "failed": StateWord(word=gettext_lazy("签发失败"), tone="bad"),
        "expired": StateWord(word=gettext_lazy("已过期"), tone="bad"),
        "waiting": StateWord(word=gettext_lazy("待入日志"), tone="unsure"),
    }
)


def grain_word(grain: str) -> GrainWord:
    """This will word a grain."""
    return GRAIN_WORDS[Grain(grain)]


def field_title(field: FieldDefinition) -> str:
    """This will give a field's title in the reader's language."""
    return in_language(field.title_zh, field.title_en)


def fact_title(fact: FactDefinition) -> str:
    """This will give a fact's title in the reader's language."""
    return in_language(fact.title_zh, fact.title_en)


def value_texts(field: FieldDefinition, value: object) -> tuple[str, ...]:
    """This will give the texts of a field's value; an enum's value and a type of holder's code by its title."""
    if field.kind is FieldKind.PHOTO:
        return (_("已附照片，见证照文件"),)  # its digest says nothing to people
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    titles = {option.value: in_language(option.title_zh, option.title_en) for option in field.options}
    if field.kind is FieldKind.HOLDER_CODE_TYPE:
        titles = {one.code: in_language(one.name_zh, one.name_en) for one in HOLDER_CODE_TYPES.values()}
    return tuple(titles.get(str(item), str(item)) for item in items)
