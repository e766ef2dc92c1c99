"""Which members an entry commits to, from what was asked and what was told."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from accounts.core.caller import Caller, Operator
from certificates.core.canonical import b64url, canonical_json
from certificates.core.sd_jwt_format import Shown
from verification.core.lookup_entry import field_member
from verification.core.lookup_members import Member
from verification.core.matters import Matter
from verification.core.moment import moment_text
from verification.core.verdict import Verdict
from verification.core.verification_request import VerificationRequest


def caller_members(caller: Caller, *, name: str, region: str) -> dict[str, Any]:
    """This will give the members that say who asked; `name` is "<role>:<principal>"."""
    members: dict[str, Any] = {Member.CALLER: name, Member.REGION: region}
    if caller.agency_uscc:
        members |= {Member.AGENCY_USCC: caller.agency_uscc, Member.AGENCY_NAME: caller.agency_name or ""}
    return members | operator_members(caller.operator)


def operator_members(operator: Operator | None) -> dict[str, Any]:
    """This will give the members that name the person at the counter."""
    if operator is None:
        return {}
    return {
        Member.OPERATOR_NAME: operator.name,
        Member.OPERATOR_POST: operator.post,
        Member.OPERATOR_UNIT: operator.unit,
    }


def request_members(request: VerificationRequest, *, matter: Matter | None, digest: bytes) -> dict[str, Any]:
    """This will give the members that say what was asked for; `matter` is None where it is unknown."""
    members: dict[str, Any] = {
        Member.MATTER_CODE: request.matter_code,
        Member.CASE_NUMBER: request.case_number,
        Member.PURPOSE: request.purpose,
        Member.REQUEST_DIGEST: b64url(digest),
        **past_member(request.as_of),
    }
    return members if matter is None else members | {Member.MATTER_NAME: matter.name_zh}


def past_member(as_of: datetime | None) -> dict[str, Any]:
    """This will give the member that names the past moment asked about, if it was one."""
    return {} if as_of is None else {Member.AS_OF: moment_text(as_of)}


def shown_members(shown: Mapping[str, Shown]) -> dict[str, Any]:
    """This will give one member for each field x grain x value that was shown."""
    return {
        field_member(name=name, grain=item.grain.value): list(item.value)
        if isinstance(item.value, tuple)
        else item.value
        for name, item in shown.items()
    }


def verdict_members(verdict: Verdict) -> dict[str, Any]:
    """This will give the members that say what the counter was told."""
    members: dict[str, Any] = {
        Member.VERDICT: {
            "outcome": verdict.outcome.value,
            "checks": [[check.number, check.outcome.value, check.code] for check in verdict.checks],
            **({} if verdict.as_of is None else {"as_of": moment_text(verdict.as_of)}),
        }
    }
    ages = [check.age_seconds for check in verdict.checks if check.age_seconds is not None]
    return members | ({Member.STATUS_AGE: max(ages)} if ages else {})


def withheld_members(withheld: Iterable[str]) -> dict[str, Any]:
    """This will give the member that names what was asked for and not shown, if anything was."""
    names = sorted(withheld)
    return {Member.WITHHELD: names} if names else {}


def policy_members(**versions: int | None) -> dict[str, Any]:
    """This will give the member that names the policies' versions; those that played no part are left out."""
    known = {name: version for name, version in versions.items() if version is not None}
    return {Member.POLICY_VERSIONS: known} if known else {}


def record_member(*, side: str, outcome: str, code: str, completes: UUID | None, at: datetime) -> dict[str, Any]:
    """This will give the value that binds a look-up's row to its entry: whoever edits the row is named by the audit."""
    return {
        "side": str(side),
        "outcome": outcome,
        "code": code,
        "completes": None if completes is None else str(completes),
        "at": at.astimezone(UTC).isoformat(),
    }


def answer_member(told: Mapping[str, Any]) -> dict[str, Any]:
    """This will give the member that binds the entry to the answer's own content."""
    return {Member.ANSWER_DIGEST: b64url(sha256(canonical_json(dict(told))).digest())}
