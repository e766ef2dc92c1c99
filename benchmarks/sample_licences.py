"""Requests for licences of different people, from the demo's constructor registration."""

from datetime import date
from typing import Any

from accounts.core.caller import Caller, Operator
from accounts.core.permissions import Role
from certificates.core.issue_request import IssueRequest
from demo.people import read_toml

SAMPLE = "zhang_constructor"
_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]  # GB 11643


def issuing_officer() -> Caller:
    """This will give an officer of the agency that issues the sample."""
    people = read_toml("people.toml")
    agency = next(item for item in people["agencies"] if item["id"] == _sample(people)["agency"])
    return Caller(
        kind=Role.ISSUING_OFFICER,
        principal_id="bench",
        agency_uscc=agency["uscc"],
        agency_name=agency["name_zh"],
        operator=Operator(name="沈立群", post="注册管理岗", unit="执业资格注册中心"),
    )


def licence_request(number: int) -> IssueRequest:
    """This will give the request for the licence of the person of this number (0 to 499), each another holder."""
    sample = _sample(read_toml("people.toml"))
    digits = f"33010619880512{number * 2 + 1:03d}"  # odd: male, as the sample says
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
    values = sample["values"] | {
        "certificate_number": f"浙2332026{900_000 + number:06d}",
        "holder_name": f"张{chr(0x4E00 + number)}",
        "holder_code": digits + check,
    }
    return IssueRequest(
        type_code=sample["type"],
        values=values,
        valid_from=date.fromisoformat(sample["valid_from"]),
        valid_until=date.fromisoformat(sample["valid_until"]),
    )


def _sample(people: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in people["licences"] if item["id"] == SAMPLE)
    return found
