"""Check 8: do the document and the credential in it agree? For a receipt: does the log hold what it promises?"""

from certificates.core.errors import X509Error
from certificates.core.grains import Grain
from certificates.core.x509_read import read_certificate
from certificates.core.x509_subject import read_subject
from verification.core.evidence import DocumentEvidence, Evidence, InputKind, Missing
from verification.core.receipt import ReceiptState
from verification.core.statement import Statement
from verification.core.verdict import Check, Outcome


def check_document(evidence: Evidence, statement: Statement | None) -> Check:
    """This will compare signer and stated values of a document with the verified credential that it carries."""
    if evidence.kind is InputKind.OFD:
        return _check(Outcome.UNDETERMINED, "document.ofd_unsupported")
    if evidence.document is None:
        return _check(Outcome.UNDETERMINED, "document.missing")
    refusal = _refusal(evidence.document)
    if refusal is not None:
        return _check(Outcome.FAILED, refusal)
    if statement is None:
        return _check(Outcome.UNDETERMINED, "credential.not_verified")
    if not _is_same_agency(evidence.document.signer_leaf, statement):
        return _check(Outcome.FAILED, "document.other_signer")
    return _compare(evidence.document, statement)


def check_receipt_logged(evidence: Evidence) -> Check:
    """This will pass only for an entry proved to be in the log; a promise not kept speaks against the log."""
    receipt = evidence.receipt
    if receipt is None or isinstance(receipt, Missing):
        return _check(Outcome.UNDETERMINED, "receipt.not_verified")
    codes = {
        ReceiptState.INCLUDED: (Outcome.PASSED, "receipt.included"),
        ReceiptState.PROMISED: (Outcome.UNDETERMINED, "receipt.promised"),
        ReceiptState.OVERDUE: (Outcome.UNDETERMINED, "receipt.promise_overdue"),
    }
    return _check(*codes[receipt.state])


def _refusal(document: DocumentEvidence) -> str | None:
    if document.refusal is not None:
        return document.refusal
    return None if document.signer_trusted else "document.signer_untrusted"


def _is_same_agency(signer_leaf: bytes | None, statement: Statement) -> bool:
    if signer_leaf is None:
        return False
    try:
        facts = read_subject(read_certificate(signer_leaf).subject)
    except X509Error:
        return False
    # An agency may have renewed its certificate between credential and document; region and USCC stay.
    return (
        facts is not None
        and facts.region_code == statement.region_code
        and facts.agency_uscc == statement.key.agency_uscc
    )


def _compare(document: DocumentEvidence, statement: Statement) -> Check:
    credential = {name: shown.value for name, shown in statement.shown.items() if shown.grain is Grain.FULL}
    if any(name in credential and credential[name] != value for name, value in document.stated.items()):
        return _check(Outcome.FAILED, "document.differs")
    if not document.stated or not document.stated.keys() <= credential.keys():
        return _check(Outcome.UNDETERMINED, "document.not_comparable")
    return _check(Outcome.PASSED, "document.agrees")


def _check(outcome: Outcome, code: str) -> Check:
    return Check(number=8, outcome=outcome, code=code)
