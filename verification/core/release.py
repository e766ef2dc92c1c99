"""The issuing node's release statement: "this presented credential goes to that region, for that look-up, now".

It is what lets a relying region take the presenter as checked; in any other hands, or later, it proves nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certificates.core.canonical import b64url, canonical_json
from certificates.core.digests import digest
from certificates.core.errors import CredentialError
from certificates.core.signing.identifiers import SHA256_SD_ALG
from certificates.core.signing.jws import sign_jws, verify_jws
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import Signer
from verification.core.errors import ReleaseError
from verification.core.member_reader import read_object
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion

RELEASE_TYP: Final = "huzheng-release+jwt"
MAX_LIFETIME: Final = timedelta(minutes=5)  # the design's five minutes: time to look at the person, not to travel
CLOCK_SKEW: Final = timedelta(seconds=60)  # two nodes' clocks
_MAX_BYTES: Final = 4096  # six short members and a signature take 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """This will hold a verified release statement; times are those that the issuing node signed."""

    issuer_region: str
    audience_region: str
    lookup_id: str
    issued_at: datetime
    expires_at: datetime
    as_of: datetime | None = None


def sd_hash(presented: str, *, sd_alg: str = SHA256_SD_ALG) -> str:
    """This will give the base64url digest of a presented SD-JWT's ASCII, disclosures included (RFC 9901 section 4.3.1).

    `sd_alg` is that of the suite whose key signs the statement that holds the digest.
    """
    return b64url(digest(sd_alg)(presented.encode("utf-8")))


def build_release(
    *,
    issuer_region: str,
    audience_region: str,
    lookup_id: str,
    presented: str,
    at: datetime,
    signer: Signer,
    lifetime: timedelta = MAX_LIFETIME,
    as_of: datetime | None = None,
) -> str:
    """This will sign the release of a presented SD-JWT to one region for one look-up, for at most five minutes.

    With `as_of` it is released for a verdict about that past moment alone.
    """
    payload = {
        "iss": issuer_region,
        "aud": audience_region,
        "lookup_id": lookup_id,
        "sd_hash": sd_hash(presented, sd_alg=suite(signer.suite).sd_alg),
        "iat": int(at.timestamp()),
        "exp": int((at + min(lifetime, MAX_LIFETIME)).timestamp()),
        **({} if as_of is None else {"as_of": int(as_of.timestamp())}),
    }
    return sign_jws(header_extra={}, typ=RELEASE_TYP, payload=canonical_json(payload), signer=signer)


def verify_release(
    token: str,
    *,
    region: TrustedRegion,
    audience_region: str,
    lookup_id: str,
    presented: str,
    at: datetime,
    as_of: datetime | None = None,
) -> Release:
    """This will give the statement if `region` released exactly this text to this region for this look-up, just now.

    Raises ReleaseError `release.signature|format|issuer|audience|lookup|sd_hash|as_of|from_future|expired`.
    """
    keys = region.keys_in_force(Purpose.RELEASE, at=at)
    try:
        header, payload = verify_jws(token, typ=RELEASE_TYP, keys=keys, max_bytes=_MAX_BYTES)
    except CredentialError as error:
        raise ReleaseError("release.signature", "the issuing node did not sign this release") from error
    reader = read_object(payload, max_bytes=_MAX_BYTES, refuse=_malformed)
    issued_at, expires_at = reader.moment("iat"), reader.moment("exp")
    if reader.text("iss") != region.code:
        raise ReleaseError("release.issuer", "the release names another issuing region than the one that signed")
    if reader.text("aud") != audience_region:
        raise ReleaseError("release.audience", "the credential was released to another region")
    if reader.text("lookup_id") != lookup_id:
        raise ReleaseError("release.lookup", "the credential was released for another look-up")
    if reader.text("sd_hash") != sd_hash(presented, sd_alg=suite(keys[header["kid"]].suite).sd_alg):
        raise ReleaseError("release.sd_hash", "another text was released than the one presented")
    if reader.optional_moment("as_of") != as_of:
        raise ReleaseError("release.as_of", "the credential was released for a verdict about another moment")
    if issued_at > at + CLOCK_SKEW:
        raise ReleaseError("release.from_future", "the release says it was made after now: check the clock")
    if at >= expires_at or expires_at - issued_at > MAX_LIFETIME:
        raise ReleaseError("release.expired", "the release is older than it may be")
    return Release(
        issuer_region=region.code,
        audience_region=audience_region,
        lookup_id=lookup_id,
        issued_at=issued_at,
        expires_at=expires_at,
        as_of=as_of,
    )


def _malformed() -> ReleaseError:
    return ReleaseError("release.format", "the release does not have its agreed form")
