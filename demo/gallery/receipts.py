"""The receipt of a look-up as it is archived, with sample data: a counter of Sichuan looked at a licence of Zhejiang."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from PIL import Image

from certificates.adapters.pdf.receipt_page import render_receipt
from demo.gallery.pictures import pages_of
from verification.core.archive_page import ProvedLook, page_data
from verification.core.checkpoint import Checkpoint, Cosignature
from verification.core.lookup_entry import EntryKind, LookupEntry, Opening
from verification.core.receipt import Promise, ReceiptState, VerifiedReceipt

_AT: Final = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
_ORIGIN: Final = "huzheng.cn/510000"
_MEMBERS: Final[dict[str, Any]] = {
    "agency.name": "成都市公共资源交易服务中心",
    "agency.uscc": "12510100MB99000485",
    "agency.region": "510000",
    "operator.name": "傅一鸣",
    "operator.post": "受理岗",
    "operator.unit": "三号窗口",
    "matter.name": "建设工程招标投标项目负责人资格核验",
    "matter.code": "12510100MB99000485351011700100",
    "case": "CDZB202600012",
    "purpose": "核验投标项目负责人注册信息",
    "licence.region": "330000",
    "licence.type": "11100000000013338W001",
    "verdict": {
        "outcome": "valid",
        "checks": [
            [1, "passed", "input.readable"],
            [2, "passed", "signature.good"],
            [3, "passed", "issuer.authorised"],
            [4, "passed", "validity.in_force"],
            [5, "passed", "status.valid"],
            [6, "passed", "presenter.released"],
            [7, "passed", "recognition.by_rule"],
            [8, "not_applicable", "check.not_applicable"],
        ],
    },
    "field.holder_name.full": "张䶮",
    "field.holder_code.masked": "3*****************",
    "field.age_over_18.fact": True,
    "field.specialities.full": ["建筑工程", "市政公用工程"],
}
_TITLES: Final = {
    "holder_name": ("姓名", "Name"),
    "holder_code": ("公民身份号码", "Citizen identity number"),
    "age_over_18": ("已满18周岁", "18 years of age or over"),
    "specialities": ("注册专业", "Specialities"),
}


def receipt_pages() -> Sequence[Image.Image]:
    """This will draw the page."""
    look = ProvedLook(
        receipt=_receipt(),
        openings={name: Opening(salt="A" * 22, value=value) for name, value in _MEMBERS.items()},
        titles=_TITLES,
        licence="二级建造师注册证书",
        node=("四川省", "Sichuan"),
        at=_AT,
    )
    code = f"https://huzheng.sc.example/log/proof/{sha256(b'sample').hexdigest()}"
    return pages_of(render_receipt(page=page_data(look), code=code, carried=(), texts=(), at=_AT))


def _receipt() -> VerifiedReceipt:
    promise = Promise(
        entry=b"",
        leaf=sha256(b"sample").digest(),
        lookup_id="7c1cb5fc-17a6-425f-ad8a-6e60c940ee04",
        region="510000",
        origin=_ORIGIN,
        issued_at=_AT,
        promised_by=_AT + timedelta(seconds=60),
    )
    return VerifiedReceipt(
        state=ReceiptState.INCLUDED,
        code=None,
        promise=promise,
        entry=LookupEntry(kind=EntryKind.LOOKUP_VERIFIED, hour="2026-11-23T01Z", commitments=()),
        index=20418,
        checkpoint=Checkpoint(origin=_ORIGIN, size=20421, root=sha256(b"root").digest()),
        cosignatures=(Cosignature(name="huzheng.cn/330000/witness", at=_AT),),
    )
