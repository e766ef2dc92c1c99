"""Signed PDF licences: few, for each takes as long to read as a hundred tokens."""

from datetime import date
from random import Random
from typing import Any

from certificates.adapters.pdf.content import CREDENTIAL_MIME, CREDENTIAL_NAME, Attachment, DocumentContent, Row
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.render import render
from certificates.adapters.pdf.sign import sign
from certificates.core.errors import DocumentError
from tests.fuzz.spoil_bytes import bytes_mutators
from tests.fuzz.target import Mutant, Target
from tests.unit.certificates.adapters.pdf.attack_steps import LATER
from tests.unit.certificates.adapters.pdf.long_term_sample import make_tsa, raise_levels
from tests.unit.certificates.adapters.pdf.sample import AT, SEAL_CODE, make_root, make_signing_key

_TOKENS = (
    b"/ByteRange",
    b"/Contents",
    b"/Type",
    b"endobj",
    b"xref",
    b"trailer",
    b"startxref",
    b"%%EOF",
    b"/JavaScript",
    b"/Prev 0",
)

_CONTENT = DocumentContent(
    title_zh="证书",
    title_en="Certificate",
    subtitle="（电子证照）",
    number_label="证书编号",
    number="浙233202612345678",
    rows=(Row(label="姓名", values=("张三",)),),
    identifier="1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    agency_name="云溪省住房和城乡建设厅",
    agency_code="3301060012345",
    issue_date=date(2026, 11, 23),
    validity="2026-11-23 至 2029-11-22",
    seal_code=SEAL_CODE,
    notes=(),
    attachments=(Attachment(name=CREDENTIAL_NAME, mime=CREDENTIAL_MIME, data=b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~d~"),),
    metadata={"ZZMC": "证书"},
)


def document_target() -> Target:
    """One signed document of one row, as it is signed and with timestamps up to PAdES B-LTA."""
    root, tsa = make_root(), make_tsa()
    key = make_signing_key(root)
    levels = raise_levels(sign(render(_CONTENT), signer=key, at=AT, reason="签发"), signer=key, root=root, tsa=tsa)
    seeds = [levels.b, levels.lta]

    def read(data: bytes) -> Any:
        return read_document(data, trust_anchors=[root.anchor], timestamp_anchors=[tsa.anchor], at=LATER)

    good = [read(data) for data in seeds]

    def token(rng: Random, data: bytes) -> Mutant:
        found = data.find(rng.choice(_TOKENS), rng.randrange(len(data) + 1))
        at = max(found, 0) + rng.randrange(20)
        return Mutant(data[:at] + rng.choice((*_TOKENS, b"0", b" ", b"[0 1 2 3]")) + data[at + rng.randrange(8) :])

    def behind(rng: Random, data: bytes) -> Mutant:
        return Mutant(data + rng.choice((b"\n", b"%%EOF\n", data[-200:], b"1 0 obj\n<<>>\nendobj\n")))

    return Target(
        name="pdf",
        seeds=seeds,
        read=read,
        named=(DocumentError,),
        entitled=lambda _data, facts: facts in good or not facts.signer_trusted or facts.doubt is not None,
        mutators=[*bytes_mutators(seeds), token, token, behind],
        weight=1,
    )
