"""Reading back what is about to be signed: exactly this licence, at every grain, and nothing else.

It is written apart from what lays the bytes out, and reads them as a verifier would: a mistake there is found before a signature exists.
"""

from collections.abc import Mapping
from typing import Any

from certificates.core.canonical import b64url, b64url_decode_strict, strict_json_loads
from certificates.core.digests import digests_of
from certificates.core.errors import CanonicalError, IssueError
from certificates.core.grains import Grain
from certificates.core.issued_values import CredentialContent
from certificates.core.prepared_issue import PreparedIssue
from certificates.core.sd_jwt_format import (
    COPY_PAYLOAD_MEMBERS,
    HEADER_MEMBERS,
    MAX_LIFETIME_SECONDS,
    MAX_SD_JWT_CHARS,
    MIN_SALT_CHARS,
    PAYLOAD_MEMBERS,
    TYP,
    CredentialClaims,
    DisclosureKey,
)
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import NamedKey
from certificates.core.status_list import StatusReference

_DISCLOSURES = "issue.lint.disclosures"


def lint_issue(
    prepared: PreparedIssue,
    *,
    key: NamedKey,
    claims: CredentialClaims,
    content: CredentialContent,
    seal_status: StatusReference,
) -> None:
    """This will return only if the bytes to sign say what the licence says.

    Raises IssueError `issue.lint.unreadable|header|claims|time|status|disclosures`.
    """
    try:
        header, payload = (
            strict_json_loads(b64url_decode_strict(part.decode("ascii")), max_bytes=MAX_SD_JWT_CHARS)
            for part in prepared.signing_input.split(b".")
        )
        _lint_header(header, key)
        _lint_claims(payload, claims, key)
        _lint_time(prepared, claims)
        _lint_status(prepared, claims, seal_status)
        _lint_disclosures(prepared, payload, content, key)
    except (CanonicalError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IssueError("issue.lint.unreadable", "the bytes to sign are not of a credential's form") from error


def _require(holds: bool, code: str) -> None:
    if not holds:
        raise IssueError(code, "the bytes to sign are not those of this licence")


def _lint_header(header: Mapping[str, Any], key: NamedKey) -> None:
    stated = {"alg": header["alg"], "typ": header["typ"], "kid": header["kid"]}
    wanted = {"alg": suite(key.suite).jose_alg, "typ": TYP, "kid": key.kid}
    _require(header.keys() == HEADER_MEMBERS and stated == wanted and bool(header["x5c"]), "issue.lint.header")


def _lint_claims(payload: Mapping[str, Any], claims: CredentialClaims, key: NamedKey) -> None:
    told = {name: payload[name] for name in ("iss", "vct", "region", "iat", "nbf", "exp")}
    wanted = {name: getattr(claims, name) for name in told}
    listed = {"status_list": {"idx": claims.status.index, "uri": claims.status.uri}}
    members = PAYLOAD_MEMBERS if claims.copy is None else COPY_PAYLOAD_MEMBERS
    of_copy = claims.copy is None or payload["copy"] == claims.copy._asdict()
    whole = of_copy and payload.keys() == members and payload["_sd_alg"] == suite(key.suite).sd_alg
    _require(whole and told == wanted and payload["status"] == listed, "issue.lint.claims")


def _lint_time(prepared: PreparedIssue, claims: CredentialClaims) -> None:
    lasts = claims.nbf == claims.iat < claims.exp <= claims.iat + MAX_LIFETIME_SECONDS
    sealed = prepared.seal.issued_at == claims.iat < prepared.seal.expires_at
    _require(lasts and sealed and prepared.iat == claims.iat, "issue.lint.time")


def _lint_status(prepared: PreparedIssue, claims: CredentialClaims, seal_status: StatusReference) -> None:
    # One index for both would lead from the printed code to the credential. A copy's two forms lie in one file: they share theirs.
    apart = claims.copy is not None or seal_status != claims.status
    same_copy = prepared.seal.copy == claims.copy
    _require(prepared.seal.status == seal_status and apart and same_copy, "issue.lint.status")


def _lint_disclosures(
    prepared: PreparedIssue, payload: Mapping[str, Any], content: CredentialContent, key: NamedKey
) -> None:
    arrays = (payload["_sd"], payload["masked"]["_sd"], payload["facts"]["_sd"])
    every = [digest for array in arrays for digest in array]
    lengths = (content.totals.sd, content.totals.masked, content.totals.facts)
    listed = dict(zip((Grain.FULL, Grain.MASKED, Grain.FACT), map(set, arrays), strict=True))
    said = _said(content)
    texts = {name: text.encode("ascii") for name, text in prepared.disclosures.items()}
    digests = digests_of(suite(key.suite).sd_alg, list(texts.values()))
    salts = set()
    for (name, text), digest in zip(texts.items(), digests, strict=True):
        salt, field, value = strict_json_loads(b64url_decode_strict(text.decode("ascii")), max_bytes=MAX_SD_JWT_CHARS)
        agrees = field == name.field and value == said.pop(name)
        _require(agrees and len(salt) >= MIN_SALT_CHARS and b64url(digest) in listed[name.grain], _DISCLOSURES)
        salts.add(salt)
    whole = not said and tuple(map(len, arrays)) == lengths and len(set(every)) == len(every)
    _require(whole and len(salts) == len(texts), _DISCLOSURES)


def _said(content: CredentialContent) -> dict[DisclosureKey, Any]:
    said: dict[DisclosureKey, Any] = {DisclosureKey(name, Grain.FACT): True for name in content.facts}
    for grain, values in ((Grain.FULL, content.values), (Grain.MASKED, content.masked)):
        said |= {
            DisclosureKey(name, grain): value if isinstance(value, str) else list(value)
            for name, value in values.items()
        }
    return said
