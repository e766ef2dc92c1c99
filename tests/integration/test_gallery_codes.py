"""The codes of what else the gallery shows, copies, OFD files and receipts, are read from its pictures by an independent reader, too."""

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certificates.core.seal_code import PREFIX, verify_seal_code
from certificates.core.signing.suite import TrustedKey
from demo.gallery import items, ofd, receipts
from demo.gallery.items import COPIES, OFD, RECORDS, GalleryItem, gallery_items
from demo.gallery.licences import sample_key
from demo.gallery.pictures import PAGE_DPI
from tests.photo_like import photo_of

ITEMS = {item.name: item for item in gallery_items() if item.group in {COPIES, OFD, RECORDS}}
_CARD_MM = 90.0  # narrower than any sheet of paper
_SCREEN_DOTS = 150
_PHOTO_DOTS = {True: 270, False: 180}  # a telephone comes closer to a card


def resolve(kid: bytes) -> TrustedKey:
    """The key of all samples, and no other."""
    key = sample_key()
    return TrustedKey(kid=key.kid, suite=key.suite, public_key=key.private.public_key())


def means(text: str, item: GalleryItem) -> bool:
    """Whether a code says what its page is: the samples' signature over it, and a copy's own number, or the log's proof."""
    if item.group == RECORDS:
        return text.startswith("https://huzheng.sc.example/log/proof/")
    content = verify_seal_code(text, resolve_key=resolve)
    return text.startswith(PREFIX) and (content.copy is not None) == (item.group == COPIES)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Draws an item, set once, at 150 dots an inch and as close as a telephone comes, by the same viewers as the gallery does."""
    pages: dict[str, list[Image.Image]] = {}

    def of_pdf(pdf: bytes, **_: Any) -> list[Image.Image]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            closer = _PHOTO_DOTS[document.get_page_size(0)[0] / 72 * 25.4 < _CARD_MM]
            for name, dots in (("screen", _SCREEN_DOTS), ("photo", closer)):
                pages[name] = [page.render(scale=dots / 72).to_pil().convert("RGB") for page in document]
        finally:
            document.close()
        return pages["screen"]

    def of_ofd(content: Any, *, dpi: int, **names: Any) -> list[Image.Image]:
        closer = _PHOTO_DOTS[dpi != PAGE_DPI]
        pages["photo"] = ofd.ofd_pages(content, **names, dpi=closer)
        pages["screen"] = [_reduced(one, _SCREEN_DOTS / closer) for one in pages["photo"]]
        return pages["screen"]

    monkeypatch.setattr(items, "pages_of", of_pdf)
    monkeypatch.setattr(receipts, "pages_of", of_pdf)
    monkeypatch.setattr(items, "ofd_pages", of_ofd)

    def draw(item: GalleryItem) -> dict[str, list[Image.Image]]:
        item.pages()
        return pages

    return draw


def _reduced(picture: Image.Image, scale: float) -> Image.Image:
    """Its viewer is slow: a picture made smaller is read less easily than one drawn at that size."""
    return picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)


def read(pictures: list[Image.Image]) -> list[str]:
    return [code.text for one in pictures for code in zxingcpp.read_barcodes(one)]


def test_the_gallery_has_one_of_each() -> None:
    assert {item.group for item in ITEMS.values()} == {COPIES, OFD, RECORDS}


@pytest.mark.parametrize("name", ITEMS)
def test_the_code_reads_at_150_dots_an_inch_and_from_a_skewed_noisy_photo(name: str, drawn: Any) -> None:
    pages = drawn(ITEMS[name])
    (text,) = read(pages["screen"])
    assert means(text, ITEMS[name])
    assert read([photo_of(one, seed=f"{name} 1") for one in pages["photo"]]) == [text]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ITEMS)
def test_the_code_reads_from_many_photos(name: str, drawn: Any) -> None:
    """Whoever is told nothing takes another photo: of ten, one may need that, and none says anything else."""
    pages = drawn(ITEMS[name])["photo"]
    texts = [text for seed in range(2, 12) for text in read([photo_of(one, seed=f"{name} {seed}") for one in pages])]
    assert len(texts) >= 9
    assert all(means(text, ITEMS[name]) for text in texts)
