"""A document at a counter: the file's own signature, the credential that it carries, and whether the two agree."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from certificates.adapters.pdf.read import read_document
from certificates.core.errors import DocumentError
from verification.core.document_stated import names_type, stated_values
from verification.core.errors import PolicyError
from verification.core.evidence import DocumentEvidence, InputKind, Missing
from verification.core.presentation_kind import claimed_region_or_code
from verification.core.trust_list import TrustList
from verification.core.verification_request import VerificationRequest, require_form
from verification.services.asked import Asked, VerificationAnswer, ask, earlier_answer
from verification.services.gather_evidence import Gathered, trust_or_missing
from verification.services.permit_request import permit_request
from verification.services.record_lookup import require_log_alive
from verification.services.verify_presentation import refuse
from verification.services.verify_statement import verify_statement

_OFD_BEGINS: Final = b"PK"  # an OFD is a ZIP archive (GB/T 33190)
_NO_FORM: Final = frozenset({"pdf.limit", "pdf.unreadable", "pdf.encrypted", "pdf.trailing"})
_NOTHING: Final = Missing(code="credential.missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What reading the file gave: kind, the carried credential, and the facts for check 8."""

    kind: InputKind
    credential: str | None = field(default=None, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    document: DocumentEvidence | None = None
    unreadable: str | None = None


def verify_document(
    *, caller: Caller, request: VerificationRequest, data: bytes, idempotency_key: str, at: datetime
) -> VerificationAnswer:
    """This will commit the look-up of a PDF with its answer, as `verify_presentation` does; nothing in the file is run.

    Raises NotPermitted, PolicyError `request.form`, `idempotency.missing|other_body`, LogError `log.stalled`.
    """
    require(caller, Action.VERIFY)
    require_form(request)
    asked = ask(
        caller=caller,
        request=request,
        idempotency_key=idempotency_key,
        at=at,
        document_digest=sha256(data).digest(),
    )
    earlier = earlier_answer(asked)
    if earlier is not None:
        return earlier
    require_log_alive(at=at)  # before another region spends a code for a look that could not be recorded here
    try:
        asked = permit_request(asked)
    except PolicyError as refused:
        return refuse(asked, code=refused.code)
    return _verify(asked, _read(data, at))


def _verify(asked: Asked, read: _Read) -> VerificationAnswer:
    region_code, refusal = (None, None) if read.credential is None else claimed_region_or_code(read.credential)
    return verify_statement(
        asked,
        kind=read.kind,
        presented=_NOTHING if read.credential is None else read.credential,
        region_code=region_code,
        unreadable=read.unreadable or refusal,
        document=read.document,
        complete=lambda gathered: _with_stated(gathered, read.metadata),
    )


def _read(data: bytes, at: datetime) -> _Read:
    if data.startswith(_OFD_BEGINS):
        return _Read(kind=InputKind.OFD)
    trust_list = trust_or_missing(at=at)
    try:
        facts = read_document(data, trust_roots=_roots(trust_list, at), at=at)
    except DocumentError as refused:
        unreadable = refused.code if refused.code in _NO_FORM else None
        return _Read(kind=InputKind.PDF, document=DocumentEvidence(refusal=refused.code), unreadable=unreadable)
    document = DocumentEvidence(signer_trusted=facts.signer_trusted, signer_leaf=facts.signer_leaf_der)
    return _Read(
        kind=InputKind.PDF,
        credential=facts.credential,
        metadata=facts.metadata,
        # Without a trust list nothing is known of the signer, which is not the same as an untrusted one.
        document=document if isinstance(trust_list, TrustList) else None,
    )


def _roots(trust_list: TrustList | Missing, at: datetime) -> tuple[bytes, ...]:
    if isinstance(trust_list, Missing):
        return ()
    return tuple(entry.der for region in trust_list.regions.values() for entry in region.cas if entry.in_force(at))


def _with_stated(gathered: Gathered, metadata: Mapping[str, str]) -> Gathered:
    statement, definition, document = gathered.statement, gathered.definition, gathered.evidence.document
    if statement is None or definition is None or document is None or document.refusal is not None:
        return gathered
    completed = replace(document, stated=stated_values(metadata, definition=definition, shown=statement.shown))
    if not names_type(metadata, type_code=statement.type_code):
        completed = replace(document, refusal="document.differs")
    return replace(gathered, evidence=replace(gathered.evidence, document=completed))
