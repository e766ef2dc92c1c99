"""A photo is decoded within bounds and encoded anew."""

import io

import pytest
from PIL import Image, ImageChops, ImageOps, PngImagePlugin

from certificates.adapters.photos import normalised_photo
from certificates.core.errors import IssueError
from certificates.core.photos import MAX_PHOTO_BYTES, PHOTO_VALUE, photo_value


def picture(size: tuple[int, int] = (240, 300), kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(target, kind, **options)  # type: ignore[arg-type]
    return target.getvalue()


def blank(size: tuple[int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("1", size).save(target, "PNG")
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA")]
)
def test_every_kind_becomes_a_plain_jpeg(kind: str, mode: str) -> None:
    kept = opened(normalised_photo(picture(kind=kind, mode=mode)))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (240, 300))


def test_what_a_camera_wrote_beside_the_picture_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at 30.2741, 120.1551"
    kept = normalised_photo(picture(exif=exif.tobytes(), comment=b"by nobody"))
    assert not opened(kept).getexif()
    assert b"taken at" not in kept
    assert b"by nobody" not in kept
    assert b"Exif" not in kept


def test_texts_in_a_png_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "by nobody")
    assert b"by nobody" not in normalised_photo(picture(kind="PNG", pnginfo=texts))


def test_a_picture_that_says_it_lies_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(normalised_photo(picture((300, 240), exif=exif.tobytes()))).size == (240, 300)


@pytest.mark.parametrize("held", range(1, 9))
def test_each_way_to_hold_a_camera_is_set_upright_as_the_library_does(held: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = held
    data = picture((200, 140), exif=exif.tobytes(), quality=95)
    wanted = ImageOps.exif_transpose(opened(data)).convert("RGB")
    kept = opened(normalised_photo(data))
    assert kept.size == wanted.size
    assert (
        max(high for _, high in ImageChops.difference(kept, wanted).getextrema()) < 16
    )  # of 255: it was encoded again


def test_camera_data_of_the_wrong_type_are_no_failure() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a width that is a text"
    data = picture((300, 240), exif=exif.tobytes())
    spoilt = data.replace(b"\x01\x0e\x00\x02", b"\x01\x00\x00\x02")  # tag 256, of the kind 2, text
    assert spoilt != data
    assert opened(normalised_photo(spoilt)).size == (240, 300)


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    assert opened(normalised_photo(picture((1600, 2000), quality=30))).size == (353, 441)


def test_the_same_picture_gives_the_same_digest() -> None:
    value = photo_value(normalised_photo(picture()))
    assert value == photo_value(normalised_photo(picture()))
    assert PHOTO_VALUE.fullmatch(value)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "issue.photo_format"),
        (b"<svg/>", "issue.photo_format"),
        (picture()[:400], "issue.photo_format"),
        (picture(kind="GIF"), "issue.photo_format"),
        (picture((150, 150), kind="TIFF"), "issue.photo_format"),
        (picture().ljust(MAX_PHOTO_BYTES + 1, b"\0"), "issue.photo_size"),
        (picture((100, 300)), "issue.photo_size"),
        (blank((3000, 2000)), "issue.photo_size"),  # a small file of many pixels
    ],
)
def test_refuses_what_is_no_photo_or_too_large(data: bytes, code: str) -> None:
    with pytest.raises(IssueError) as refused:
        normalised_photo(data)
    assert refused.value.code == code
