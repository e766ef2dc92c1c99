"""Releasing a credential to another region: code spent, cut to usage list and holder's choice, stated as released."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.conf import settings

from certificates.adapters.node_keys import node_signer
from certificates.core.errors import ERASED_CODES, CipherError, PresentationError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import Shown
from certificates.core.status_list import Status
from certificates.services.reveal_photo import reveal_photo
from certificates.services.spend_presentation import spend_presentation
from verification.core.field_items import cut_items, facts_by_field
from verification.core.recognition_message import RecognitionAsk
from verification.core.release import build_release
from verification.core.shown_photo import shown_photo, shows_photo
from verification.core.usage_list import UsageDecision, past_refusal
from verification.queries.node_keys import active_kid
from verification.queries.own_agencies import is_own_agency
from verification.queries.own_licences import Owned, OwnLicence, licence_of_code, own_licence, status_then
from verification.queries.policies import usage_rules
from verification.services.read_own_credential import read_own_credential

_STATUS_CODES: Final = MappingProxyType({Status.INVALID: "status.revoked", Status.SUSPENDED: "status.suspended"})
_STATUS_CODES_THEN: Final[Mapping[Status | None, str]] = MappingProxyType(
    {
        Status.VALID: "",
        Status.INVALID: "status.revoked_then",
        Status.SUSPENDED: "status.suspended_then",
        None: "status.not_issued_then",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """This will hold what came of a code: a credential with its release, or the `code` of the refusal."""

    owned: Owned | None
    code: str = ""
    credential: str | None = field(default=None, repr=False)
    release: str | None = field(default=None, repr=False)
    shown: Mapping[str, Shown] = field(default_factory=dict, repr=False)
    withheld: tuple[str, ...] = ()
    licence_type: str | None = None
    rule_version: int | None = None
    photo: bytes | None = field(default=None, repr=False)


def release_credential(*, ask: RecognitionAsk, peer_region: str, digest: bytes, at: datetime) -> Released:
    """This will spend the code and cut the credential, in the caller's transaction; the caller MUST record it there.

    A code stays spent when policy then refuses: nobody tries out, code in hand, what the usage list allows. No other
    region asks in the name of an agency of this node: the holder's choice of who may spend a code would be worth nothing.
    """
    if is_own_agency(uscc=ask.agency_uscc):
        return Released(owned=licence_of_code(text=ask.presentation), code="peer.agency_not_theirs")
    try:
        spent = spend_presentation(
            text_or_token=ask.presentation,
            spender=f"{peer_name(peer_region)} {ask.lookup_id}",
            agency_uscc=ask.agency_uscc,
            digest=digest,
            at=at,
        )
    except PresentationError as refused:
        return Released(owned=licence_of_code(text=ask.presentation), code=refused.code)
    licence = own_licence(certificate_id=spent.certificate_id)
    assert licence is not None  # a presentation cannot outlive its certificate
    usage = _cut(ask, peer_region, licence, spent.grains)
    code = _standing(ask, licence, usage, at)
    if code:
        return _refused(licence, code)
    if not usage.allowed:
        return _refused(licence, usage.code, withheld=usage.withheld)
    return _released(ask, peer_region, licence, usage, at)


def peer_name(region: str) -> str:
    """This will name a region as who asked, where look-ups store callers."""
    return f"region:{region}"


def _cut(ask: RecognitionAsk, peer_region: str, licence: OwnLicence, chosen: Mapping[str, Grain]) -> UsageDecision:
    return cut_items(
        usage_rules(type_code=licence.definition.code, matter_code=ask.matter_code),
        facts_of=facts_by_field(licence.definition),
        type_code=licence.definition.code,
        region=peer_region,
        agency=ask.agency_uscc,
        matter=ask.matter_code,
        wanted=ask.fields,
        offered=chosen,
    )


def _standing(ask: RecognitionAsk, licence: OwnLicence, usage: UsageDecision, at: datetime) -> str:
    """This will say why the licence's standing, now or at the past moment asked about, speaks against a release; or nothing."""
    if ask.as_of is None:
        # The other region's copy of the status list may be a ttl old; we know now.
        return _STATUS_CODES.get(licence.status, "")
    refusal = past_refusal(as_of=ask.as_of, is_allowed=usage.past_dates, at=at, most_days=settings.NODE.as_of_days)
    if refusal:
        return refusal
    return _STATUS_CODES_THEN[status_then(certificate_id=licence.owned.certificate_id, as_of=ask.as_of)]


def _released(
    ask: RecognitionAsk, peer_region: str, licence: OwnLicence, usage: UsageDecision, at: datetime
) -> Released:
    try:
        credential = read_own_credential(certificate_id=licence.owned.certificate_id, grains=usage.allowed, at=at)
        photo = _photo(licence, credential.shown) if shows_photo(usage.allowed, definition=licence.definition) else None
    except CipherError as refused:
        if refused.code not in ERASED_CODES:
            raise
        return _refused(licence, "code.erased")
    statement = build_release(
        issuer_region=settings.NODE.region,
        audience_region=peer_region,
        lookup_id=str(ask.lookup_id),
        presented=credential.sd_jwt,
        at=at,
        signer=node_signer(purpose="release", kid=active_kid(purpose="release")),
        as_of=ask.as_of,
    )
    return Released(
        owned=licence.owned,
        credential=credential.sd_jwt,
        release=statement,
        shown=credential.shown,
        withheld=tuple(sorted({*usage.withheld, *(usage.allowed.keys() - credential.shown.keys())})),
        licence_type=licence.definition.code,
        rule_version=usage.rule_version,
        photo=photo,
    )


def _photo(licence: OwnLicence, shown: Mapping[str, Shown]) -> bytes | None:
    picture = reveal_photo(certificate_id=licence.owned.certificate_id)
    return next(iter(shown_photo(picture, definition=licence.definition, shown=shown).values()), None)


def _refused(licence: OwnLicence, code: str, *, withheld: tuple[str, ...] = ()) -> Released:
    return Released(owned=licence.owned, code=code, withheld=withheld, licence_type=licence.definition.code)
