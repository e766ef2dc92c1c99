"""A region's signed bundle of its agencies' keys: who may sign which licence types, from when to when, in which state."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from accounts.core.errors import IdentityCodeError
from accounts.core.organisation_codes import check_uscc
from certificates.core.canonical import canonical_json
from certificates.core.errors import CredentialError
from certificates.core.signing.jws import sign_jws, verify_jws
from certificates.core.signing.registry import suite as suite_of
from certificates.core.signing.suite import Signer, TrustedKey, kid_of
from certificates.core.x509_crl import RevocationList
from verification.core.agency_revocations import MAX_LIST_TEXT, MOST_LISTS, read_revocation_lists
from verification.core.errors import IssuerError
from verification.core.member_reader import MemberReader, read_object
from verification.core.trust_keys import CaEntry, Purpose, in_force, period_payload, read_period, whole_period
from verification.core.trust_list import TYPE_CODE, TrustedRegion
from verification.core.x509_path import spki_of_leaf

AGENCY_KEYS_TYP: Final = "huzheng-agency-keys+jwt"
MAX_BUNDLE_BYTES: Final = 4 * 1024 * 1024  # some 2,000 keys of 2 KB each
MAX_LIFETIME: Final = timedelta(days=31)  # a compromise must reach the others sooner than a trust list would
CLOCK_SKEW: Final = timedelta(minutes=5)  # two nodes' clocks; a bundle lives for days

_MOST_KEYS: Final = 4096  # agencies of a region, with retired keys
_MOST_CERTIFICATES: Final = 4  # as many as a credential's header may carry
_MAX_X5C_TEXT: Final = 8192  # a certificate of 4 KiB in base64


class KeyState(StrEnum):
    """This will name where a key stands; its region's node sets it."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class KeyUse(StrEnum):
    """This will name what an agency's key signs: credentials and seal codes, or files."""

    CREDENTIAL = "credential"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyKey:
    """This will hold one agency's key: `x5c` is DER, leaf first, without the region's CA."""

    kid: str
    key: TrustedKey
    x5c: tuple[bytes, ...]
    agency_uscc: str
    agency_name_zh: str
    agency_name_en: str
    licence_types: frozenset[str]
    valid_from: datetime
    valid_to: datetime | None
    state: KeyState
    compromised_at: datetime | None
    use: KeyUse

    def in_force(self, at: datetime) -> bool:
        """This will tell whether the agency might sign with it at that moment."""
        return in_force(at, valid_from=self.valid_from, valid_to=self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyKeys:
    """This will hold a verified bundle of one region."""

    region_code: str
    version: int
    issued_at: datetime
    expires_at: datetime
    by_kid: Mapping[str, AgencyKey]
    revocation_lists: tuple[RevocationList, ...] = ()


def agency_key(
    *,
    suite: str,
    x5c: tuple[bytes, ...],
    agency_uscc: str,
    agency_name_zh: str,
    agency_name_en: str,
    licence_types: Iterable[str],
    valid_from: datetime,
    valid_to: datetime | None = None,
    state: KeyState = KeyState.ACTIVE,
    compromised_at: datetime | None = None,
    use: KeyUse = KeyUse.CREDENTIAL,
) -> AgencyKey:
    """This will make the entry of an agency's chain; the key and its kid come from the leaf, times become whole seconds.

    Raises IssuerError `issuer.chain_missing|unreadable` or CredentialError `key.algorithm`.
    """
    if not x5c:
        raise IssuerError("issuer.chain_missing", "there is no certificate of an agency")
    spki = spki_of_leaf(x5c[0])
    start, end = whole_period(valid_from, valid_to)
    kid = kid_of(spki)
    return AgencyKey(
        kid=kid,
        key=TrustedKey(kid=kid, suite=suite, public_key=suite_of(suite).load_public_key(spki)),
        x5c=x5c,
        agency_uscc=agency_uscc,
        agency_name_zh=agency_name_zh,
        agency_name_en=agency_name_en,
        licence_types=frozenset(licence_types),
        valid_from=start,
        valid_to=end,
        state=state,
        compromised_at=None if compromised_at is None else compromised_at.replace(microsecond=0),
        use=use,
    )


def build_agency_keys(
    *,
    region_code: str,
    version: int,
    issued_at: datetime,
    expires_at: datetime,
    keys: Iterable[AgencyKey],
    signer: Signer,
    crls: Iterable[bytes] = (),
) -> str:
    """This will sign the bundle with the revocation lists (DER) of the region's CAs, only if a region's peers would take it.

    Raises IssuerError `agency_keys.format`.
    """
    payload = {
        "region": region_code,
        "version": version,
        "iat": int(issued_at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "keys": [_key_payload(key) for key in keys],
        "crls": [base64.b64encode(der).decode("ascii") for der in crls],
    }
    _read_bundle(MemberReader(members=payload, refuse=_malformed), region_code, cas=())
    return sign_jws(header_extra={}, typ=AGENCY_KEYS_TYP, payload=canonical_json(payload), signer=signer)


def verify_agency_keys(
    token: str, *, region: TrustedRegion, at: datetime, seen_version: int | None = None
) -> AgencyKeys:
    """This will verify a bundle under the region's bundle keys that are in force, and give it.

    Raises IssuerError `agency_keys.signature|format|crl|from_future|expired|older`.
    """
    keys = region.keys_in_force(Purpose.BUNDLE, at=at)
    try:
        _, payload = verify_jws(token, typ=AGENCY_KEYS_TYP, keys=keys, max_bytes=MAX_BUNDLE_BYTES)
    except CredentialError as error:
        raise IssuerError("agency_keys.signature", "the region did not sign this bundle of agency keys") from error
    bundle = _read_bundle(
        read_object(payload, max_bytes=MAX_BUNDLE_BYTES, refuse=_malformed), region.code, cas=region.cas
    )
    if bundle.issued_at > at + CLOCK_SKEW:
        raise IssuerError("agency_keys.from_future", "the bundle says it was issued after now: check the clock")
    if at >= bundle.expires_at:
        raise IssuerError("agency_keys.expired", "the bundle of agency keys has expired")
    if seen_version is not None and bundle.version < seen_version:
        raise IssuerError("agency_keys.older", "a newer bundle of agency keys was accepted before")
    return bundle


def _read_bundle(reader: MemberReader, region_code: str, *, cas: Sequence[CaEntry]) -> AgencyKeys:
    issued_at, expires_at = reader.moment("iat"), reader.moment("exp")
    if reader.text("region") != region_code or not issued_at < expires_at <= issued_at + MAX_LIFETIME:
        raise _malformed()
    keys = [_read_key(item) for item in reader.objects("keys", most=_MOST_KEYS)]
    by_kid = {key.kid: key for key in keys}
    if len(by_kid) != len(keys):
        raise _malformed()
    crls = [reader.der(text) for text in reader.texts("crls", most=MOST_LISTS, max_length=MAX_LIST_TEXT)]
    return AgencyKeys(
        region_code=region_code,
        version=reader.whole("version"),
        issued_at=issued_at,
        expires_at=expires_at,
        by_kid=MappingProxyType(by_kid),
        revocation_lists=read_revocation_lists(crls, cas=cas),
    )


def _read_key(reader: MemberReader) -> AgencyKey:
    state, compromised_at = reader.text("state"), reader.optional_moment("compromised_at")
    # A compromise without its time, or the reverse, would let a reader take the friendlier of two meanings.
    if state not in set(KeyState) or (state == KeyState.COMPROMISED) != (compromised_at is not None):
        raise _malformed()
    use = reader.text("use")
    if use not in set(KeyUse):
        raise _malformed()
    valid_from, valid_to = read_period(reader)
    chain = reader.texts("x5c", most=_MOST_CERTIFICATES, max_length=_MAX_X5C_TEXT)
    uscc = reader.text("agency_uscc")
    try:
        check_uscc(uscc)
        key = agency_key(
            suite=reader.text("suite"),
            x5c=tuple(reader.der(text) for text in chain),
            agency_uscc=uscc,
            agency_name_zh=reader.text("agency_name_zh"),
            agency_name_en=reader.text("agency_name_en"),
            licence_types=reader.texts("licence_types", most=_MOST_KEYS, pattern=TYPE_CODE, max_length=64),
            valid_from=valid_from,
            valid_to=valid_to,
            state=KeyState(state),
            compromised_at=compromised_at,
            use=KeyUse(use),
        )
    except (IdentityCodeError, CredentialError, IssuerError) as error:
        raise _malformed() from error
    if reader.text("kid") != key.kid:
        raise _malformed()
    return key


def _key_payload(key: AgencyKey) -> dict[str, Any]:
    compromised_at = None if key.compromised_at is None else int(key.compromised_at.timestamp())
    return {
        "kid": key.kid,
        "suite": key.key.suite,
        "x5c": [base64.b64encode(der).decode("ascii") for der in key.x5c],
        "agency_uscc": key.agency_uscc,
        "agency_name_zh": key.agency_name_zh,
        "agency_name_en": key.agency_name_en,
        "licence_types": sorted(key.licence_types),
        "use": key.use.value,
        "state": key.state.value,
        "compromised_at": compromised_at,
    } | period_payload(key.valid_from, key.valid_to)


def _malformed() -> IssuerError:
    return IssuerError("agency_keys.format", "the bundle of agency keys does not have its agreed form")
