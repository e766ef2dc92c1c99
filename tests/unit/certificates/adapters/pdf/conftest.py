"""One agency under one root, one licence, rendered, signed and timestamped once for all tests of this folder."""

from datetime import date

import pytest

from certificates.adapters.pdf.content import CREDENTIAL_MIME, CREDENTIAL_NAME, Attachment, DocumentContent, Row
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa, make_tsa, raise_levels
from tests.unit.certificates.adapters.pdf.sample import AT, SEAL_CODE, Authority, make_root, make_signing_key


@pytest.fixture(scope="session")
def root() -> Authority:
    return make_root()


@pytest.fixture(scope="session")
def signing_key(root: Authority) -> PdfSigningKey:
    return make_signing_key(root)


@pytest.fixture(scope="session")
def content() -> DocumentContent:
    return DocumentContent(
        title_zh="二级建造师注册证书",
        title_en="Registration Certificate of Class II Constructor",
        subtitle="（电子证照）",
        number_label="证书编号",
        number="浙233202612345678",
        rows=(
            Row(label="姓名", values=("㛃䶮𫖯",)),
            Row(label="公民身份号码", values=("11010119900307002X",)),
            Row(label="注册专业", values=("建筑工程", "市政公用工程")),
            Row(
                label="聘用企业", values=('#evil() $x$ *粗* _斜_ <b> \\ " ${a} = @q `c` 云溪市望江楼建设工程有限公司',)
            ),
        ),
        identifier="1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        agency_name="云溪省住房和城乡建设厅",
        agency_code="3301060012345",
        issue_date=date(2026, 11, 23),
        validity="2026-11-23 至 2029-11-22",
        seal_code=SEAL_CODE,
        notes=("本证书由持证人保管。",),
        attachments=(Attachment(name=CREDENTIAL_NAME, mime=CREDENTIAL_MIME, data=b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~d~"),),
        metadata={"ZZMC": "二级建造师注册证书", "KZ_ZYLB": 'A & B <c> "d"'},
    )


@pytest.fixture(scope="session")
def page(content: DocumentContent) -> bytes:
    return render(content)


@pytest.fixture(scope="session")
def signed(page: bytes, signing_key: PdfSigningKey) -> bytes:
    return sign(page, signer=signing_key, at=AT, reason="签发")


@pytest.fixture(scope="session")
def tsa() -> SampleTsa:
    return make_tsa()


@pytest.fixture(scope="session")
def levels(signed: bytes, signing_key: PdfSigningKey, root: Authority, tsa: SampleTsa) -> Levels:
    """That file at B-B, B-T, B-LT and B-LTA."""
    return raise_levels(signed, signer=signing_key, root=root, tsa=tsa)
