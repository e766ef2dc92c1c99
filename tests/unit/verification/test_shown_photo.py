"""A picture is shown only as the photo that a verified statement signs in full."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from certificates.core.grains import Grain
from certificates.core.licence_types import parse_licence_type
from certificates.core.photos import MAX_PHOTO_BYTES, photo_value
from certificates.core.sd_jwt_format import Shown
from verification.core.shown_photo import shown_photo, shows_photo

DEMO = Path(__file__).parents[3] / "demo" / "licence_types"
TYPE = parse_licence_type(tomllib.loads((DEMO / "constructor-registration.v1.toml").read_text("utf-8")))
WITHOUT = replace(TYPE, fields=tuple(field for field in TYPE.fields if field.name != "photo"))
PICTURE = b"\xff\xd8\xff and the rest of a face"
SIGNED = {"photo": Shown(Grain.FULL, photo_value(PICTURE))}


def test_gives_the_picture_whose_digest_is_signed() -> None:
    assert shown_photo(PICTURE, definition=TYPE, shown=SIGNED) == {"photo": PICTURE}


@pytest.mark.parametrize("picture", [None, PICTURE + b" of somebody else"])
def test_gives_no_picture_that_is_not_the_signed_one(picture: bytes | None) -> None:
    assert shown_photo(picture, definition=TYPE, shown=SIGNED) == {}


def test_gives_no_picture_where_the_photo_is_not_shown() -> None:
    assert shown_photo(PICTURE, definition=TYPE, shown={}) == {}
    assert shown_photo(PICTURE, definition=TYPE, shown={"photo": Shown(Grain.MASKED, photo_value(PICTURE))}) == {}


@pytest.mark.parametrize("definition", [None, WITHOUT])
def test_gives_no_picture_under_a_type_without_one(definition: object) -> None:
    assert shown_photo(PICTURE, definition=definition, shown=SIGNED) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize("picture", [b"<svg onload=alert(1)>", PICTURE + b"0" * MAX_PHOTO_BYTES])
def test_hands_out_neither_another_format_nor_a_file_too_large_though_signed(picture: bytes) -> None:
    assert shown_photo(picture, definition=TYPE, shown={"photo": Shown(Grain.FULL, photo_value(picture))}) == {}


def test_knows_which_grains_let_the_photo_be_seen() -> None:
    assert shows_photo({"photo": Grain.FULL}, definition=TYPE)
    assert not shows_photo({"photo": Grain.WITHHELD}, definition=TYPE)
    assert not shows_photo({"holder_name": Grain.FULL}, definition=TYPE)
    assert not shows_photo({"photo": Grain.FULL}, definition=WITHOUT)
