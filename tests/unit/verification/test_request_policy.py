"""May this agency ask this now? Only for its own matter, in force, in its pattern, with a reason of its own."""

from datetime import date
from typing import Any

import pytest

from certificates.core.grains import Grain
from verification.core.errors import PolicyError
from verification.core.matters import Matter
from verification.core.request_policy import DEFAULT_PURPOSE_RULES, AgencyMatter, check_request, purpose_key
from verification.core.verification_request import VerificationRequest, require_form

AGENCY = "12330100MB9900048F"
MATTER = Matter(
    code="m-1",
    name_zh="资格核验",
    name_en="Check",
    in_force_from=date(2026, 1, 1),
    in_force_to=date(2026, 12, 31),
    case_pattern="C-[0-9]{4}",
)
GOOD: dict[str, Any] = {
    "presentation": "HZP1:330000:X",
    "matter_code": "m-1",
    "case_number": "C-0001",
    "purpose": "核验投标人的注册资格",
    "fields": {"holder_name": Grain.FULL},
}


def request(**changes: Any) -> VerificationRequest:
    return VerificationRequest(**(GOOD | changes))


def check(asked: VerificationRequest, **changes: Any) -> Matter:
    values: dict[str, Any] = {
        "matter": AgencyMatter(agency_uscc=AGENCY, matter=MATTER),
        "agency_uscc": AGENCY,
        "rules": DEFAULT_PURPOSE_RULES,
        "copies": 0,
        "on": date(2026, 6, 1),
    }
    return check_request(asked, **(values | changes))


def refusal(asked: VerificationRequest, **changes: Any) -> str:
    with pytest.raises(PolicyError) as refused:
        check(asked, **changes)
    return refused.value.code


def test_gives_the_matter_of_a_permitted_request() -> None:
    assert check(request()) is MATTER
    assert check(request(), on=date(2026, 12, 31), copies=3) is MATTER


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"matter": None}, "matter.unknown"),
        ({"agency_uscc": "12510100MB9900064A"}, "matter.other_agency"),
        ({"agency_uscc": None}, "matter.other_agency"),
        ({"on": date(2027, 1, 1)}, "matter.not_in_force"),
        ({"copies": 4}, "purpose.copied"),
    ],
)
def test_refuses_what_the_agency_may_not_ask(changes: dict[str, Any], code: str) -> None:
    assert refusal(request(), **changes) == code


def test_refuses_a_case_or_reason_that_says_nothing() -> None:
    assert refusal(request(case_number="C-00011")) == "case.pattern"
    assert refusal(request(purpose="资格核验")) == "purpose.only_matter"
    assert refusal(request(purpose="C-0001")) == "purpose.only_case"


def test_copies_are_the_same_words_of_the_same_person() -> None:
    assert purpose_key(operator="a", purpose="核验 资格！") == purpose_key(operator="a", purpose="核验资格")
    assert purpose_key(operator="a", purpose="核验资格") != purpose_key(operator="b", purpose="核验资格")


@pytest.mark.parametrize(
    "changes",
    [
        {"presentation": "x" * 70_000},
        {"presentation": "\ud800"},
        {"matter_code": ""},
        {"matter_code": "m 1"},
        {"case_number": ""},
        {"case_number": "C\n1"},
        {"purpose": ""},
        {"purpose": "x" * 1001},
        {"fields": {"Holder": Grain.FULL}},
        {"fields": {f"f{number}": Grain.FULL for number in range(65)}},
    ],
)
def test_refuses_a_request_of_another_form(changes: dict[str, Any]) -> None:
    require_form(request())
    with pytest.raises(PolicyError) as refused:
        require_form(request(**changes))
    assert refused.value.code == "request.form"


def test_another_request_has_another_digest_and_no_value_in_its_text_form() -> None:
    changes: list[dict[str, Any]] = [{}, *({name: "other"} for name in GOOD if name != "fields")]
    changes.append({"fields": {"holder_name": Grain.MASKED}})
    digests = {request(**one).digest() for one in changes} | {request().digest(more=b"file")}
    assert len(digests) == len(changes) + 1
    assert not any(GOOD[name] in repr(request()) for name in ("presentation", "case_number", "purpose"))
