"""A document at a counter: the file's own signature, the credential that it carries, and whether the two agree."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from accounts.core.caller import Caller
from accounts.core.permissions import Action, require
from verification.core.errors import PolicyError
from verification.core.evidence import DocumentEvidence, InputKind, Missing
from verification.core.presentation_kind import claimed_region_or_code
from verification.core.verification_request import VerificationRequest, require_form
from verification.queries.own_licences import keeps_document
from verification.services.asked import Asked, VerificationAnswer, ask, earlier_answer
from verification.services.gather_evidence import Gathered, trust_or_missing
from verification.services.permit_request import permit_request
from verification.services.read_brought_document import BroughtDocument, read_brought_document, stated_beside
from verification.services.verify_presentation import refuse
from verification.services.verify_statement import verify_statement


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
    try:
        asked = permit_request(asked)
    except PolicyError as refused:
        return refuse(asked, code=refused.code)
    brought = _licence(read_brought_document(data, trust_list=trust_or_missing(at=at), at=at))
    return _verify(asked, brought, sha256(data).digest())


def _licence(brought: BroughtDocument) -> BroughtDocument:
    """A receipt tells of a look that was; it is no licence that could be looked at now."""
    if brought.receipt is None:
        return brought
    return BroughtDocument(
        kind=InputKind.PDF,
        document=DocumentEvidence(refusal="document.is_receipt"),
        missing=Missing(code="credential.not_read"),
    )


def _verify(asked: Asked, brought: BroughtDocument, digest: bytes) -> VerificationAnswer:
    text = brought.credential
    region_code, refusal = (None, None) if text is None else claimed_region_or_code(text)
    return verify_statement(
        asked,
        kind=brought.kind,
        presented=brought.presented,
        region_code=region_code,
        unreadable=brought.unreadable or refusal,
        document=brought.document,
        picture=brought.picture,
        complete=lambda gathered: _with_stated(gathered, brought, digest),
    )


def _with_stated(gathered: Gathered, brought: BroughtDocument, digest: bytes) -> Gathered:
    document = stated_beside(
        gathered.evidence.document,
        brought=brought,
        statement=gathered.statement,
        definition=gathered.definition,
    )
    if document is not None and gathered.registered is not None:
        kept = keeps_document(certificate_id=gathered.registered.owned.certificate_id, digest=digest)
        document = replace(document, is_registered=kept)
    return replace(gathered, evidence=replace(gathered.evidence, document=document))
