"""The colours of a licence page: for the border, the ground, the letters, and the rosette of each licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from certificates.core.layout_kinds import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """This will hold colours as "#rrggbb": `line`, `deep` and `pale` of the border, `ground` of the page, `accent` of labels,
    `title`, and of the rosette the middle and the rims, of which each licence gets one.
    """

    line: str
    deep: str
    pale: str
    ground: str
    title: str
    accent: str
    middle: str
    rims: tuple[str, ...]


COLOURS: Final[Mapping[Theme, Colours]] = MappingProxyType(
    {
        Theme.GOLD: Colours(
            line="#a8862f",
            deep="#8c6b1f",
            pale="#d9c48c",
            ground="#fdfbf4",
            title="#8a1c1c",
            accent="#7a5c1e",
            middle="#c9a544",
            rims=("#b9704f", "#7f9a63", "#6f93a6", "#a9779a"),
        ),
        Theme.GREEN: Colours(
            line="#3f7d5a",
            deep="#245c3f",
            pale="#a9cbb6",
            ground="#f8fcf7",
            title="#1d5a3a",
            accent="#2d6447",
            middle="#6fae86",
            rims=("#b3a04c", "#5f9fae", "#88a34f", "#c08a5a"),
        ),
        Theme.BLUE: Colours(
            line="#3f6a9c",
            deep="#254c7a",
            pale="#a9c1dc",
            ground="#f7fafd",
            title="#1f4473",
            accent="#2f5580",
            middle="#7fa3cf",
            rims=("#6fb0a6", "#9a86bd", "#c2a35a", "#5f86c0"),
        ),
        Theme.RED: Colours(
            line="#b03a3a",
            deep="#8f1f1f",
            pale="#e3b3a6",
            ground="#fff8f4",
            title="#a11616",
            accent="#8a3327",
            middle="#d98c74",
            rims=("#c9a03f", "#c4667a", "#b5805a", "#d0794a"),
        ),
        Theme.VIOLET: Colours(
            line="#77508f",
            deep="#573470",
            pale="#c6b3d6",
            ground="#fbf8fd",
            title="#54256f",
            accent="#62427a",
            middle="#a98cc2",
            rims=("#7f8fc9", "#c286a6", "#b9a05a", "#6fa3ad"),
        ),
    }
)
