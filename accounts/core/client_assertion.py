"""The assertion with which an agency's system asks for a token: a signed JWT (RFC 7523 section 3), read strictly.

Nothing here is believed before the signature is: `read_assertion` only takes the text apart, `check_claims` is asked afterwards.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from accounts.core.errors import TokenRefused

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523 section 2.2
MAX_ASSERTION_CHARACTERS: Final = 4096  # a few names and one signature need under 1,000
LONGEST_LIFE: Final = timedelta(minutes=5)  # it is made for one request for a token; a used one is remembered so long
CLOCK_TOLERANCE: Final = timedelta(seconds=5)  # a system's clock may run ahead of ours by so much
# What other signed things of ours are not: an assertion states its own kind, the general one, or none (RFC 7519 section 5.1).
_TYPES: Final = (None, "JWT", "client-authentication+jwt")  # compared one by one: a list in its place has no hash
_HEADER: Final = frozenset({"alg", "typ", "kid"})
CLIENT_ID: Final = re.compile(r"[a-z0-9-]{3,64}", re.ASCII)
KEY_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
JTI: Final = re.compile(
    r"[A-Za-z0-9_.-]{16,64}", re.ASCII
)  # 16 characters can hold 96 random bits: nobody meets another's
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """This will hold a taken-apart assertion of which nothing is believed yet."""

    client_id: str
    kid: str
    alg: str
    claims: Mapping[str, Any]
    signature: bytes
    signing_input: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionUse:
    """This will name the one use of a believed assertion, and until when it must be remembered."""

    jti: str
    expires_at: datetime


def read_assertion(text: str) -> Assertion:
    """This will take apart a compact JWS of a strict header and one JSON object; `iss` and `sub` name the client, `kid` its key.

    Raises TokenRefused `oauth.assertion`.
    """
    parts = text.split(".") if len(text) <= MAX_ASSERTION_CHARACTERS else ()
    if len(parts) != 3:  # noqa: PLR2004  # header, claims, signature
        raise TokenRefused("oauth.assertion", "the assertion is no compact JWS")
    header, claims = _object(parts[0]), _object(parts[1])
    if not header.keys() <= _HEADER or header.get("typ") not in _TYPES or not isinstance(header.get("alg"), str):
        raise TokenRefused("oauth.assertion", "the assertion's header states only alg, kid and, if at all, its typ")
    kid, client_id = header.get("kid"), claims.get("iss")
    if not isinstance(kid, str) or KEY_ID.fullmatch(kid) is None:
        raise TokenRefused("oauth.assertion", "the assertion's header names no registered key by kid")
    if not isinstance(client_id, str) or CLIENT_ID.fullmatch(client_id) is None or claims.get("sub") != client_id:
        raise TokenRefused("oauth.assertion", "iss and sub both name the client")
    return Assertion(
        client_id=client_id,
        kid=kid,
        alg=header["alg"],
        claims=claims,
        signature=_decoded(parts[2]),
        signing_input=f"{parts[0]}.{parts[1]}".encode("ascii"),
    )


def check_claims(claims: Mapping[str, Any], *, audiences: Collection[str], at: datetime) -> AssertionUse:
    """This will hold the claims of a believed assertion against one of `audiences`, as one exact text, and the time.

    Raises TokenRefused `oauth.audience`, `oauth.time` or `oauth.jti`.
    """
    audience = claims.get("aud")
    if not isinstance(audience, str) or audience not in audiences:
        raise TokenRefused("oauth.audience", "aud is the token endpoint or the issuer, as one text")
    expires_at = _check_time(claims, at)
    jti = claims.get("jti")
    if not isinstance(jti, str) or JTI.fullmatch(jti) is None:
        raise TokenRefused("oauth.jti", "jti is 16 to 64 of A-Z a-z 0-9 _ . -, new for every assertion")
    return AssertionUse(jti=jti, expires_at=expires_at)


def _check_time(claims: Mapping[str, Any], at: datetime) -> datetime:
    iat, exp, nbf, now = claims.get("iat"), claims.get("exp"), claims.get("nbf", 0), at.timestamp()
    if not (type(iat) is int and type(exp) is int and type(nbf) is int):
        raise TokenRefused("oauth.time", "iat and exp, and nbf if given, are whole seconds")
    if max(iat, nbf) > now + CLOCK_TOLERANCE.total_seconds():
        raise TokenRefused("oauth.time", "the assertion is not valid yet")
    if exp <= now:
        raise TokenRefused("oauth.time", "the assertion has expired")
    if not 0 < exp - iat <= LONGEST_LIFE.total_seconds():
        raise TokenRefused("oauth.time", "an assertion lives five minutes at most")
    return datetime.fromtimestamp(exp, tz=UTC)


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part).decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise TokenRefused("oauth.assertion", "a part of the assertion is not JSON of one reading") from error
    if not isinstance(found, dict):
        raise TokenRefused("oauth.assertion", "a part of the assertion is no JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError("no number of JSON")


def _decoded(part: str) -> bytes:
    if _BASE64URL.fullmatch(part) is None or len(part) % 4 == 1:
        raise TokenRefused("oauth.assertion", "a part of the assertion is not base64url")
    data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != part:
        raise TokenRefused("oauth.assertion", "a part of the assertion is not base64url in its one form")
    return data
