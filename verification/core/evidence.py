"""All that a verdict needs, fetched beforehand. Nothing in here decides anything; `verify` does.

Whatever could not be fetched is `Missing` with the reason, so that "we do not know" can never look like "all is well".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from certificates.core.status_list import Status, VerifiedStatusList
from verification.core.agency_keys import AgencyKeys
from verification.core.archived_receipt import ArchivedReceipt
from verification.core.matters import Matter
from verification.core.receipt import VerifiedReceipt
from verification.core.recognition_rule import RecognitionRule
from verification.core.trust_list import TrustList
from verification.core.usage_list import UsageDecision


class InputKind(StrEnum):
    """This will name what was brought to the counter."""

    CODE = "code"
    SD_JWT = "sd_jwt"
    SEAL_CODE = "seal_code"
    PDF = "pdf"
    OFD = "ofd"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """This will stand for evidence that is not there; `code` says why (`peer.timeout`, `trust_list.expired`, ...)."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStatus:
    """This will hold a status read from this node's own register, and when."""

    status: Status
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCredential:
    """This will say that this node's register holds another credential under the status index that this one names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStatus:
    """This will hold a status list and the code of the region whose status key signed it."""

    region_code: str
    listed: VerifiedStatusList


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSpent:
    """This will say that this node spent the presentation code, for that look-up."""

    lookup_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStatement:
    """This will hold the issuing node's release statement (compact JWS), not yet verified."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationRefused:
    """This will say why a presentation code was not accepted (`code.used`, `code.expired`, ...)."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEvidence:
    """This will hold what was found in a document; `refusal` is the reader's code where it was not accepted, `doubt` the code of
    what leaves it open.

    `signer_leaf` is the X.509 certificate (DER) of the signer, `signer_trusted` whether its path held at `proven_at`, the moment
    that a trusted timestamp proves, or now where that is None; `signing_time` is what the signer says. `is_archived` says that the
    file has archive timestamps and carries `revocation_lists` (DER) of its own. `stated` are the values that the document states
    by itself, by field name, `page_agrees` whether its pages print what is signed (None: nobody could compare); `is_registered`
    says whether the issuing node keeps this very file, None where that is not known.
    """

    refusal: str | None = None
    doubt: str | None = None
    signer_trusted: bool = False
    signer_leaf: bytes | None = field(default=None, repr=False)
    seal_maker: bytes | None = field(default=None, repr=False)
    signing_time: datetime | None = None
    proven_at: datetime | None = None
    is_archived: bool = False
    revocation_lists: tuple[bytes, ...] = field(default=(), repr=False)
    stated: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    page_agrees: bool | None = None
    is_registered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityFields:
    """This will name the fields that hold a licence's own first and last day (GB/T 36903: ZZYXQQSRQ, ZZYXQJZRQ)."""

    first_day: str = "valid_from"
    last_day: str = "valid_until"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """This will hold the evidence of one look-up.

    `presented`: the SD-JWT or seal code as text. `unreadable`: the code of the error that reading the input gave.
    `agency_keys`: the bundle of the region that the input points to, verified. `logged_issue_at`: when the log says that
    this credential was issued, where that is known. `matter`: None where the check names none (a public check).
    `facts_of`: by field, the names of the facts derived from it. `as_of`: the past moment that the look asks about, with `status`
    as it was then; None where it asks about now.
    """

    kind: InputKind
    lookup_id: str
    own_region: str
    presented: str | Missing
    trust_list: TrustList | Missing
    agency_keys: AgencyKeys | Missing
    status: OwnStatus | OtherCredential | ListedStatus | Missing
    unreadable: str | None = None
    logged_issue_at: datetime | None = None
    presence: CodeSpent | ReleaseStatement | PresentationRefused | None = None
    matter: Matter | None = None
    usage: UsageDecision | None = None
    recognition_rules: tuple[RecognitionRule, ...] = ()
    facts_of: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    validity_fields: ValidityFields = ValidityFields()
    document: DocumentEvidence | None = None
    receipt: VerifiedReceipt | Missing | None = None
    archive: ArchivedReceipt | None = None
    as_of: datetime | None = None
