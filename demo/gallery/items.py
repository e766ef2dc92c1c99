"""What the gallery shows. An item is a file name, two captions and a function that gives its pages as pictures.

To add one, write such a function (`pages_of` draws a PDF) and put the item at its place in `gallery_items`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from certificates.adapters.pdf.render import render
from certificates.models import LicenceType
from demo.gallery.copies import sample_copy
from demo.gallery.copy_choices import COPY_CHOICES, CopyChoice
from demo.gallery.licences import sample_content, sample_licences, sample_types
from demo.gallery.ofd import ofd_pages
from demo.gallery.pictures import pages_of
from demo.gallery.receipts import receipt_pages

COPIES = "加注件 · Copies for one purpose and one recipient"
OFD = "国家版式文件 · The same licence as OFD, drawn by a viewer of our own"
_CARD_DPI = 300
_AS_OFD = ("ouyang_shen_home", "zhang_id_card")
LICENCES, HARD = "证照模板 · Licences", "极端数据 · The same pages with long and unusual data"
RECORDS = "用证记录 · What a look leaves"


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
        *(_ofd(one, types) for one in licences if one["id"] in _AS_OFD),
        *(_licence(one, types, HARD, dpi=100) for one in hard),
        *(_copy(one, types, COPY_CHOICES[one["id"]]) for one in licences if one["id"] in COPY_CHOICES),
        GalleryItem(
            name="receipt",
            group=RECORDS,
            title_zh="归档的用证回执",
            title_en="A look-up's receipt, as it is archived",
            pages=receipt_pages,
        ),
    )


def _copy(licence: Mapping[str, Any], types: Mapping[str, LicenceType], choice: CopyChoice) -> GalleryItem:
    definition = types[licence["type"]].definition
    return GalleryItem(
        name=f"{licence['id'].replace('_', '-')}-copy",
        group=COPIES,
        title_zh=f"{definition['title_zh']}（加注件）",
        title_en=f"{definition['title_en']}, {choice.caption_en}: what was not chosen is not in the file",
        pages=lambda: pages_of(sample_copy(licence, types, choice=choice), dpi=150),
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


def _ofd(licence: Mapping[str, Any], types: Mapping[str, LicenceType]) -> GalleryItem:
    definition = types[licence["type"]].definition
    uscc, dpi = (
        licence["values"]["issuing_authority_code"],
        _CARD_DPI if definition["layout"].get("paper") == "card" else 150,
    )
    return GalleryItem(
        name=f"{licence['id'].replace('_', '-')}-ofd",
        group=OFD,
        title_zh=f"{definition['title_zh']}（OFD）",
        title_en=f"{definition['title_en']} as OFD, its seal set by the signature (GB/T 38540)",
        pages=lambda: ofd_pages(sample_content(licence, types), uscc=uscc, type_code=licence["type"], dpi=dpi),
    )
