"""A small sealed OFD, made without the typesetter, and the same one with something changed and sealed again."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from certificates.adapters.ofd.container_write import write_container
from certificates.adapters.ofd.package import CarriedFile, Package, Paper, build_package
from certificates.adapters.ofd.page import IDENTITY, Colour, Outline, Page, Stroke, Text
from certificates.adapters.ofd.prepared import finish_ofd, prepare_ofd
from certificates.adapters.ofd.signature_xml import SIGNED_VALUE
from certificates.core.ses_make import SealPicture, Version, seal, seal_info
from certificates.core.x509_extensions import SEAL_MAKING_EKU
from certificates.core.x509_make import make_own_certificate
from tests.unit.certificates.x509_parts import START, Key, make_ca, make_leaf, new_key

AT = datetime(2026, 6, 1, 2, 30, tzinfo=UTC)
BLACK = Colour(red=0, green=0, blue=0)
BOX = (20.0, 30.0, 10.0, 10.0)


@dataclass(frozen=True, kw_only=True)
class Sealers:
    """A region's CA, its maker of seals, and an agency with the maker's seal."""

    ca: bytes
    ca_key: Key
    maker_key: Key
    maker: bytes
    key: Key
    leaf: bytes

    def seal(self, *, version: Version = 4, **changes: Any) -> bytes:
        values: dict[str, Any] = {
            "number": "33000000000001",
            "name": "浙江省公安厅",
            "signers": [self.leaf],
            "made_at": AT - timedelta(days=30),
            "valid_from": AT - timedelta(days=30),
            "valid_until": AT + timedelta(days=300),
            "picture": SealPicture(kind="PNG", data=b"\x89PNG", width=44, height=44),
        }
        info = seal_info(version=version, **(values | changes))
        return seal(info=info, maker=self.maker, signature=self.maker_key.signer.sign(info))


def make_sealers() -> Sealers:
    ca_key, maker_key, key = (new_key("SM2") for _ in range(3))
    ca = make_ca(ca_key)
    return Sealers(
        ca=ca,
        ca_key=ca_key,
        maker_key=maker_key,
        maker=make_maker(ca, ca_key, maker_key),
        key=key,
        leaf=make_leaf(ca, ca_key, key),
    )


def make_maker(ca: bytes, ca_key: Key, key: Key, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "ca_certificate": ca,
        "signer": ca_key.signer,
        "spki": key.spki,
        "serial_number": 7,
        "valid_from": START,
        "valid_until": START + timedelta(days=1000),
    }
    return make_own_certificate(eku=SEAL_MAKING_EKU, **(values | changes))


def tiny_font(characters: str) -> bytes:
    """A font in which every character is a square."""
    pen = TTGlyphPen(None)
    for x, y, draw in ((100, 0, pen.moveTo), (900, 0, pen.lineTo), (900, 800, pen.lineTo), (100, 800, pen.lineTo)):
        draw((x, y))
    pen.closePath()
    square = pen.glyph()
    names = [f"g{index}" for index in range(len(characters))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(character): name for character, name in zip(characters, names, strict=True)})
    builder.setupGlyf(dict.fromkeys([".notdef", *names], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    output = io.BytesIO()
    builder.font.save(output)
    return output.getvalue()


def small_paper(**changes: Any) -> Paper:
    words = "姓名张三"
    text = Text(
        font="Squares", size=4.0, characters="张三", offsets=(0.0, 4.0), matrix=(*IDENTITY[:4], 20.0, 20.0), fill=BLACK
    )
    line = Outline(commands=(("M", (5.0, 40.0)), ("L", (80.0, 40.0))), stroke=Stroke(colour=BLACK, width=0.3))
    values: dict[str, Any] = {
        "document_id": "0" * 32,
        "title": "居民身份证",
        "author": "浙江省公安厅",
        "created": date(2026, 6, 1),
        "metadata": {"ZZMC": "居民身份证", "CZZT": "张三"},
        "pages": (Page(width=85.6, height=54.0, items=(text, line)),),
        "fonts": {"Squares": tiny_font("".join(sorted(set(words))))},
        "carried": (CarriedFile(name="credential.sd-jwt", title="credential", data=b"eyJ~"),),
        "tags": {"CZZT": ((0, 0),)},
    }
    return Paper(**(values | changes))


def sealed_ofd(
    sealers: Sealers, *, package: Package | None = None, at: datetime = AT, version: Version = 4, **changes: Any
) -> bytes:
    """A whole sealed file; `changes` are of the seal's own data."""
    own = sealers.seal(version=version, **changes)
    prepared = prepare_ofd(package or build_package(small_paper()), seal=own, at=at, page=0, box=BOX, version=version)
    return finish_ofd(prepared, certificate=sealers.leaf, signature=sealers.key.signer.sign(prepared.to_sign))


def resealed(sealers: Sealers, files: Mapping[str, bytes]) -> bytes:
    """These files, whatever they are, under a new and good seal, as a dishonest agency could make them."""
    package = Package(
        files={name: data for name, data in files.items() if not name.startswith("Doc_0/Signs/")}, page_ids=(1,)
    )
    return sealed_ofd(sealers, package=package)


def without_value(files: Mapping[str, bytes]) -> bytes:
    return write_container({name: data for name, data in files.items() if name != SIGNED_VALUE})
