"""What is brought to be traced comes from anywhere: it is opened within bounds, and refused by name."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from certificates.adapters import mark_reader_picture
from certificates.adapters.mark_reader import read_mark
from certificates.core.errors import PictureError
from tests.unit.certificates.adapters.pdf.mark_pictures import as_jpeg, as_png


def refusal(data: bytes) -> str:
    with pytest.raises(PictureError) as refused:
        read_mark(data)
    return refused.value.code


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("width", "height"), [(10_000, 10_000), (14_000, 14_000), (60_000, 1_000)])
def test_a_picture_of_100_megapixels_is_refused_unopened(width: int, height: int) -> None:
    assert refusal(png_of_size(width, height)) == "image.pixels"


def test_a_file_of_more_bytes_than_a_picture_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark_reader_picture, "MAX_BYTES", 1000)
    assert refusal(bytes(1001)) == "image.bytes"


def test_an_animated_gif_and_other_formats_are_refused() -> None:
    frames = [Image.new("L", (200, 200), level) for level in (0, 255)]
    target = BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert refusal(target.getvalue()) == "image.format"
    for name in ("BMP", "TIFF", "WEBP", "PPM"):
        target = BytesIO()
        frames[0].save(target, name)
        assert refusal(target.getvalue()) == "image.format"
    assert refusal(b"") == "image.format"
    assert refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "image.format"


def test_an_animated_png_is_refused() -> None:
    frames = [Image.new("L", (200, 200), level) for level in (0, 255)]
    assert refusal(as_png(frames[0], save_all=True, append_images=frames[1:])) == "image.animated"


def test_a_png_whose_text_unpacks_to_megabytes_is_refused() -> None:
    text = b"Comment\x00\x00" + zlib.compress(bytes(64 * 1024 * 1024), 9)
    whole = as_png(Image.new("L", (200, 200)))
    assert refusal(whole[:33] + chunk(b"zTXt", text) + whole[33:]) == "image.damaged"


def test_a_jpeg_with_a_bomb_of_an_exif_block_is_looked_at_without_it() -> None:
    """The block is never parsed: an IFD that points at itself, sizes beyond the file."""
    loop = (
        b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xff" + b"\x01\x12\x00\x04\xff\xff\xff\xff\x00\x00\x00\x08" * 5000
    )
    plain = as_jpeg(Image.new("L", (200, 200), 255))
    bomb = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(loop) + 2) + loop + plain[2:]
    assert read_mark(bomb) is None


@pytest.mark.parametrize("cut", [60, 300, 20_000])
def test_a_picture_cut_off_is_refused(cut: int) -> None:
    noisy = Image.effect_noise((300, 300), 60)
    assert refusal(as_png(noisy)[:cut]) in {"image.damaged", "image.format"}
    assert refusal(as_jpeg(noisy)[:cut]) in {"image.damaged", "image.format"}


def test_a_pdf_that_is_none_is_refused() -> None:
    assert refusal(b"%PDF-1.7\n" + bytes(2000)) == "image.damaged"


def test_a_pdf_page_of_square_kilometres_is_refused() -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900000 900000]>>"
    objects = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    body, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"xref\n0 4\n0000000000 65535 f \n%btrailer<</Root 1 0 R/Size 4>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )
    assert refusal(body) == "image.pixels"


def test_a_tiny_picture_names_nothing() -> None:
    assert read_mark(as_png(Image.new("L", (3, 3)))) is None
    assert read_mark(as_png(Image.new("L", (4000, 1)))) is None
