"""The verdict of a look-up: eight numbered checks over evidence, and nothing else.

 1. readable: the input is one of ours, in its only correct form
 2. signature: an agency key of the region's signed bundle verifies what is presented
 3. issuer authorised: for this type, in this region, at the issue time that the log knows
 4. validity period: of the signed statement and of the licence
 5. status and its age
 6. presented by the holder, for this look-up
 7. recognised here, for this matter
 8. document and credential agree (documents); the entry is in the log (receipts)

A look may ask how things stood at a past moment (`Evidence.as_of`): checks 4 and 5 are then made for that moment, in words of
their own, while who signed, who presents and what is recognised are judged as always.

`verify` fetches nothing and reads no clock. Its caller MUST have verified the trust list, the agency-key bundle, the status
list and the receipt with the functions made for them, and MUST give `Missing` with the reason for what it could not get.
"""

from dataclasses import dataclass
from datetime import datetime

from verification.core.applicability import APPLIES, Applicability
from verification.core.check_document import check_document, check_receipt_logged
from verification.core.check_issuer import check_issuer
from verification.core.check_presence import check_presence
from verification.core.check_recognition import check_recognition, deciding_rule
from verification.core.check_status import check_status
from verification.core.check_validity import check_validity
from verification.core.copy_codes import spoken_of_copy
from verification.core.errors import PolicyError
from verification.core.evidence import Evidence, InputKind, Missing
from verification.core.past_codes import spoken_of_then
from verification.core.statement import Reading, Statement, read_statement
from verification.core.verdict import Check, Outcome, Verdict

NOT_APPLICABLE = "check.not_applicable"
NOT_VERIFIED = "credential.not_verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """This will hold the verdict, and the signed statement it is about where the signature held."""

    verdict: Verdict
    statement: Statement | None


def verify(evidence: Evidence, at: datetime) -> Verdict:
    """This will give the verdict on the evidence for the moment `at` (aware)."""
    return examine(evidence, at).verdict


def examine(evidence: Evidence, at: datetime, *, reading: Reading | None = None) -> Examination:
    """This will give the verdict with the verified statement, so that what is shown is exactly what was judged.

    `reading` spares verifying the same text under the same keys again; one of anything else is not looked at.
    """
    if evidence.kind is InputKind.RECEIPT:
        return Examination(verdict=Verdict(checks=_receipt_ledger(evidence), at=at), statement=None)
    if reading is None or not reading.covers(evidence, at):
        reading = read_statement(evidence, at)
    statement, signature = reading.statement, reading.signature
    checks = (
        reading.readable,
        signature,
        *_statement_checks(evidence, statement, signature, at),
        _presence(evidence, statement, at),
        _recognition(evidence, statement, signature),
        _document(evidence, statement, at),
    )
    return Examination(verdict=Verdict(checks=checks, at=at, as_of=evidence.as_of), statement=statement)


def _statement_checks(
    evidence: Evidence, statement: Statement | None, signature: Check, at: datetime
) -> tuple[Check, Check, Check]:
    if statement is None:
        return _cannot_know(3, signature), _cannot_know(4, signature), _cannot_know(5, signature)
    issuer = check_issuer(
        statement,
        logged_issue_at=evidence.logged_issue_at,
        at=at,
        revocation_lists=() if isinstance(evidence.agency_keys, Missing) else evidence.agency_keys.revocation_lists,
    )
    moment = at if evidence.as_of is None else evidence.as_of
    validity = check_validity(statement, fields=evidence.validity_fields, at=moment)
    status = check_status(statement, evidence.status, at=moment)
    if evidence.as_of is not None:
        return issuer, spoken_of_then(validity), spoken_of_then(status)
    if statement.copy is not None:
        return issuer, spoken_of_copy(validity), spoken_of_copy(status)
    return issuer, validity, status


def _presence(evidence: Evidence, statement: Statement | None, at: datetime) -> Check:
    applies = APPLIES[evidence.kind][6]
    try:
        rule = deciding_rule(evidence, statement)
        required = applies is Applicability.ALWAYS or (rule is not None and rule.presence_required)
    except PolicyError:
        required = True  # two rules disagree: the stricter reading
    return check_presence(evidence, statement, required=required, at=at)


def _recognition(evidence: Evidence, statement: Statement | None, signature: Check) -> Check:
    if evidence.matter is None:
        needs_matter = APPLIES[evidence.kind][7] is Applicability.ALWAYS
        outcome = Outcome.UNDETERMINED if needs_matter else Outcome.NOT_APPLICABLE
        return Check(number=7, outcome=outcome, code="recognition.no_matter")
    if statement is None:
        return _cannot_know(7, signature)
    return check_recognition(evidence, statement, evidence.matter)


def _document(evidence: Evidence, statement: Statement | None, at: datetime) -> Check:
    if APPLIES[evidence.kind][8] is Applicability.NEVER:
        return _not_applicable(8)
    return check_document(evidence, statement, at=at)


def _receipt_ledger(evidence: Evidence) -> tuple[Check, ...]:
    applies = APPLIES[InputKind.RECEIPT]
    made = {1: _receipt_readable(evidence), 2: _receipt_signature(evidence), 8: check_receipt_logged(evidence)}
    return tuple(
        _not_applicable(number) if applicability is Applicability.NEVER else made[number]
        for number, applicability in applies.items()
    )


def _receipt_readable(evidence: Evidence) -> Check:
    if evidence.unreadable is not None:
        return Check(number=1, outcome=Outcome.FAILED, code=evidence.unreadable)
    return Check(number=1, outcome=Outcome.PASSED, code="input.readable")


def _receipt_signature(evidence: Evidence) -> Check:
    receipt = evidence.receipt
    if evidence.unreadable is not None or receipt is None:
        return Check(number=2, outcome=Outcome.UNDETERMINED, code="receipt.not_verified")
    if isinstance(receipt, Missing):
        # A refusal of the receipt itself speaks against it; anything else only means that we could not check.
        refused = receipt.code.startswith("receipt.")
        return Check(number=2, outcome=Outcome.FAILED if refused else Outcome.UNDETERMINED, code=receipt.code)
    return Check(number=2, outcome=Outcome.PASSED, code="signature.good")


def _cannot_know(number: int, signature: Check) -> Check:
    """This will repeat why nothing is known, where that is known; after a bad signature there is no more to say."""
    code = signature.code if signature.outcome is Outcome.UNDETERMINED else NOT_VERIFIED
    return Check(number=number, outcome=Outcome.UNDETERMINED, code=code)


def _not_applicable(number: int) -> Check:
    return Check(number=number, outcome=Outcome.NOT_APPLICABLE, code=NOT_APPLICABLE)
