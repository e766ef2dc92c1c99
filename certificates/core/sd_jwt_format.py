"""The shape of a credential: names, limits and value types that issuing and verifying share (RFC 9901, SD-JWT VC).

In the clear: `iss vct iat nbf exp status region`, and of a purpose copy `copy`. Every field is a selectively disclosable
claim of the same name at the top level (grain full); `masked` and `facts` are objects whose members are selectively disclosable (grains masked
and fact). So one signature covers each field at every grain, and a mask cannot be made up by whoever shows it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from certificates.core.copy_claims import CopyClaims
from certificates.core.grains import Grain
from certificates.core.status_list import StatusReference

TYP = "dc+sd-jwt"
HEADER_MEMBERS = frozenset({"alg", "typ", "x5c", "kid"})
CLEAR_CLAIMS = frozenset({"iss", "vct", "iat", "nbf", "exp", "status", "region"})
PAYLOAD_MEMBERS = CLEAR_CLAIMS | {"_sd", "_sd_alg", "masked", "facts"}
COPY_CLAIM = "copy"
COPY_PAYLOAD_MEMBERS = PAYLOAD_MEMBERS | {COPY_CLAIM}
COPY_MEMBERS = frozenset({"number", "purpose", "recipient"})

# A field of these names would shadow what the verdict rests on (RFC 9901 9.7, SD-JWT VC 2.2.2.2) or confuse JWT readers.
RESERVED_NAMES = COPY_PAYLOAD_MEMBERS | {"cnf", "sub", "aud", "jti", "nonce", "sd_hash", "vctm"}
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")  # also keeps out `_sd` and `...`

MAX_SD_JWT_CHARS = 64 * 1024  # ten times a credential of 12 fields with all its disclosures
MAX_DISCLOSURES = 128  # 40 fields at every grain
MAX_DISCLOSURE_CHARS = 8 * 1024  # the longest text field, scope of business, is about 2,000 Chinese characters
MAX_DIGESTS = 512  # 40 fields at every grain, padded fourfold
MAX_X5C_CERTIFICATES = 4  # an agency's chain without the region's CA
MAX_X5C_CERTIFICATE_BYTES = 4096  # as large as a certificate may be
MAX_LIST_ITEMS = 64  # holders of one licence
MAX_TEXT_CLAIMS_CHARS = 768  # iss, vct and status uri together
MAX_LIFETIME_SECONDS = 366 * 86_400  # a year, leap years included: a credential is renewed, whatever the licence's term
MAX_TIME = 253_402_300_799  # the last second of year 9999, the most that calendars carry
MIN_SALT_CHARS, MAX_SALT_CHARS = 22, 64  # 128 bits in base64url (RFC 9901 9.3) and room for a longer one
DIGEST_CHARS = 43  # 32 bytes, of SHA-256 as of SM3, in base64url


# The values made anew for every credential are named tuples: a frozen dataclass takes four times as long to build,
# which at four fields and more is felt beside one signature check.


class DisclosureKey(NamedTuple):
    """This will name one disclosure of a credential: a field, or a fact's name, at one grain."""

    field: str
    grain: Grain


class Shown(NamedTuple):
    """This will hold what a disclosure shows: text, several texts, or True for a fact."""

    grain: Grain
    value: str | tuple[str, ...] | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTotals:
    """This will fix how many digests each `_sd` array holds, so that their number tells nothing about a licence."""

    sd: int
    masked: int
    facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialHeader:
    """This will hold the protected header; nothing in it is trusted before the key was resolved independently.

    `x5c` is the agency's chain in DER, leaf first.
    """

    alg: str
    kid: str | None
    x5c: tuple[bytes, ...]


class CredentialClaims(NamedTuple):
    """This will hold the claims in the clear; times are whole seconds since 1970 UTC. `copy` is None but for a purpose copy."""

    iss: str
    vct: str
    region: str
    iat: int
    nbf: int
    exp: int
    status: StatusReference
    copy: CopyClaims | None = None


class VerifiedCredential(NamedTuple):
    """This will hold what a good signature covers: the issuer-signed JWT, its header and claims, and what is shown.

    Whether the credential is in time, unrevoked and from an authorised issuer is decided elsewhere.
    """

    jwt: str
    header: CredentialHeader
    claims: CredentialClaims
    shown: Mapping[str, Shown]

    @property
    def token_digest(self) -> bytes:
        """This will be SHA-256 over the issuer-signed JWT's ASCII, without disclosures: the credential's identity."""
        return hashlib.sha256(self.jwt.encode("ascii")).digest()
