"""Fetching all that a verdict needs about a presented statement: trust, keys, status, rules; and judging it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from certificates.adapters.known_signatures import KNOWN_SIGNATURES
from certificates.core.errors import LicenceTypeError
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.queries.licence_types import licence_type_definition
from verification.core.agency_keys import AgencyKeys
from verification.core.document_signer import signer_kid
from verification.core.errors import IssuerError, TrustListError
from verification.core.evidence import (
    CodeSpent,
    DocumentEvidence,
    Evidence,
    InputKind,
    ListedStatus,
    Missing,
    OtherCredential,
    OwnStatus,
    PresentationRefused,
    ReleaseStatement,
    ValidityFields,
)
from verification.core.field_items import facts_by_field
from verification.core.matters import Matter
from verification.core.presentation_kind import claimed_kid
from verification.core.statement import Reading, Statement, read_statement
from verification.core.trust_list import TrustedRegion, TrustList
from verification.core.usage_list import UsageDecision
from verification.queries.current_trust_list import current_trust_list
from verification.queries.own_agency_keys import own_agency_keys
from verification.queries.own_licences import RegisteredLicence, registered_licence, registered_then
from verification.queries.policies import recognition_rules
from verification.services.peer_agency_keys import peer_agency_keys
from verification.services.peer_status import peer_status
from verification.services.peer_status_then import peer_status_then

NOT_VERIFIED: Final = Missing(code="credential.not_verified")
_KEY_UNKNOWN: Final = "issuer.key_unknown"
_JUST_FETCHED: Final = timedelta(
    seconds=10
)  # a licence under an unheard-of key makes us ask again, but not at every scan

Presence = CodeSpent | ReleaseStatement | PresentationRefused | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """This will hold the evidence and how it reads, the statement's type where this node knows it, and its own licence."""

    evidence: Evidence
    reading: Reading
    definition: LicenceTypeDefinition | None = None
    registered: RegisteredLicence | None = None

    @property
    def statement(self) -> Statement | None:
        """This will be the statement, where its signature held."""
        return self.reading.statement


def gather_evidence(
    *,
    kind: InputKind,
    presented: str | Missing,
    region_code: str | None,
    lookup_id: str,
    matter: Matter | None,
    at: datetime,
    unreadable: str | None = None,
    presence: Presence = None,
    document: DocumentEvidence | None = None,
    as_of: datetime | None = None,
) -> Gathered:
    """This will fetch what is needed about a statement of the region that it claims to be of, its status as of a past moment if asked.

    For another region it goes over the network: never call it inside a transaction then. It commits only what it kept.
    """
    trust_list = trust_or_missing(at=at)
    evidence = Evidence(
        kind=kind,
        lookup_id=lookup_id,
        own_region=settings.NODE.region,
        presented=presented,
        trust_list=trust_list,
        agency_keys=_agency_keys(trust_list, region_code, presented, at, document=document)
        if unreadable is None
        else NOT_VERIFIED,
        status=NOT_VERIFIED,
        unreadable=unreadable,
        presence=presence,
        matter=matter,
        recognition_rules=() if matter is None else recognition_rules(matter_code=matter.code),
        document=document,
        as_of=as_of,
    )
    reading = _read(evidence, at)
    evidence, statement = reading.evidence, reading.statement
    if statement is None:
        return Gathered(evidence=evidence, reading=reading)
    definition = known_definition(code=statement.type_code, version=statement.type_version)
    registered = _registered(statement) if region_code == settings.NODE.region else None
    evidence = _with_type(_with_status(evidence, statement, registered, at), definition)
    own = registered if isinstance(registered, RegisteredLicence) else None
    return Gathered(evidence=evidence, reading=reading, definition=definition, registered=own)


def with_usage(gathered: Gathered, usage: UsageDecision) -> Gathered:
    """This will add the usage list's decision to gathered evidence."""
    return replace(gathered, evidence=replace(gathered.evidence, usage=usage))


def trust_or_missing(*, at: datetime) -> TrustList | Missing:
    """This will give the trust list in force, or why there is none."""
    try:
        return current_trust_list(at=at)
    except TrustListError as refused:
        return Missing(code=refused.code)


def known_definition(*, code: str, version: int) -> LicenceTypeDefinition | None:
    """This will give a version of a type, or None where this node does not know it."""
    try:
        return licence_type_definition(code=code, version=version)
    except LicenceTypeError:
        return None


def _agency_keys(
    trust_list: TrustList | Missing,
    region_code: str | None,
    presented: str | Missing,
    at: datetime,
    max_age: timedelta | None = None,
    document: DocumentEvidence | None = None,
) -> AgencyKeys | Missing:
    if isinstance(trust_list, Missing):
        return trust_list
    if region_code == settings.NODE.region:
        # Of the register's keys only those that text and file name can matter; whether they signed is verified under them.
        named = (
            None if isinstance(presented, Missing) else claimed_kid(presented),
            None if document is None else signer_kid(document.signer_leaf),
        )
        try:
            return own_agency_keys(kids=[kid for kid in named if kid is not None], at=at)
        except IssuerError as error:
            return Missing(code=error.code)
    region = trust_list.regions.get(region_code or "")
    if region is None:
        return Missing(code="trust_list.region")
    if max_age is None:
        return peer_agency_keys(region=region, at=at)
    return peer_agency_keys(region=region, at=at, max_age=max_age)


def _read(evidence: Evidence, at: datetime) -> Reading:
    reading = read_statement(evidence, at, known=KNOWN_SIGNATURES)
    keys = evidence.agency_keys
    is_known = reading.signature.code != _KEY_UNKNOWN
    if is_known or not isinstance(keys, AgencyKeys) or keys.region_code == settings.NODE.region:
        return reading
    newest = _agency_keys(evidence.trust_list, keys.region_code, evidence.presented, at, max_age=_JUST_FETCHED)
    return read_statement(replace(evidence, agency_keys=newest), at, known=KNOWN_SIGNATURES)


def _registered(statement: Statement) -> RegisteredLicence | OtherCredential | None:
    return registered_licence(
        reference=statement.status, presented=statement.text, is_seal_code=statement.credential is None
    )


def _with_status(
    evidence: Evidence, statement: Statement, registered: RegisteredLicence | OtherCredential | None, at: datetime
) -> Evidence:
    if statement.region is None:
        return evidence
    if statement.region.code != settings.NODE.region:
        return replace(evidence, status=_peers_word(evidence, statement.region, statement.status.uri, at))
    if registered is None:
        return replace(evidence, status=Missing(code="status.other_list"))
    if isinstance(registered, OtherCredential):
        return replace(evidence, status=registered)
    return replace(evidence, status=_own_word(evidence, registered, at), logged_issue_at=registered.logged_issue_at)


def _peers_word(evidence: Evidence, region: TrustedRegion, uri: str, at: datetime) -> ListedStatus | Missing:
    if evidence.as_of is None:
        return peer_status(region=region, uri=uri, at=at)
    matter_code = "" if evidence.matter is None else evidence.matter.code
    return peer_status_then(region=region, uri=uri, as_of=evidence.as_of, matter_code=matter_code, at=at)


def _own_word(evidence: Evidence, registered: RegisteredLicence, at: datetime) -> OwnStatus | Missing:
    if evidence.as_of is None:
        return OwnStatus(status=registered.status, read_at=at)
    then = registered_then(registered=registered, as_of=evidence.as_of)
    return Missing(code="status.not_issued_then") if then is None else OwnStatus(status=then, read_at=evidence.as_of)


def _with_type(evidence: Evidence, definition: LicenceTypeDefinition | None) -> Evidence:
    if definition is None:
        return evidence
    first, last = (definition.by_short_name(name) for name in ("ZZYXQQSRQ", "ZZYXQJZRQ"))
    usual = ValidityFields()
    return replace(
        evidence,
        facts_of=facts_by_field(definition),
        validity_fields=ValidityFields(
            first_day=usual.first_day if first is None else first.name,
            last_day=usual.last_day if last is None else last.name,
        ),
    )
