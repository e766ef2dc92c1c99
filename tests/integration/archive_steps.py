"""Steps shared by the tests of receipts for the archive: what a file says offline, and in its text."""

import io

import pypdfium2

from tests.integration.factories import AT
from tests.integration.recognition_steps import World
from verification.core.verdict import VerdictOutcome
from verification.services.verify_offline import OfflineFiles, OfflineVerdict, verify_offline


def told(data: bytes, world: World) -> OfflineVerdict:
    files = OfflineFiles(trust_list=world.document, anchor_fingerprint=world.settings.NODE.anchor_fingerprint)
    return verify_offline(data=data, files=files, at=AT)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def last(verdict: OfflineVerdict) -> tuple[VerdictOutcome, str]:
    return verdict.verdict.outcome, verdict.verdict.checks[7].code
