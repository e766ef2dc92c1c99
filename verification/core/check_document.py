"""Check 8: do the document and the credential in it agree? For a receipt: does the log hold what it promises?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from certificates.core.grains import Grain
from verification.core.agency_keys import KeyUse
from verification.core.archived_receipt import judge_archive
from verification.core.document_signer import judge_signer
from verification.core.evidence import DocumentEvidence, Evidence, InputKind, Missing
from verification.core.receipt import ReceiptState, VerifiedReceipt
from verification.core.statement import Statement
from verification.core.trust_list import TrustedRegion, TrustList
from verification.core.verdict import Check, Outcome

# A PDF is signed with a key for files (P-256), an OFD sealed with the agency's SM2 key, which also signs credentials.
_USES: Final = {InputKind.PDF: KeyUse.DOCUMENT, InputKind.OFD: KeyUse.CREDENTIAL}


def check_document(evidence: Evidence, statement: Statement | None, *, at: datetime) -> Check:
    """This will compare signer and stated values of a document with the verified credential that it carries."""
    if evidence.document is None:
        return _check(Outcome.UNDETERMINED, "document.missing")
    by_itself = _by_itself(evidence.document)
    if by_itself is not None:
        return by_itself
    if statement is None or isinstance(evidence.agency_keys, Missing):
        return _check(Outcome.UNDETERMINED, "credential.not_verified")
    against = judge_signer(
        evidence.document, use=_USES[evidence.kind], keys=evidence.agency_keys, statement=statement, at=at
    )
    if against is not None:
        return _check(*against)
    return _compare(evidence.document, statement)


def check_receipt_logged(evidence: Evidence) -> Check:
    """This will pass only for an entry proved to be in the log; a promise not kept speaks against the log."""
    receipt, archive = evidence.receipt, evidence.archive
    if receipt is None or isinstance(receipt, Missing):
        return _check(Outcome.UNDETERMINED, "receipt.not_verified")
    against = archive and judge_archive(archive, entry=receipt.entry, region=_region_of(receipt, evidence.trust_list))
    if against:
        return _check(Outcome.FAILED, against)
    codes = {
        ReceiptState.INCLUDED: (Outcome.PASSED, "receipt.included"),
        ReceiptState.PROMISED: (Outcome.UNDETERMINED, "receipt.promised"),
        ReceiptState.UNWITNESSED: (Outcome.UNDETERMINED, "receipt.head_unwitnessed"),
        ReceiptState.OVERDUE: (Outcome.UNDETERMINED, "receipt.promise_overdue"),
    }
    return _check(*codes[receipt.state])


def _region_of(receipt: VerifiedReceipt, trust_list: TrustList | Missing) -> TrustedRegion | None:
    return None if isinstance(trust_list, Missing) else trust_list.regions.get(receipt.promise.region)


def _by_itself(document: DocumentEvidence) -> Check | None:
    """This will say what the file's own reading leaves to say, before any credential is looked at; None where it holds."""
    if document.refusal is not None:
        return _check(Outcome.FAILED, document.refusal)
    if document.doubt is not None:  # under an open time nobody can say when the signer's path should have held
        return _check(Outcome.UNDETERMINED, document.doubt)
    return None if document.signer_trusted else _check(Outcome.FAILED, "document.signer_untrusted")


def _compare(document: DocumentEvidence, statement: Statement) -> Check:
    # A copy prints its masked fields as they were signed; of a licence only whole values are printed.
    printed = {Grain.FULL} if statement.copy is None else {Grain.FULL, Grain.MASKED}
    credential = {name: shown.value for name, shown in statement.shown.items() if shown.grain in printed}
    if any(name in credential and credential[name] != value for name, value in document.stated.items()):
        return _check(Outcome.FAILED, "document.differs")
    if document.page_agrees is False:
        return _check(Outcome.FAILED, "cross.mismatch")
    if not document.stated or not document.stated.keys() <= credential.keys():
        return _check(Outcome.UNDETERMINED, "document.not_comparable")
    return Check(number=8, outcome=Outcome.PASSED, code="document.agrees", notes=tuple(_notes(document)))


def _notes(document: DocumentEvidence) -> Iterator[str]:
    yield "document.judged_now" if document.proven_at is None else "document.judged_then"
    if document.is_registered is False:
        yield "document.not_byte_exact"


def _check(outcome: Outcome, code: str) -> Check:
    return Check(number=8, outcome=outcome, code=code)
