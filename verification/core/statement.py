"""Reading what was presented and verifying its signature under the region's agency keys (checks 1 and 2)."""

import re
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final

from certificates.core.canonical import b64url
from certificates.core.copy_claims import CopyClaims
from certificates.core.errors import CanonicalError, CredentialError, SealCodeError
from certificates.core.sd_jwt_format import CredentialHeader, Shown, VerifiedCredential
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.seal_code import verify_seal_code
from certificates.core.signature_facts import KnownSignatures
from certificates.core.signing.suite import TrustedKey, kid_of
from certificates.core.status_list import StatusReference
from verification.core.agency_keys import AgencyKey, AgencyKeys
from verification.core.errors import IssuerError, VerificationError
from verification.core.evidence import Evidence, InputKind, Missing
from verification.core.trust_list import TrustedRegion, TrustList
from verification.core.verdict import Check, Outcome
from verification.core.x509_path import spki_of_leaf

_VCT: Final = re.compile(
    r"urn:huzheng:licence-type:(?P<code>[0-9A-Za-z._-]{1,64}):(?P<version>[1-9][0-9]{0,7})", re.ASCII
)

# Refusals that say "these bytes have no such form", as opposed to "nobody trusted signed them".
_FORM_PREFIXES: Final = ("limit.", "jws.", "json.", "base64.", "seal_code.")
_FORM_CODES: Final = frozenset({"credential.malformed", "credential.x5c", "credential.key_binding"})
_SIGNATURE_CODES: Final = frozenset({"seal_code.signature", "seal_code.key_algorithm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """This will hold what a good signature covers, the same for a credential and a seal code.

    `key` is the entry of the signing agency, `x5c` the chain to check, `text` what was presented; `credential` is None for a
    seal code, `copy` for all but a purpose copy 加注件.
    """

    region_code: str
    type_code: str
    type_version: int
    key: AgencyKey
    region: TrustedRegion | None
    x5c: tuple[bytes, ...]
    issued_at: datetime
    valid_from: datetime
    expires_at: datetime
    status: StatusReference
    shown: Mapping[str, Shown]
    text: str
    credential: VerifiedCredential | None
    copy: CopyClaims | None = None


_Read = tuple[Check, Check, Statement | None]
_MADE_HERE: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """This will hold checks 1 and 2 over some evidence, and the statement where both passed.

    Only `read_statement` makes one, so that nobody passes off as verified what was not; `token` is its proof.
    """

    readable: Check
    signature: Check
    statement: Statement | None = field(repr=False)
    evidence: Evidence = field(repr=False)
    at: datetime
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """This will refuse, with TypeError, to be made anywhere else."""
        if token is not _MADE_HERE:
            raise TypeError("a reading comes from read_statement")

    def covers(self, evidence: Evidence, at: datetime) -> bool:
        """This will tell whether reading that evidence at that moment would use the very same text, list and keys."""
        own = self.evidence
        return (
            at == self.at
            and evidence.kind is own.kind
            and evidence.presented is own.presented
            and evidence.trust_list is own.trust_list
            and evidence.agency_keys is own.agency_keys
            and evidence.unreadable == own.unreadable
        )


def read_statement(evidence: Evidence, at: datetime, *, known: KnownSignatures | None = None) -> Reading:
    """This will verify what is presented, for the moment `at`; a credential's signature that is `known` is not computed anew."""
    readable, signature, statement = _read(evidence, at, known)
    return Reading(
        readable=readable, signature=signature, statement=statement, evidence=evidence, at=at, token=_MADE_HERE
    )


def _read(evidence: Evidence, at: datetime, known: KnownSignatures | None) -> _Read:
    if evidence.unreadable is not None:
        return _check(1, Outcome.FAILED, evidence.unreadable), _not_verified(), None
    found = _verifiable(evidence, at)
    if isinstance(found, Missing):
        return _readable(), _check(2, Outcome.UNDETERMINED, found.code), None
    return _verify_text(evidence.kind, *found, known)


def _verify_text(
    kind: InputKind, text: str, keys: AgencyKeys, trust_list: TrustList, known: KnownSignatures | None
) -> _Read:
    read = _from_seal_code if kind is InputKind.SEAL_CODE else partial(_from_credential, known=known)
    try:
        statement = read(text, keys, trust_list)
    except (CredentialError, SealCodeError, CanonicalError, VerificationError) as error:
        if _is_about_form(error.code):
            return _check(1, Outcome.FAILED, error.code), _not_verified(), None
        return _readable(), _check(2, Outcome.FAILED, error.code), None
    return _readable(), _check(2, Outcome.PASSED, "signature.good"), statement


def _is_about_form(code: str) -> bool:
    return code in _FORM_CODES or (code.startswith(_FORM_PREFIXES) and code not in _SIGNATURE_CODES)


def _verifiable(evidence: Evidence, at: datetime) -> tuple[str, AgencyKeys, TrustList] | Missing:
    """This will give text, bundle and list if all are there and both statements still in force at this very moment."""
    text, trust_list, keys = evidence.presented, evidence.trust_list, evidence.agency_keys
    for item in (text, trust_list, keys):
        if isinstance(item, Missing):
            return item
    assert isinstance(text, str)
    assert isinstance(trust_list, TrustList)
    assert isinstance(keys, AgencyKeys)
    if at >= trust_list.expires_at:
        return Missing(code="trust_list.expired")
    if at >= keys.expires_at:
        return Missing(code="agency_keys.expired")
    return text, keys, trust_list


def _from_credential(text: str, keys: AgencyKeys, trust_list: TrustList, *, known: KnownSignatures | None) -> Statement:
    def resolve(header: CredentialHeader) -> TrustedKey:
        return _entry(keys, kid_of(spki_of_leaf(header.x5c[0]))).key

    verified = verify_credential(text, resolve_key=resolve, known=known)
    claims = verified.claims
    vct = _VCT.fullmatch(claims.vct)
    if vct is None:
        raise IssuerError("issuer.type_unknown", "the credential names no licence type of this system")
    return Statement(
        region_code=claims.region,
        type_code=vct["code"],
        type_version=int(vct["version"]),
        key=_entry(keys, kid_of(spki_of_leaf(verified.header.x5c[0]))),
        region=trust_list.regions.get(keys.region_code),
        x5c=verified.header.x5c,
        issued_at=_moment(claims.iat),
        valid_from=_moment(claims.nbf),
        expires_at=_moment(claims.exp),
        status=claims.status,
        shown=verified.shown,
        text=text,
        credential=verified,
        copy=claims.copy,
    )


def _from_seal_code(text: str, keys: AgencyKeys, trust_list: TrustList) -> Statement:
    verified = verify_seal_code(text, resolve_key=lambda kid: _entry(keys, b64url(kid)).key)
    entry = _entry(keys, b64url(verified.kid))
    return Statement(
        region_code=verified.region,
        type_code=verified.type_code,
        type_version=verified.type_version,
        key=entry,
        region=trust_list.regions.get(keys.region_code),
        x5c=entry.x5c,
        issued_at=_moment(verified.issued_at),
        valid_from=_moment(verified.issued_at),
        expires_at=_moment(verified.expires_at),
        status=verified.status,
        shown=verified.fields,
        text=text,
        credential=None,
        copy=verified.copy,
    )


def _entry(keys: AgencyKeys, kid: str) -> AgencyKey:
    found = keys.by_kid.get(kid)
    if found is None:
        raise IssuerError("issuer.key_unknown", "the region's bundle does not list the key that signed")
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _readable() -> Check:
    return _check(1, Outcome.PASSED, "input.readable")


def _not_verified() -> Check:
    return _check(2, Outcome.UNDETERMINED, "credential.not_verified")


def _check(number: int, outcome: Outcome, code: str) -> Check:
    return Check(number=number, outcome=outcome, code=code)
