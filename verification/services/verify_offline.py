"""Verifying without node, database and network: everything that the verdict rests on is handed in as files."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from certificates.core.canonical import strict_json_loads
from certificates.core.copy_claims import CopyClaims
from certificates.core.cose import COSE_SIGN1
from certificates.core.errors import CanonicalError, LicenceTypeError, StatusListError
from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type
from certificates.core.signing.suite import TrustedKey
from certificates.core.status_cwt import verify_status_cwt
from certificates.core.status_list import VerifiedStatusList, verify_status_token
from verification.core.agency_keys import AgencyKeys, verify_agency_keys
from verification.core.answer_view import ViewField, view_fields
from verification.core.archived_receipt import ArchivedReceipt
from verification.core.errors import IssuerError, ReceiptError, TrustListError
from verification.core.evidence import Evidence, InputKind, ListedStatus, Missing
from verification.core.field_items import facts_by_field
from verification.core.presentation_kind import UNREADABLE, claimed_region_or_code, kind_of
from verification.core.receipt import ReceiptState, VerifiedReceipt, unverified_promise
from verification.core.receipt_evidence import receipt_evidence
from verification.core.receipt_signature import looks_signed
from verification.core.statement import Reading, Statement, read_statement
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustList, load_trust_list
from verification.core.verdict import Verdict, VerdictOutcome
from verification.core.verify import examine
from verification.services.read_brought_document import BroughtDocument, read_brought_document, stated_beside

_PDF_BEGINS: Final = b"%PDF"
_OFD_BEGINS: Final = b"PK"
MAX_LICENCE_TYPE_BYTES: Final = 64 * 1024  # a type of fifty fields takes 12 KiB
_ONLINE_ONLY: Final = Missing(code="peer.unreachable")  # a code says nothing by itself: its region must be asked
_NOTHING: Final = Missing(code="credential.missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineFiles:
    """This will hold what was handed in: the travelling trust list, signed bundles and status lists, licence types (TOML)."""

    trust_list: bytes | None = None
    anchor_fingerprint: str = ""
    agency_keys: Sequence[bytes] = ()
    status: Sequence[bytes] = ()
    licence_types: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineVerdict:
    """This will hold the verdict, what the statement shows unless it is INVALID, and the receipt if it was one.

    `copy` and its end are there for a purpose copy whatever the verdict: they say for what and for whom it was made.
    """

    kind: InputKind
    verdict: Verdict
    fields: tuple[ViewField, ...] = ()
    issuer: str = ""
    copy: CopyClaims | None = None
    copy_ends_at: datetime | None = None
    receipt: VerifiedReceipt | None = None

    @property
    def logged_at(self) -> int | None:
        """This will be the index in the log that a completed receipt proves, else None."""
        included = self.receipt is not None and self.receipt.state is ReceiptState.INCLUDED
        return self.receipt.index if self.receipt is not None and included else None


def verify_offline(*, data: bytes, files: OfflineFiles, at: datetime) -> OfflineVerdict:
    """This will judge a code, seal code, SD-JWT, PDF, OFD or receipt by the files alone; it touches no database and no network.

    What is not handed in is not known: the verdict is then UNDETERMINED, never VALID.
    """
    trust_list = _trust_list(files, at)
    if data.startswith((_PDF_BEGINS, _OFD_BEGINS)):
        return _document(read_brought_document(data, trust_list=trust_list, at=at), trust_list, files, at)
    text = _text(data)
    if _looks_like_receipt(text):
        return _receipt(data.strip(), trust_list, at)
    kind = kind_of(text)
    if kind is None:
        return _statement(InputKind.SD_JWT, _NOTHING, UNREADABLE, None, trust_list, files, at)
    region, refusal = claimed_region_or_code(text)
    presented = _ONLINE_ONLY if kind is InputKind.CODE else text
    return _statement(kind, presented, refusal, region, trust_list, files, at)


def _statement(
    kind: InputKind,
    presented: str | Missing,
    unreadable: str | None,
    region_code: str | None,
    trust_list: TrustList | Missing,
    files: OfflineFiles,
    at: datetime,
    brought: BroughtDocument | None = None,
) -> OfflineVerdict:
    evidence = Evidence(
        kind=kind,
        lookup_id="",
        own_region="",
        presented=presented,
        trust_list=trust_list,
        agency_keys=_agency_keys(trust_list, region_code, files, at),
        status=Missing(code="credential.not_verified"),
        unreadable=unreadable,
        document=None if brought is None else brought.document,
    )
    reading = read_statement(evidence, at)
    statement = reading.statement
    definition = None if statement is None else _definition(statement, files, brought)
    if statement is not None:
        evidence = replace(evidence, status=_status(statement, files, at))
    if definition is not None:
        evidence = replace(evidence, facts_of=facts_by_field(definition))
    if brought is not None:
        document = stated_beside(brought.document, brought=brought, statement=statement, definition=definition)
        evidence = replace(evidence, document=document)
    return _told(evidence, reading, definition, at)


def _told(
    evidence: Evidence, reading: Reading, definition: LicenceTypeDefinition | None, at: datetime
) -> OfflineVerdict:
    examination = examine(evidence, at, reading=reading)
    statement = examination.statement
    if statement is None:
        return OfflineVerdict(kind=evidence.kind, verdict=examination.verdict)
    told = OfflineVerdict(
        kind=evidence.kind,
        verdict=examination.verdict,
        copy=statement.copy,
        copy_ends_at=None if statement.copy is None else statement.expires_at,
    )
    if examination.verdict.outcome is VerdictOutcome.INVALID:
        return told
    return replace(
        told,
        fields=view_fields(statement.shown, definition=definition, names=statement.shown),
        issuer=f"{statement.region_code} {statement.key.agency_uscc} {statement.key.agency_name_zh}",
    )


def _document(
    brought: BroughtDocument, trust_list: TrustList | Missing, files: OfflineFiles, at: datetime
) -> OfflineVerdict:
    if brought.receipt is not None:
        return _receipt(brought.receipt, trust_list, at, archive=brought.archive)
    text = brought.credential
    region, refusal = (None, None) if text is None else claimed_region_or_code(text)
    return _statement(
        brought.kind, brought.presented, brought.unreadable or refusal, region, trust_list, files, at, brought=brought
    )


def _receipt(
    data: bytes, trust_list: TrustList | Missing, at: datetime, *, archive: ArchivedReceipt | None = None
) -> OfflineVerdict:
    found: VerifiedReceipt | Missing = Missing(code="receipt.not_verified")
    unreadable = None
    try:
        unverified_promise(data)  # whatever is handed in besides: what has no receipt's form is none
        found = trust_list if isinstance(trust_list, Missing) else receipt_evidence(data, trust_list=trust_list, at=at)
    except ReceiptError as refused:
        unreadable = refused.code
    evidence = Evidence(
        kind=InputKind.RECEIPT,
        lookup_id="",
        own_region="",
        presented=_NOTHING,
        trust_list=trust_list,
        agency_keys=_NOTHING,
        status=_NOTHING,
        unreadable=unreadable,
        receipt=found,
        archive=archive,
    )
    verified = found if isinstance(found, VerifiedReceipt) else None
    return OfflineVerdict(kind=InputKind.RECEIPT, verdict=examine(evidence, at).verdict, receipt=verified)


def _trust_list(files: OfflineFiles, at: datetime) -> TrustList | Missing:
    if files.trust_list is None or not files.anchor_fingerprint:
        return Missing(code="trust_list.absent")
    try:
        return load_trust_list(files.trust_list, anchor_fingerprint=files.anchor_fingerprint, at=at)
    except TrustListError as refused:
        return Missing(code=refused.code)


def _agency_keys(
    trust_list: TrustList | Missing, region_code: str | None, files: OfflineFiles, at: datetime
) -> AgencyKeys | Missing:
    if isinstance(trust_list, Missing):
        return trust_list
    region = trust_list.regions.get(region_code or "")
    if region is None:
        return Missing(code="trust_list.region")
    refusal = "agency_keys.unavailable"
    found: list[AgencyKeys] = []
    for bundle in files.agency_keys:
        try:
            found.append(verify_agency_keys(_text(bundle), region=region, at=at))
        except IssuerError as refused:
            refusal = refused.code
    return max(found, key=lambda keys: keys.version) if found else Missing(code=refusal)


def _status(statement: Statement, files: OfflineFiles, at: datetime) -> ListedStatus | Missing:
    region = statement.region
    keys = {} if region is None else region.keys_in_force(Purpose.STATUS, at=at)
    refusal = "status.unavailable"
    found: list[VerifiedStatusList] = []
    for token in files.status:
        try:
            found.append(_listed(token, statement.status.uri, keys, at))
        except StatusListError as refused:
            # Lists of other addresses may well be among the files.
            refusal = refusal if refused.code == "status_list.subject" else refused.code
    if not found or region is None:
        return Missing(code=refusal)
    return ListedStatus(region_code=region.code, listed=max(found, key=lambda listed: listed.iat))


def _listed(token: bytes, uri: str, keys: Mapping[str, TrustedKey], at: datetime) -> VerifiedStatusList:
    if token.startswith(COSE_SIGN1):
        return verify_status_cwt(token, uri=uri, keys=keys, at=at)
    return verify_status_token(_text(token), uri=uri, keys=keys, at=at)


def _definition(
    statement: Statement, files: OfflineFiles, brought: BroughtDocument | None
) -> LicenceTypeDefinition | None:
    """This will give the type's definition from the files, else the one that the document carries under its own signature."""
    found = [*_handed_in(files), *_carried(brought)]
    wanted = (statement.type_code, statement.type_version)
    return next((item for item in found if (item.code, item.version) == wanted), None)


def _handed_in(files: OfflineFiles) -> Iterator[LicenceTypeDefinition]:
    for content in files.licence_types:
        # a file that is no licence type names nothing
        with suppress(LicenceTypeError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            yield parse_licence_type(tomllib.loads(content.decode("utf-8")))


def _carried(brought: BroughtDocument | None) -> Iterator[LicenceTypeDefinition]:
    content = None if brought is None else brought.licence_type
    if content is not None:
        with suppress(LicenceTypeError, CanonicalError):
            yield parse_licence_type(strict_json_loads(content, max_bytes=MAX_LICENCE_TYPE_BYTES))


def _looks_like_receipt(text: str) -> bool:
    return text.startswith("{") or (looks_signed(text) and "~" not in text and ":" not in text)


def _text(data: bytes) -> str:
    # What is not ASCII is nothing of ours; the replacement makes it unreadable instead of an error.
    return data.decode("ascii", errors="replace").strip()
