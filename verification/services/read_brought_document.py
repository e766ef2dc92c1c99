"""Reading a file that somebody brings: kind, carried credential, and the facts by which the file itself is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from certificates.adapters.pdf.facts import Level, TrustAnchor
from certificates.adapters.pdf_worker.pool import POOL
from certificates.core.copy_page import copy_page_agrees
from certificates.core.errors import DocumentError
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.printed_values import page_agrees
from verification.core.archived_receipt import ArchivedReceipt
from verification.core.document_stated import names_copy, names_type, stated_photo, stated_values
from verification.core.evidence import DocumentEvidence, InputKind, Missing
from verification.core.statement import Statement
from verification.core.trust_keys import CaEntry
from verification.core.trust_list import TrustList

_OFD_BEGINS: Final = b"PK"  # an OFD is a ZIP archive (GB/T 33190)
_PDF_BEGINS: Final = b"%PDF-"
_HEAD_BYTES: Final = 1024  # where viewers still look for it
_NO_CREDENTIAL: Final = Missing(code="credential.missing")
_NOT_READ: Final = Missing(code="credential.not_read")
_NOT_ITS_FAULT: Final = "document."  # the reader's own trouble leaves a file open; all other codes speak against it
_NO_FORM: Final = frozenset(
    {
        *("pdf.limit", "pdf.unreadable", "pdf.encrypted", "pdf.trailing", "pdf.other_format"),
        *("ofd.limit", "ofd.container", "ofd.encrypted", "ofd.entry_name", "ofd.xml", "ofd.structure"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtDocument:
    """This will hold what reading a file gave; `unreadable` is the code where it is no file that can be read."""

    kind: InputKind
    credential: str | None = field(default=None, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    licence_type: bytes | None = field(default=None, repr=False)
    photo: str | None = field(default=None, repr=False)
    picture: bytes | None = field(default=None, repr=False)
    printed: str | None = field(default=None, repr=False)
    receipt: bytes | None = field(default=None, repr=False)
    archive: ArchivedReceipt | None = None
    document: DocumentEvidence | None = None
    unreadable: str | None = None
    missing: Missing = _NO_CREDENTIAL

    @property
    def presented(self) -> str | Missing:
        """This will be the carried credential, or why there is none."""
        return self.missing if self.credential is None else self.credential


def read_brought_document(data: bytes, *, trust_list: TrustList | Missing, at: datetime) -> BroughtDocument:
    """This will read a PDF or OFD strictly, in a process apart; nothing in it is run, fetched or followed."""
    kind = InputKind.OFD if data.startswith(_OFD_BEGINS) else InputKind.PDF
    if kind is InputKind.PDF and _PDF_BEGINS not in data[:_HEAD_BYTES]:
        return _refused(kind, "pdf.other_format")  # a photograph or scan of a licence, most often
    try:
        facts = POOL.read(data, trust_anchors=_anchors(trust_list), timestamp_anchors=_authorities(trust_list), at=at)
    except DocumentError as refused:
        return _refused(kind, refused.code)
    if facts.receipt is not None:
        archive = ArchivedReceipt(
            openings=facts.openings or b"",
            signer_leaf=facts.signer_leaf,
            signer_trusted=facts.signer_trusted,
            printed=facts.printed,
        )
        return BroughtDocument(kind=InputKind.RECEIPT, receipt=facts.receipt, archive=archive)
    document = DocumentEvidence(
        doubt=facts.doubt,
        signer_trusted=facts.signer_trusted,
        signer_leaf=facts.signer_leaf,
        seal_maker=facts.seal_maker,
        signing_time=facts.signing_time,
        proven_at=facts.proven_at,
        is_archived=facts.level is Level.LTA,
        revocation_lists=facts.revocation_lists,
    )
    return BroughtDocument(
        kind=kind,
        credential=facts.credential,
        metadata=facts.metadata,
        licence_type=facts.licence_type,
        photo=facts.photo,
        picture=facts.picture,
        printed=facts.printed,
        # Without a trust list nothing is known of the signer, which is not the same as an untrusted one.
        document=document if isinstance(trust_list, TrustList) else None,
    )


def _refused(kind: InputKind, code: str) -> BroughtDocument:
    if code.startswith(_NOT_ITS_FAULT):
        document = DocumentEvidence(doubt=code)
        return BroughtDocument(kind=kind, document=document, missing=Missing(code=code))
    return BroughtDocument(
        kind=kind,
        document=DocumentEvidence(refusal=code),
        unreadable=code if code in _NO_FORM or code.startswith("limit.") else None,
        missing=_NOT_READ,
    )


def stated_beside(
    document: DocumentEvidence | None,
    *,
    brought: BroughtDocument,
    statement: Statement | None,
    definition: LicenceTypeDefinition | None,
) -> DocumentEvidence | None:
    """This will add to the evidence what the file states and prints by itself, once type and credential are known."""
    if statement is None or definition is None or document is None or document.refusal is not None:
        return document
    metadata = brought.metadata
    if not names_type(metadata, type_code=statement.type_code) or not names_copy(metadata, copy=statement.copy):
        return replace(document, refusal="document.differs")
    stated = stated_values(brought.metadata, definition=definition, shown=statement.shown)
    return replace(
        document,
        stated=stated | stated_photo(brought.photo, definition=definition, shown=statement.shown),
        page_agrees=None if brought.printed is None else _prints(brought.printed, statement, definition),
    )


def _prints(text: str, statement: Statement, definition: LicenceTypeDefinition) -> bool:
    """A copy's page holds each thing that the copy states; a licence's page whole values, which is all that it prints."""
    if statement.copy is not None:
        return copy_page_agrees(text, definition=definition, shown=statement.shown, claims=statement.copy)
    whole = {name: item.value for name, item in statement.shown.items() if item.grain is Grain.FULL}
    values = {name: value for name, value in whole.items() if isinstance(value, str | tuple)}
    return page_agrees(text, definition=definition, values=values)


def _anchors(trust_list: TrustList | Missing) -> tuple[TrustAnchor, ...]:
    if isinstance(trust_list, Missing):
        return ()
    return tuple(_anchor(entry) for region in trust_list.regions.values() for entry in region.cas)


def _authorities(trust_list: TrustList | Missing) -> tuple[TrustAnchor, ...]:
    return () if isinstance(trust_list, Missing) else tuple(map(_anchor, trust_list.timestamp_authorities))


def _anchor(entry: CaEntry) -> TrustAnchor:
    return TrustAnchor(der=entry.der, valid_from=entry.valid_from, valid_to=entry.valid_to)
