"""Verdicts about a past moment: judged for then, in words for then, and never to be taken for one about now."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from certificates.core.status_list import Status
from tests.unit.verification.scene import NOW, foreign_code, home_code, listed, presented, release, seal_check
from verification.core.answer_view import verdict_json
from verification.core.check_validity import CHINA, check_validity
from verification.core.errors import PolicyError
from verification.core.evidence import Evidence, Missing, OtherCredential, OwnStatus, ValidityFields
from verification.core.matters import Matter
from verification.core.past_codes import ONLY_THEN, spoken_of_then
from verification.core.past_sentences import PAST_SENTENCES
from verification.core.recorded_members import verdict_members
from verification.core.request_policy import check_past
from verification.core.statement import read_statement
from verification.core.status_history import history_path, read_history_query
from verification.core.usage_list import past_refusal
from verification.core.verdict import Check, Outcome, VerdictOutcome
from verification.core.verify import verify

THEN = NOW - timedelta(minutes=10)


def asked_then(status: Status | Missing | OtherCredential = Status.VALID, *, as_of: datetime = THEN) -> Evidence:
    text = presented()
    found = OwnStatus(status=status, read_at=as_of) if isinstance(status, Status) else status
    return home_code(text, status=found, as_of=as_of)


def code(evidence: Evidence, number: int) -> tuple[str, str]:
    check = next(check for check in verify(evidence, NOW).checks if check.number == number)
    return check.outcome.value, check.code


def test_what_held_then_is_valid_and_says_so_in_every_part() -> None:
    verdict = verify(asked_then(), NOW)
    told = verdict_json(verdict)

    assert verdict.outcome is VerdictOutcome.VALID
    assert verdict.as_of == THEN
    assert told["as_of"] == THEN.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (told["note"]["code"], told["note"]["text_zh"]) == (ONLY_THEN, PAST_SENTENCES[ONLY_THEN][0])
    assert verdict_members(verdict)["verdict"]["as_of"] == told["as_of"]
    codes = {check["number"]: check["code"] for check in told["checks"]}
    assert (codes[4], codes[5]) == ("validity.in_force_then", "status.valid_then")
    assert not [check for check in told["checks"] if check["number"] in {4, 5} and "age_seconds" in check]


def test_a_verdict_about_now_says_nothing_of_then() -> None:
    told = verdict_json(verify(home_code(), NOW))
    assert not {"as_of", "note"} & told.keys()
    assert not [check["code"] for check in told["checks"] if check["code"].endswith("_then")]
    assert "as_of" not in verdict_members(verify(home_code(), NOW))["verdict"]


@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [
        (Status.INVALID, "failed", "status.revoked_then"),
        (Status.SUSPENDED, "failed", "status.suspended_then"),
        (OtherCredential(), "failed", "status.other_credential"),
        (Missing(code="status.not_issued_then"), "undetermined", "status.not_issued_then"),
        (Missing(code="status.refused_then"), "undetermined", "status.refused_then"),
        (Missing(code="status.unavailable"), "undetermined", "status.unavailable_then"),
        (Missing(code="status_list.signature"), "undetermined", "status.unavailable_then"),
    ],
)
def test_refuses_what_did_not_hold_then(status: Status | Missing | OtherCredential, outcome: str, said: str) -> None:
    assert code(asked_then(status), 5) == (outcome, said)


def check_four(as_of: datetime) -> str:
    """Check 4 of a statement with its trust and keys still in force."""
    statement = read_statement(home_code(), NOW).statement
    assert statement is not None
    return spoken_of_then(check_validity(statement, fields=ValidityFields(), at=as_of)).code


def test_refuses_a_moment_before_the_licence_was_issued_and_one_after_its_copy_ended() -> None:
    statement = read_statement(home_code(), NOW).statement
    assert statement is not None
    assert check_four(statement.valid_from - timedelta(seconds=61)) == "validity.not_yet_then"
    assert check_four(statement.valid_from) == "validity.in_force_then"
    assert (
        check_four(statement.expires_at - timedelta(seconds=1)) == "validity.expired_then"
    )  # the licence's own last day
    assert check_four(statement.expires_at) == "validity.credential_expired_then"
    late = replace(asked_then(as_of=statement.valid_from - timedelta(days=1)))
    assert code(late, 4) == ("failed", "validity.not_yet_then")
    assert verify(late, NOW).outcome is VerdictOutcome.INVALID


def test_refuses_a_moment_before_the_issue_however_early_the_licence_says_it_began() -> None:
    statement = read_statement(home_code(), NOW).statement
    assert statement is not None
    backdated = replace(statement, valid_from=statement.issued_at - timedelta(days=100))
    for as_of, said in ((61, "validity.not_yet_then"), (60, "validity.in_force_then")):
        moment = statement.issued_at - timedelta(seconds=as_of)
        assert spoken_of_then(check_validity(backdated, fields=ValidityFields(), at=moment)).code == said


def test_refuses_a_list_of_today_for_a_moment_of_then() -> None:
    text = presented()
    newest = foreign_code(text, status=listed(), presence=release(text, as_of=THEN), as_of=THEN)
    assert code(newest, 5) == ("undetermined", "status.unavailable_then")
    then = replace(newest, status=listed(iat=THEN))
    assert code(then, 5) == ("passed", "status.valid_then")
    assert code(replace(newest, status=listed(Status.INVALID, iat=THEN)), 5) == ("failed", "status.revoked_then")


def test_refuses_a_release_for_another_moment() -> None:
    text = presented()
    for stated, asked in ((None, THEN), (THEN, None), (THEN - timedelta(seconds=1), THEN)):
        evidence = foreign_code(text, presence=release(text, as_of=stated), as_of=asked)
        assert code(evidence, 6) == ("failed", "release.as_of")
    assert code(foreign_code(text, presence=release(text, as_of=THEN), as_of=THEN), 6) == (
        "passed",
        "presenter.released",
    )


def test_a_printed_code_is_judged_for_then_too() -> None:
    verdict = verify(seal_check(as_of=THEN, status=OwnStatus(status=Status.VALID, read_at=THEN)), NOW)
    assert verdict.checks[4].code == "status.valid_then"
    assert verdict.as_of == THEN


def test_every_word_for_then_says_that_it_speaks_of_then() -> None:
    for chinese, english in (PAST_SENTENCES[code] for code in PAST_SENTENCES if code.endswith("_then")):
        assert "时" in chinese
        assert "then" in english or "moment asked about" in english
    check = Check(number=4, outcome=Outcome.PASSED, code="validity.in_force", age_seconds=3)
    assert spoken_of_then(check).age_seconds is None


MATTER = Matter(
    code="m",
    name_zh="事项",
    name_en="matter",
    in_force_from=(NOW - timedelta(days=100)).date(),
    in_force_to=None,
    case_pattern="[0-9]+",
    past_days=30,
)


def refused_past(as_of: datetime, *, most_days: int = 1000, **changes: object) -> str:
    matter = replace(MATTER, **changes)  # type: ignore[arg-type]
    with pytest.raises(PolicyError) as refused:
        check_past(as_of, matter=matter, at=NOW, most_days=most_days, on=as_of.astimezone(CHINA).date())
    return refused.value.code


def test_who_may_ask_about_which_past_is_the_matters_policy() -> None:
    day = timedelta(days=1)
    check_past(None, matter=replace(MATTER, past_days=0), at=NOW, most_days=0, on=NOW.date())
    check_past(NOW - 30 * day, matter=MATTER, at=NOW, most_days=30, on=(NOW - 30 * day).date())
    check_past(NOW, matter=MATTER, at=NOW, most_days=30, on=NOW.date())
    assert refused_past(NOW - day, past_days=0) == "matter.past_not_allowed"
    assert refused_past(NOW + timedelta(seconds=1)) == "request.as_of_future"
    assert refused_past(NOW - 30 * day - timedelta(seconds=1)) == "request.as_of_too_old"
    assert refused_past(NOW - 11 * day, most_days=10) == "request.as_of_too_old"
    assert refused_past(NOW - 200 * day, past_days=400) == "matter.not_in_force"


def test_the_issuing_sides_policy_decides_for_other_regions() -> None:
    def told(as_of: datetime, *, is_allowed: bool = True) -> str:
        return past_refusal(as_of=as_of, is_allowed=is_allowed, at=NOW, most_days=10)

    assert told(NOW - timedelta(days=10)) == ""
    assert told(NOW - timedelta(days=10), is_allowed=False) == "usage.past_not_allowed"
    assert told(NOW + timedelta(seconds=1)) == "request.as_of_future"
    assert told(NOW - timedelta(days=10, seconds=1)) == "request.as_of_too_old"


def test_the_address_of_a_past_list_has_one_form() -> None:
    path = history_path(status_list_id=9, as_of=NOW, matter_code="M1-a.b_c")
    assert path == f"/status-lists/9?time={int(NOW.timestamp())}&matter=M1-a.b_c"
    assert read_history_query(time=str(int(NOW.timestamp())), matter="M1") == (NOW.replace(microsecond=0), "M1")
    for time in ("", "1.5", "-1", "1e9", "01", "9" * 13, "253402300800", "١"):
        with pytest.raises(PolicyError):
            read_history_query(time=time, matter="M1")
    for matter in ("", "a b", "a&b", "事项", "x" * 65, "a/b"):
        with pytest.raises(PolicyError):
            read_history_query(time="1", matter=matter)
