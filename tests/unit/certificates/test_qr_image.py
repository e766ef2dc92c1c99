"""QR images decode to their text."""

import io

import zxingcpp
from PIL import Image

from certificates.core.qr_image import modules_across, qr_png, qr_svg

TEXT = "HZ1:" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 13 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234"


def decoded(png: bytes) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return found


def test_a_seal_code_comes_back_at_level_m() -> None:
    found = decoded(qr_png(text=TEXT))
    assert (found.text, found.ec_level) == (TEXT, "M")


def test_upper_case_text_is_stored_densely() -> None:
    assert len(TEXT) == 620
    assert modules_across(text=TEXT) == 81  # version 16; as bytes it would take version 19
    assert modules_across(text=TEXT.lower()) > 81


def test_the_svg_is_scalable_and_self_contained() -> None:
    svg = qr_svg(text="HZ1:ABC")
    side = modules_across(text="HZ1:ABC") + 8
    assert f'viewBox="0 0 {side} {side}"' in svg
    assert not any(word in svg for word in ("<script", "href", "<!", "<?xml"))


def test_markup_in_a_text_never_reaches_the_svg() -> None:
    assert "onload" not in qr_svg(text='"><svg onload=alert(1)>')
