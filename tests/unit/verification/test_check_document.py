"""Check 8: a document agrees with the credential in it; a receipt's entry is in the log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.core.grains import Grain
from certificates.core.x509_crl import Revocation
from certificates.core.x509_crl_make import make_crl
from tests.unit.verification import scene
from tests.unit.verification.ledger import FAILED, OPEN, PASSED, SKIPPED, expect, line
from tests.unit.verification.province import GD, NOW, ZJ, ZJ_POLICE, p256, signer_of
from tests.unit.verification.scene import (
    FILE_KEY,
    FILE_LEAF,
    ISSUED,
    LEAF,
    LOOKUP,
    THIEF,
    WORLD,
    bundle,
    file_key_entry,
    issue,
    key_entry,
    pdf_check,
    shown,
)
from verification.core.agency_keys import KeyState
from verification.core.agency_revocations import read_revocation_lists
from verification.core.evidence import (
    DocumentEvidence,
    Evidence,
    InputKind,
    Missing,
)
from verification.core.lookup_entry import LookupEntry
from verification.core.receipt import Promise, ReceiptState, VerifiedReceipt
from verification.core.verdict import Outcome, VerdictOutcome
from verification.core.verify import verify


def document(**changes: Any) -> DocumentEvidence:
    values: dict[str, Any] = {"signer_trusted": True, "signer_leaf": FILE_LEAF, "stated": {"holder_name": "张三丰"}}
    return DocumentEvidence(**(values | changes))


def renamed(der: bytes, subject: x509.Name) -> bytes:
    old = x509.load_der_x509_certificate(der)
    key = p256()
    builder = x509.CertificateBuilder(
        old.issuer, subject, key.public_key(), 9, old.not_valid_before_utc, old.not_valid_after_utc
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


RENEWED = WORLD.zj.leaf(WORLD.zj_ca, serial_number=5, private_key=FILE_KEY)
UNLISTED = WORLD.zj.leaf(WORLD.zj_ca, serial_number=8, private_key=THIEF)
OTHER_TYPES = WORLD.zj.leaf(WORLD.zj_ca, serial_number=10, private_key=FILE_KEY, licence_types=["business_licence"])
NEIGHBOUR = WORLD.zj.leaf(WORLD.zj_ca, serial_number=6, agency_uscc="1133000000248220XL")
NAMELESS = renamed(LEAF, x509.Name([]))
ABROAD = WORLD.gd.leaf(WORLD.gd_ca, agency_uscc=ZJ_POLICE)


@pytest.mark.parametrize(
    ("found", "outcome", "code"),
    [
        (document(), PASSED, "document.agrees"),
        (document(signer_leaf=RENEWED), PASSED, "document.agrees"),
        (document(signer_leaf=UNLISTED), OPEN, "document.signer_unlisted"),
        (document(signer_leaf=LEAF), FAILED, "document.signer_untrusted"),  # the key for credentials signs no files
        (document(signer_leaf=OTHER_TYPES), FAILED, "document.signer_untrusted"),
        (document(stated=scene.VALUES), PASSED, "document.agrees"),
        (document(refusal="pdf.modified"), FAILED, "pdf.modified"),
        (document(refusal="pdf.unsigned", signer_trusted=False), FAILED, "pdf.unsigned"),
        (document(signer_trusted=False), FAILED, "document.signer_untrusted"),
        (document(signer_leaf=None), FAILED, "document.other_signer"),
        (document(signer_leaf=b"junk"), FAILED, "document.other_signer"),
        (document(signer_leaf=NEIGHBOUR), FAILED, "document.other_signer"),
        (document(signer_leaf=ABROAD), FAILED, "document.other_signer"),
        (document(signer_leaf=NAMELESS), FAILED, "document.other_signer"),
        (document(signer_leaf=WORLD.zj_ca), FAILED, "document.other_signer"),
        (document(stated={"holder_name": "李四"}), FAILED, "document.differs"),
        (document(stated={"holder_name": "张三丰", "valid_until": "2027-06-30"}), FAILED, "document.differs"),
        (document(stated={"holder_name": "李四", "address": "x"}), FAILED, "document.differs"),
        (document(stated={"holder_name": "张三丰", "address": "x"}), OPEN, "document.not_comparable"),
        (document(stated={}), OPEN, "document.not_comparable"),
        (None, OPEN, "document.missing"),
    ],
)
def test_8_compares_the_document_with_the_credential_in_it(found: Any, outcome: Outcome, code: str) -> None:
    expect(pdf_check(document=found), 8, outcome, code)


def test_8_leaves_a_document_open_whose_key_others_may_hold_however_old_it_says_it_is() -> None:
    stolen = bundle(key_entry(), file_key_entry(state=KeyState.COMPROMISED, compromised_at=NOW))
    expect(pdf_check(agency_keys=stolen), 8, OPEN, "document.signer_revoked")
    retired = bundle(key_entry(), file_key_entry(state=KeyState.RETIRED, valid_to=NOW))
    expect(pdf_check(agency_keys=retired), 8, PASSED, "document.agrees")


def test_8_refuses_a_document_by_a_key_that_has_not_begun() -> None:
    for late, outcome, code in (
        (timedelta(days=10), FAILED, "document.signer_untrusted"),
        (timedelta(seconds=61), FAILED, "document.signer_untrusted"),
        (timedelta(seconds=60), PASSED, "document.agrees"),
    ):
        pending = bundle(key_entry(), file_key_entry(state=KeyState.PENDING, valid_from=NOW + late))
        expect(pdf_check(agency_keys=pending), 8, outcome, code)


def test_8_leaves_a_document_open_whose_signer_is_on_a_revocation_list() -> None:
    for serial, outcome, code in ((7, OPEN, "document.signer_revoked"), (99, PASSED, "document.agrees")):
        der = make_crl(
            ca_certificate=WORLD.zj_ca,
            signer=signer_of(WORLD.zj.ca_key),
            number=1,
            issued_at=ISSUED,
            next_update=NOW + timedelta(days=1),
            revoked=[Revocation(serial_number=serial, revoked_at=NOW)],
        )
        lists = read_revocation_lists([der], cas=WORLD.trust_list.region(ZJ).cas)
        expect(pdf_check(agency_keys=bundle(revocation_lists=lists)), 8, outcome, code)


def test_8_does_not_compare_with_a_masked_value() -> None:
    evidence = pdf_check(shown(issue(), holder_name=Grain.MASKED), document=document(stated={"holder_name": "张**"}))
    expect(evidence, 8, OPEN, "document.not_comparable")


def test_8_is_open_where_the_credential_is_missing_or_not_verified() -> None:
    evidence = pdf_check(presented=Missing(code="credential.missing"))
    expect(evidence, 2, OPEN, "credential.missing")
    expect(evidence, 8, OPEN, "credential.not_verified")


def receipt(found: Any, **changes: Any) -> Evidence:
    gone = Missing(code="status.unavailable")
    evidence = Evidence(
        kind=InputKind.RECEIPT,
        lookup_id=LOOKUP,
        own_region=GD,
        presented=gone,
        trust_list=WORLD.trust_list,
        agency_keys=gone,
        status=gone,
        receipt=found,
    )
    return replace(evidence, **changes)


def verified(state: ReceiptState) -> VerifiedReceipt:
    # The verdict looks at the state only; that a receipt reaches its state is for test_receipt.
    return VerifiedReceipt(state=state, code=None, promise=cast("Promise", None), entry=cast("LookupEntry", None))


@pytest.mark.parametrize(
    ("found", "outcomes", "code", "verdict"),
    [
        (verified(ReceiptState.INCLUDED), (PASSED, PASSED), "receipt.included", VerdictOutcome.VALID),
        (verified(ReceiptState.PROMISED), (PASSED, OPEN), "receipt.promised", VerdictOutcome.UNDETERMINED),
        (verified(ReceiptState.OVERDUE), (PASSED, OPEN), "receipt.promise_overdue", VerdictOutcome.UNDETERMINED),
        (verified(ReceiptState.UNWITNESSED), (PASSED, OPEN), "receipt.head_unwitnessed", VerdictOutcome.UNDETERMINED),
        (Missing(code="receipt.signature"), (FAILED, OPEN), "receipt.not_verified", VerdictOutcome.INVALID),
        (Missing(code="trust_list.expired"), (OPEN, OPEN), "receipt.not_verified", VerdictOutcome.UNDETERMINED),
        (None, (OPEN, OPEN), "receipt.not_verified", VerdictOutcome.UNDETERMINED),
    ],
)
def test_8_a_receipt_is_valid_only_with_its_entry_proved_in_the_log(
    found: Any, outcomes: tuple[Outcome, Outcome], code: str, verdict: VerdictOutcome
) -> None:
    made = verify(receipt(found), NOW)
    assert made.outcome is verdict
    assert (made.checks[1].outcome, made.checks[7].outcome) == outcomes
    assert made.checks[7].code == code
    assert {check.outcome for check in made.checks[2:7]} == {SKIPPED}


def test_1_fails_on_a_receipt_that_cannot_be_read() -> None:
    evidence = receipt(Missing(code="receipt.malformed"), unreadable="receipt.malformed")
    expect(evidence, 1, FAILED, "receipt.malformed")
    assert line(evidence, 2).outcome is OPEN
