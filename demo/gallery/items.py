"""What the gallery shows. An item is a file name, two captions and a function that gives its pages as pictures.

To add one, write such a function (`pages_of` draws a PDF) and put the item at its place in `gallery_items`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from certificates.adapters.pdf.render import render
from certificates.models import LicenceType
from demo.gallery.licences import sample_content, sample_licences, sample_types
from demo.gallery.pictures import pages_of

LICENCES, HARD = "证照模板 · Licences", "极端数据 · The same pages with long and unusual data"


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryItem:
    """This will name one picture: `name` of its file, `group` and captions in the page's text, `pages` to draw it."""

    name: str
    group: str
    title_zh: str
    title_en: str
    pages: Callable[[], Sequence[Image.Image]]


def gallery_items() -> tuple[GalleryItem, ...]:
    """This will list the pictures in their order on the page."""
    types, licences = sample_types(), sample_licences()
    plain = [one for one in licences if "title" not in one and one["id"] != "shama_constructor"]
    hard = [one for one in licences if "title" in one]
    return (
        *(_licence(one, types, LICENCES, dpi=150) for one in plain),
        *(_licence(one, types, HARD, dpi=100) for one in hard),
    )


def _licence(licence: Mapping[str, Any], types: Mapping[str, LicenceType], group: str, *, dpi: int) -> GalleryItem:
    definition = types[licence["type"]].definition
    return GalleryItem(
        name=licence["id"].replace("_", "-"),
        group=group,
        title_zh=licence.get("title", definition["title_zh"]),
        title_en=definition["title_en"],
        pages=lambda: pages_of(render(sample_content(licence, types)), dpi=dpi),
    )
