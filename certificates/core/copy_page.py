"""What a purpose copy's page has to print of what its statement shows, and what stands there where nothing is shown."""

from collections.abc import Iterator, Mapping
from typing import Final

from certificates.core.copy_claims import CopyClaims
from certificates.core.field_kinds import FieldKind
from certificates.core.grains import Grain
from certificates.core.licence_types import FactDefinition, FieldDefinition, LicenceTypeDefinition
from certificates.core.printed_values import printed_value, says_all, unspaced
from certificates.core.sd_jwt_format import Shown

COPY_WORD: Final = "加注件"
NOT_SHOWN: Final = "未出示"
_PROVES: Final = "另证明"  # before facts that stand beside no field


def copy_texts(field: FieldDefinition, shown: Shown) -> tuple[str, ...]:
    """This will give a field's values as a copy prints them. A mask is printed as it was signed: it is no date and no code any more."""
    assert not isinstance(shown.value, bool)
    texts = (shown.value,) if isinstance(shown.value, str) else tuple(shown.value)
    return texts if shown.grain is Grain.MASKED else tuple(printed_value(field, text) for text in texts)


def copy_items(definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> dict[str, tuple[str, ...]]:
    """This will give, by field name, what a type's own template prints on a copy.

    Every field that all licences of the type have is there, with words in the place of what is withheld, so that a template finds the
    shape that it counts on. A field that some licences lack is left out: nobody learns whether this one has it.
    """
    holders = max(
        (len(copy_texts(field, shown[field.name])) for field in definition.fields if _by_holder(field, shown)),
        default=1,
    )
    items: dict[str, tuple[str, ...]] = {}
    for field in definition.fields:
        if field.kind is FieldKind.PHOTO:
            continue
        values = copy_texts(field, shown[field.name]) if field.name in shown else ()
        facts = () if field.multiple else tuple(fact.title_zh for fact in _facts(field.facts, shown))
        absent = (NOT_SHOWN,) * (holders if field.multiple else 1) if field.required else ()
        if values + facts + absent:
            items[field.name] = values + facts or absent
    return items


def unprinted(
    text: str, *, definition: LicenceTypeDefinition, shown: Mapping[str, Shown]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """This will give what the statement shows and a page with that text does not, as labels and values; blanks do not count."""
    page = unspaced(text)
    return tuple(
        (label, values)
        for label, values in _due(definition, shown)
        if not all(unspaced(value) in page for value in values)
    )


def copy_page_agrees(
    text: str, *, definition: LicenceTypeDefinition, shown: Mapping[str, Shown], claims: CopyClaims
) -> bool:
    """This will tell whether a page's text holds all that the copy states, says that it is a copy, which one, for what and for
    whom, and holds nothing hidden and no citizen's ID but those signed.
    """
    values = [value for _, due in _due(definition, shown) for value in due]
    return says_all(text, (*values, COPY_WORD, claims.number, claims.purpose, claims.recipient))


def _due(definition: LicenceTypeDefinition, shown: Mapping[str, Shown]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field in definition.fields:
        if field.name in shown and field.kind is not FieldKind.PHOTO:
            yield field.title_zh, copy_texts(field, shown[field.name])
        for fact in _facts(field.facts, shown):
            yield _PROVES, (fact.title_zh,)


def _by_holder(field: FieldDefinition, shown: Mapping[str, Shown]) -> bool:
    return field.multiple and field.name in shown and field.kind is not FieldKind.PHOTO


def _facts(facts: tuple[FactDefinition, ...], shown: Mapping[str, Shown]) -> Iterator[FactDefinition]:
    return (fact for fact in facts if fact.name in shown)
