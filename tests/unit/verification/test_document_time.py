"""When a document was signed decides what a revocation means: proved by a timestamp, or the signer's word alone. The threats' P19, P20."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from certificates.core.x509_crl import Revocation
from certificates.core.x509_crl_make import make_crl
from certificates.core.x509_read import read_certificate
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, expect
from tests.unit.verification.province import GD, NOW, ZJ, signer_of
from tests.unit.verification.scene import FILE_LEAF, WORLD, bundle, file_key_entry, key_entry, pdf_check
from verification.core.agency_keys import KeyState
from verification.core.agency_revocations import read_revocation_lists
from verification.core.evidence import DocumentEvidence, Evidence
from verification.core.verdict import Outcome
from verification.core.verify import verify

SIGNED = NOW - timedelta(days=20)
BEFORE, AFTER = SIGNED - timedelta(days=1), SIGNED + timedelta(days=1)
SERIAL = read_certificate(FILE_LEAF).serial_number


def crl(*, at: datetime = SIGNED, revoked: dict[int, datetime] | None = None, province: Any = None) -> bytes:
    province = province or WORLD.zj
    ca = WORLD.zj_ca if province is WORLD.zj else WORLD.gd_ca
    return make_crl(
        ca_certificate=ca,
        signer=signer_of(province.ca_key),
        number=1,
        issued_at=at,
        next_update=at + timedelta(days=40),
        revoked=[Revocation(serial_number=number, revoked_at=when) for number, when in (revoked or {}).items()],
    )


def document(**changes: Any) -> DocumentEvidence:
    values = {
        "signer_trusted": True,
        "signer_leaf": FILE_LEAF,
        "stated": {"holder_name": "张三丰"},
        "signing_time": SIGNED,
    }
    return DocumentEvidence(**(values | changes))


def archived(*lists: bytes, **changes: Any) -> DocumentEvidence:
    return document(**({"proven_at": SIGNED, "is_archived": True, "revocation_lists": lists} | changes))


def check(found: DocumentEvidence, *, online: bytes | None = None, **changes: Any) -> Evidence:
    if online is not None:
        lists = read_revocation_lists([online], cas=WORLD.trust_list.region(ZJ).cas)
        changes["agency_keys"] = bundle(revocation_lists=lists)
    return pdf_check(document=found, **changes)


def notes(evidence: Evidence) -> tuple[str, ...]:
    return verify(evidence, NOW).checks[7].notes


def test_a_document_says_by_which_time_it_was_judged() -> None:
    assert notes(check(document())) == ("document.judged_now",)
    assert notes(check(archived(crl()))) == ("document.judged_then",)
    assert notes(check(document(is_registered=False))) == ("document.judged_now", "document.not_byte_exact")
    assert notes(check(document(is_registered=True))) == ("document.judged_now",)


@pytest.mark.parametrize("where", ["online", "carried"])
@pytest.mark.parametrize(
    ("revoked_at", "outcome", "code"),
    [
        (BEFORE, FAILED, "document.signed_after_revocation"),
        (SIGNED, FAILED, "document.signed_after_revocation"),
        (AFTER, PASSED, "document.agrees"),
    ],
)
def test_8_judges_a_timestamped_document_by_the_proven_time(
    where: str, revoked_at: datetime, outcome: Outcome, code: str
) -> None:
    telling = crl(at=AFTER, revoked={SERIAL: revoked_at})
    evidence = check(archived(crl()), online=telling) if where == "online" else check(archived(telling))
    expect(evidence, 8, outcome, code)


@pytest.mark.parametrize(
    ("revoked_at", "outcome", "code"),
    [
        (BEFORE, FAILED, "document.signed_after_revocation"),  # by its own word
        (AFTER, OPEN, "document.signer_revoked"),  # the word of whoever holds the key now
    ],
)
def test_8_takes_a_signers_word_only_against_itself(revoked_at: datetime, outcome: Outcome, code: str) -> None:
    expect(check(document(), online=crl(revoked={SERIAL: revoked_at})), 8, outcome, code)


def test_8_leaves_an_archive_open_that_does_not_speak_of_its_signer() -> None:
    gone, of_others = archived(), archived(crl(province=WORLD.gd))
    too_old = archived(crl(at=SIGNED - timedelta(days=1)))
    damaged = archived(crl()[:-1] + b"\0")
    for found in (gone, of_others, too_old, damaged):
        expect(check(found), 8, OPEN, "document.revocation_data")
        expect(check(found, online=crl(at=AFTER)), 8, OPEN, "document.revocation_data")  # it was taken out


def test_8_needs_no_list_in_a_document_that_was_never_archived() -> None:
    expect(check(document(proven_at=SIGNED)), 8, PASSED, "document.agrees")


def test_8_judges_a_compromised_key_by_the_proven_time() -> None:
    for at, outcome, code in (
        (BEFORE, FAILED, "document.signed_after_revocation"),
        (AFTER, PASSED, "document.agrees"),
    ):
        keys = bundle(key_entry(), file_key_entry(state=KeyState.COMPROMISED, compromised_at=at))
        expect(check(archived(crl()), agency_keys=keys), 8, outcome, code)


@pytest.mark.parametrize(
    "doubt",
    [
        "document.timestamp_untrusted",
        "document.timestamp_expired",
        "document.timestamp_revoked",
        "document.reader_lost",
    ],
)
def test_8_leaves_open_what_the_reader_left_open(doubt: str) -> None:
    expect(check(document(doubt=doubt, signer_trusted=False)), 8, OPEN, doubt)


def test_8_refuses_a_page_that_prints_something_else() -> None:
    expect(check(document(page_agrees=False)), 8, FAILED, "cross.mismatch")
    expect(check(document(page_agrees=True)), 8, PASSED, "document.agrees")


def test_a_list_of_the_neighbours_is_no_list_of_ours() -> None:
    assert GD != ZJ
    revoked = crl(province=WORLD.gd, revoked={SERIAL: BEFORE})
    expect(check(archived(crl(), revoked)), 8, PASSED, "document.agrees")
