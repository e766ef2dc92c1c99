"""The OFD of a licence beside its PDF: the same page, judged from pictures by a viewer that knows only the standard."""

import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageStat

from certificates.adapters.ofd.compose import ComposedOfd, compose_ofd
from certificates.adapters.ofd.prepared import finish_ofd, pack_prepared_ofd, prepare_ofd, unpack_prepared_ofd
from certificates.adapters.ofd.read import read_ofd
from certificates.adapters.ofd.seal_picture import seal_png
from certificates.adapters.ofd.tags import Wanted
from certificates.adapters.pdf.content import CREDENTIAL_MIME, CREDENTIAL_NAME, Attachment, DocumentContent, Item, Row
from certificates.adapters.pdf.render import render, seal_of
from certificates.core.ses_make import SealPicture
from demo.ofd_viewer import Viewer
from tests.unit.certificates.ofd_parts import AT, Sealers

DOTS = 100
SEAL_CODE = "HZ1:" + "ABCDEFGHIJ1234567890" * 20
NAME, WORKS, FIRM = (
    "㛃䶮𫖯",
    ("建筑工程", "市政公用工程"),
    "<b>望江楼&office 云溪市建设工程有限公司云溪市建设工程有限公司云溪市建设工程有限公司",
)


@pytest.fixture(scope="module")
def content() -> DocumentContent:
    return DocumentContent(
        title_zh="二级建造师注册证书",
        title_en="Registration Certificate of Class II Constructor",
        number_label="证书编号",
        number="浙233202612345678",
        rows=(
            Row(label="姓名", values=(NAME,)),
            Row(label="注册专业", values=WORKS),
            Row(label="聘用企业", values=(FIRM,)),
        ),
        identifier="1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        agency_name="云溪省住房和城乡建设厅",
        agency_code="3301060012345",
        issue_date=date(2026, 11, 23),
        validity="长期",
        seal_code=SEAL_CODE,
        notes=("本证书由持证人保管。",),
        attachments=(Attachment(name=CREDENTIAL_NAME, mime=CREDENTIAL_MIME, data=b"eyJhbGciOiJTTTIifQ.e30.c2ln~d~"),),
        metadata={"ZZMC": "二级建造师注册证书", "KZ_ZYLB": 'A & B <c> "d"'},
        items={"name": Item(label="姓名", values=(NAME,))},
    )


@pytest.fixture(scope="module")
def composed(content: DocumentContent) -> ComposedOfd:
    return compose_ofd(content, tags=tags())


def tags() -> dict[str, Wanted]:
    return {
        "CZZT": Wanted(label="姓名", values=(NAME,)),
        "KZ_ZYLB": Wanted(label="注册专业", values=WORKS),
        "KZ_PYQY": Wanted(label="聘用企业", values=(FIRM,)),
        "KZ_NOT_PRINTED": Wanted(label="", values=("不在页面上",)),
    }


@pytest.fixture(scope="module")
def whole(composed: ComposedOfd, content: DocumentContent, sealers: Sealers) -> bytes:
    picture = SealPicture(kind="PNG", data=seal_png(seal_of(content)), width=44, height=44)
    prepared = prepare_ofd(
        composed.package, seal=sealers.seal(picture=picture), at=AT, page=composed.page, box=composed.box
    )
    kept = unpack_prepared_ofd(pack_prepared_ofd(prepared))
    assert kept == prepared
    return finish_ofd(kept, certificate=sealers.leaf, signature=sealers.key.signer.sign(kept.to_sign))


@pytest.fixture(scope="module")
def picture(whole: bytes) -> Image.Image:
    return Image.open(io.BytesIO(Viewer(whole).page_png(dots_per_inch=150))).convert("RGB")


def test_equal_licences_are_equal_bytes(composed: ComposedOfd, content: DocumentContent) -> None:
    assert compose_ofd(content, tags=tags()) == composed


def test_the_page_looks_like_the_pdf(picture: Image.Image, content: DocumentContent, composed: ComposedOfd) -> None:
    pdf = pypdfium2.PdfDocument(render(content))[0].render(scale=150 / 72).to_pil().convert("RGB")
    assert abs(pdf.width - picture.width) <= 1
    size = (pdf.width // 3, pdf.height // 3)
    left, top, width, height = (round(value * 150 / 25.4 / 3) for value in composed.box)
    ours, theirs = (
        one.resize(size, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1)) for one in (picture, pdf)
    )
    for one in (ours, theirs):  # the seal lies over the letters here, under them there
        one.paste((255, 255, 255), (left - 2, top - 2, left + width + 2, top + height + 2))
    difference = ImageChops.difference(ours, theirs).convert("L")
    assert ImageStat.Stat(difference).mean[0] < 4
    # Nothing is missing or elsewhere: a single line of text moved by its height makes a patch of more than a hundred such pixels.
    assert sum(difference.histogram()[110:]) < 60


def test_the_code_is_read_from_the_picture_and_the_seal_is_on_it(picture: Image.Image, composed: ComposedOfd) -> None:
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [SEAL_CODE]
    left, top, width, height = (value * 150 / 25.4 for value in composed.box)
    red, green, blue = picture.getpixel((round(left + width / 2), round(top + height * 0.42)))  # type: ignore[misc]  # RGB
    assert red > 150
    assert max(green, blue) < 90


def test_the_index_names_the_words_of_each_item(whole: bytes, content: DocumentContent) -> None:
    facts = read_ofd(whole)
    assert facts.printed == {"CZZT": NAME, "KZ_ZYLB": "".join(WORKS), "KZ_PYQY": "".join(FIRM.split())}
    assert facts.metadata == content.metadata
    assert facts.code == SEAL_CODE
    assert facts.carried.keys() == {"credential.sd-jwt", "metadata.xml", "seal-code.txt"}


def test_the_file_is_of_a_modest_size(whole: bytes) -> None:
    assert len(whole) < 600_000
