"""The radio buttons by which a holder chooses what to show, and a counter what it needs: one row for each field and each fact.

A fact stands in a row of its own: a masked number and "over 18" can be shown together, and neither implies the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from certificates.core.grains import Grain
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.pages.rows import GRAIN_WORDS, GrainWord, Option, fact_title, field_title


@dataclass(frozen=True, slots=True, kw_only=True)
class GrainChoice:
    """This will hold one row of radio buttons, named `grain.<field or fact>`; `is_personal` ones deserve a thought each."""

    name: str
    title: str
    options: tuple[Option, ...]
    is_personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    name: str
    title: str
    grains: tuple[Grain, ...]
    is_personal: bool


def grain_choices(
    definition: LicenceTypeDefinition, *, chosen: Mapping[str, str], default: Grain, words: Mapping[Grain, GrainWord]
) -> tuple[GrainChoice, ...]:
    """This will list every field and fact with its grains, most first; what was not chosen stands at `default` or less."""
    return tuple(_choice(item, chosen.get(item.name), default, words) for item in _items(definition))


def chosen_grains(data: Mapping[str, str], definition: LicenceTypeDefinition) -> dict[str, Grain]:
    """This will read the radio buttons of a form; unknown fields, facts and grains are left out."""
    chosen = {item.name: data.get(f"grain.{item.name}", "") for item in _items(definition)}
    return {name: Grain(value) for name, value in chosen.items() if value in set(Grain)}


def item_title(definition: LicenceTypeDefinition, name: str) -> str:
    """This will give the title of a field or fact; its name where the type has none such."""
    return next((item.title for item in _items(definition) if item.name == name), name)


def _items(definition: LicenceTypeDefinition) -> Iterator[_Item]:
    for field in definition.fields:
        yield _Item(
            name=field.name,
            title=field_title(field),
            grains=tuple(grain for grain in GRAIN_WORDS if grain in field.grains - {Grain.FACT}),
            is_personal=field.sensitivity.is_personal,
        )
        for fact in field.facts:
            yield _Item(
                name=fact.name,
                title=fact_title(fact),
                grains=(Grain.FACT, Grain.WITHHELD),
                is_personal=field.sensitivity.is_personal,
            )


def _choice(item: _Item, chosen: str | None, default: Grain, words: Mapping[Grain, GrainWord]) -> GrainChoice:
    fallback = _fallback(item, default)
    selected = chosen if chosen in {grain.value for grain in item.grains} else fallback.value
    options = tuple(
        Option(value=grain.value, label=words[grain].word, chosen=grain.value == selected) for grain in item.grains
    )
    return GrainChoice(name=item.name, title=item.title, options=options, is_personal=item.is_personal)


def _fallback(item: _Item, default: Grain) -> Grain:
    # Only what is personal starts at less than the whole value; without a mask, it starts withheld.
    if default is Grain.WITHHELD or Grain.FULL not in item.grains:
        return Grain.WITHHELD
    if not item.is_personal:
        return Grain.FULL
    return default if default in item.grains else Grain.WITHHELD
