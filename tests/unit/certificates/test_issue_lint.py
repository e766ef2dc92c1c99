"""What is about to be signed is read back: each way in which it could be another licence is refused by name."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.errors import IssueError
from certificates.core.grains import Grain
from certificates.core.issue_lint import lint_issue
from certificates.core.issued_values import CredentialContent
from certificates.core.prepared_issue import PreparedIssue
from certificates.core.sd_jwt import prepare
from certificates.core.sd_jwt_format import CredentialClaims, DigestTotals, DisclosureKey
from certificates.core.seal_code import SealContent
from certificates.core.status_list import StatusReference

IAT = 1_800_000_000
CONTENT = CredentialContent(
    values={"holder_name": "张䶮", "owners": ["甲", "乙"], "number": "33"},
    masked={"holder_name": "张**"},
    facts=("age_over_18",),
    totals=DigestTotals(sd=5, masked=3, facts=2),
)
CLAIMS = CredentialClaims(
    iss="https://zj.example",
    vct="urn:huzheng:licence-type:x:1",
    region="330000",
    iat=IAT,
    nbf=IAT,
    exp=IAT + 86_400,
    status=StatusReference(uri="https://zj.example/status-lists/1", index=5),
)
SEAL_STATUS = StatusReference(uri="https://zj.example/status-lists/2", index=7)


@dataclass(frozen=True)
class Key:
    kid: str = "AAAAAAAAAAA"
    suite: str = "ES256"


def prepared(
    content: CredentialContent = CONTENT, claims: CredentialClaims = CLAIMS, key: Key | None = None
) -> PreparedIssue:
    made = prepare(
        values=content.values,
        masked=content.masked,
        facts=content.facts,
        totals=content.totals,
        claims=claims,
        x5c=(b"\x30\x00",),
        signer=key or Key(),
        random=secrets.token_bytes,
    )
    seal = SealContent(
        region="330000",
        type_code="x",
        type_version=1,
        fields={},
        status=SEAL_STATUS,
        issued_at=IAT,
        expires_at=IAT + 86_400,
    )
    return PreparedIssue(
        kid="AAAAAAAAAAA", iat=IAT, signing_input=made.signing_input, disclosures=made.disclosures, seal=seal
    )


def refusal(given: PreparedIssue, **changes: Any) -> str:
    asked = {"key": Key(), "claims": CLAIMS, "content": CONTENT, "seal_status": SEAL_STATUS, **changes}
    with pytest.raises(IssueError) as refused:
        lint_issue(given, **asked)
    return refused.value.code


def edited(part: int, change: Callable[[dict[str, Any]], object]) -> PreparedIssue:
    """The bytes to sign with one of their two parts edited."""
    given = prepared()
    parts = given.signing_input.decode().split(".")
    members = json.loads(b64url_decode_strict(parts[part]))
    change(members)
    parts[part] = b64url(json.dumps(members).encode())
    return replace(given, signing_input=".".join(parts).encode())


@pytest.mark.parametrize("suite", ["ES256", "SM2"])
def test_takes_what_was_laid_out_for_this_licence(suite: str) -> None:
    key = Key(suite=suite)
    lint_issue(prepared(key=key), key=key, claims=CLAIMS, content=CONTENT, seal_status=SEAL_STATUS)


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "RS256"},
        {"typ": "JWT"},
        {"kid": "BBBBBBBBBBB"},
        {"x5c": []},
        {"crit": ["x"]},
        {"jku": "https://elsewhere.example"},
    ],
    ids=str,
)
def test_refuses_another_header(change: dict[str, Any]) -> None:
    assert refusal(edited(0, lambda header: header.update(change))) == "issue.lint.header"


def test_refuses_a_layout_for_a_key_of_another_suite() -> None:
    assert refusal(prepared(key=Key(suite="SM2"))) == "issue.lint.header"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"vct": "urn:huzheng:licence-type:x:2"},
        {"region": "510000"},
        {"iat": IAT + 1},
        {"nbf": IAT - 1},
        {"exp": CLAIMS.exp + 1},
        {"sub": "330106198805123013"},
        {"_sd_alg": "sm3"},
        {"status": {"status_list": {"idx": 6, "uri": CLAIMS.status.uri}}},
        {"status": {"status_list": {"idx": 5, "uri": SEAL_STATUS.uri}}},
    ],
    ids=str,
)
def test_refuses_other_claims(change: dict[str, Any]) -> None:
    assert refusal(edited(1, lambda payload: payload.update(change))) == "issue.lint.claims"


@pytest.mark.parametrize("missing", ["iss", "exp", "status", "_sd", "masked"])
def test_refuses_missing_claims(missing: str) -> None:
    refused = refusal(edited(1, lambda payload: payload.pop(missing)))
    assert refused in {"issue.lint.claims", "issue.lint.unreadable"}


@pytest.mark.parametrize(
    "times",
    [
        {"nbf": IAT + 1},
        {"nbf": IAT - 1},
        {"exp": IAT},
        {"exp": IAT - 1},
        {"exp": IAT + 367 * 86_400},
    ],
    ids=str,
)
def test_refuses_times_that_make_no_sense(times: dict[str, int]) -> None:
    claims = CLAIMS._replace(**times)
    given = edited(1, lambda payload: payload.update(times))
    assert refusal(given, claims=claims) == "issue.lint.time"


def test_refuses_a_seal_code_of_another_time() -> None:
    given = prepared()
    assert refusal(replace(given, seal=replace(given.seal, issued_at=IAT - 1))) == "issue.lint.time"
    assert refusal(replace(given, seal=replace(given.seal, expires_at=IAT))) == "issue.lint.time"
    assert refusal(replace(given, iat=IAT + 1)) == "issue.lint.time"


def test_refuses_one_status_index_for_credential_and_seal_code() -> None:
    given = prepared()
    same = replace(given, seal=replace(given.seal, status=CLAIMS.status))
    assert refusal(same, seal_status=CLAIMS.status) == "issue.lint.status"
    assert refusal(same) == "issue.lint.status"
    assert refusal(given, seal_status=StatusReference(uri=SEAL_STATUS.uri, index=8)) == "issue.lint.status"


def _swap_grains(payload: dict[str, Any]) -> None:
    payload["_sd"], payload["masked"]["_sd"] = payload["masked"]["_sd"], payload["_sd"]


@pytest.mark.parametrize(
    "change",
    [
        lambda payload: payload["_sd"].pop(),
        lambda payload: payload["_sd"].append(b64url(bytes(32))),
        lambda payload: payload["_sd"].__setitem__(slice(0, 2), [payload["_sd"][1]] * 2),
        lambda payload: payload["_sd"].__setitem__(slice(None), [b64url(bytes([n] * 32)) for n in range(5)]),
        _swap_grains,
        lambda payload: payload["facts"]["_sd"].pop(),
    ],
)
def test_refuses_other_digests(change: Callable[[dict[str, Any]], object]) -> None:
    assert refusal(edited(1, change)) == "issue.lint.disclosures"


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTENT, values={**CONTENT.values, "number": "34"}),
        replace(CONTENT, values={**CONTENT.values, "owners": ["乙", "甲"]}),
        replace(CONTENT, values={**CONTENT.values, "more": "x"}),
        replace(CONTENT, masked={"holder_name": "李**"}),
        replace(CONTENT, masked={}),
        replace(CONTENT, facts=()),
        replace(CONTENT, facts=("age_over_18", "age_over_60")),
        replace(CONTENT, totals=DigestTotals(sd=6, masked=3, facts=2)),
    ],
)
def test_refuses_values_that_are_not_the_licences(other: CredentialContent) -> None:
    assert refusal(prepared(), content=other) in {"issue.lint.disclosures", "issue.lint.unreadable"}


def test_refuses_a_salt_used_twice_or_too_short() -> None:
    given, name = prepared(), DisclosureKey("number", Grain.FULL)
    short = b64url(json.dumps(["AAAA", "number", "33"]).encode())
    assert refusal(replace(given, disclosures={**given.disclosures, name: short})) == "issue.lint.disclosures"
    fixed = CredentialContent(values=CONTENT.values, masked={}, facts=(), totals=DigestTotals(sd=3, masked=0, facts=0))
    made = prepare(
        values=fixed.values,
        masked={},
        facts=(),
        totals=fixed.totals,
        claims=CLAIMS,
        x5c=(b"\x30\x00",),
        signer=Key(),
        random=bytes,
    )
    same = replace(given, signing_input=made.signing_input, disclosures=made.disclosures)
    assert refusal(same, content=fixed) == "issue.lint.disclosures"


@pytest.mark.parametrize("text", [b"", b".", b"a.b.c", b"e30.e30", b"\xff.\xff", b"W10.W10"])
def test_refuses_bytes_without_a_credentials_form(text: bytes) -> None:
    assert refusal(replace(prepared(), signing_input=text)) == "issue.lint.unreadable"
