"""The semantic index: which words of the page are which item of the licence (GB/T 36905, custom tags of GB/T 33190 chapter 16).

Found on the finished page, so that every template has it: a value stands behind its label, or alone in its line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from certificates.adapters.ofd.page import Item, Page, Text

Place = tuple[int, int]  # page and object, both from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """This will hold what an item prints: its label, and its values one after the other."""

    label: str
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    character: str
    place: Place
    index: int


def tagged(
    pages: tuple[Page, ...], wanted: Mapping[str, Wanted]
) -> tuple[tuple[Page, ...], Mapping[str, tuple[Place, ...]]]:
    """This will give the pages with texts cut where an item begins or ends, and the objects of each item that was found.

    An item of which one value stands nowhere on the page is left out: not every template prints every item.
    """
    letters = list(_letters(pages))
    text = "".join(letter.character for letter in letters)
    spans: dict[str, list[range]] = {}
    for name, item in wanted.items():
        found = [_span(text, letters, item.label, _bare(value)) for value in item.values if _bare(value)]
        if found and all(span is not None for span in found):
            spans[name] = [span for span in found if span is not None]
    cuts = {edge for some in spans.values() for span in some for edge in (span.start, span.stop)}
    pages, moved = _cut(pages, letters, cuts)
    return pages, {
        name: tuple(dict.fromkeys(moved[index] for span in some for index in span)) for name, some in spans.items()
    }


def _bare(text: str) -> str:
    return "".join(text.split())


def _letters(pages: tuple[Page, ...]) -> Iterator[_Letter]:
    for number, page in enumerate(pages):
        for position, item in enumerate(page.items):
            if isinstance(item, Text):
                for index, character in enumerate(item.characters):
                    if not character.isspace():
                        yield _Letter(character=character, place=(number, position), index=index)


def _span(text: str, letters: list[_Letter], label: str, value: str) -> range | None:
    bare = _bare(label)
    at = text.find(bare + value) if bare else -1
    if at >= 0:
        return range(at + len(bare), at + len(bare) + len(value))
    places = [at for at in _occurrences(text, value) if _is_whole(letters, at, at + len(value))]
    at = places[0] if places else text.find(value)
    return range(at, at + len(value)) if at >= 0 else None


def _occurrences(text: str, value: str) -> Iterator[int]:
    at = text.find(value)
    while at >= 0:
        yield at
        at = text.find(value, at + 1)


def _is_whole(letters: list[_Letter], start: int, stop: int) -> bool:
    """This will tell whether nothing else stands in the same text object before or after."""
    before = start == 0 or letters[start - 1].place != letters[start].place
    return before and (stop == len(letters) or letters[stop].place != letters[stop - 1].place)


def _cut(pages: tuple[Page, ...], letters: list[_Letter], cuts: set[int]) -> tuple[tuple[Page, ...], dict[int, Place]]:
    """This will cut texts at those letters, and give the new place of every letter."""
    edges: dict[Place, set[int]] = {}
    for cut in cuts:
        if cut < len(letters):
            edges.setdefault(letters[cut].place, set()).add(letters[cut].index)
    new: dict[tuple[Place, int], Place] = {}
    made = []
    for number, page in enumerate(pages):
        items: list[Item] = []
        for position, item in enumerate(page.items):
            if not isinstance(item, Text):
                items.append(item)
                continue
            for start, piece in _pieces(item, edges.get((number, position), set())):
                for index in range(start, start + len(piece.characters)):
                    new[(number, position), index] = (number, len(items))
                items.append(piece)
        made.append(replace(page, items=tuple(items)))
    return tuple(made), {at: new[letter.place, letter.index] for at, letter in enumerate(letters)}


def _pieces(item: Text, edges: set[int]) -> Iterator[tuple[int, Text]]:
    bounds = sorted({0, *edges, len(item.characters)})
    for start, stop in pairwise(bounds):
        yield start, replace(item, characters=item.characters[start:stop], offsets=item.offsets[start:stop])
