"""The names under which an entry commits to what was asked and told; one list, so that writer, holder's list and receipt agree.

Fields shown stand beside these as `field.<name>.<grain>` (`lookup_entry.field_member`).
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

_FIELD_PREFIX: Final = "field."
_Value = TypeVar("_Value")


class Member(StrEnum):
    """This will name a member of an entry that is no field's value; the value's JSON form stands in the comment."""

    CALLER = "caller"  # text, "<role>:<principal>"
    AGENCY_USCC = "agency.uscc"  # text
    AGENCY_NAME = "agency.name"  # text
    REGION = "agency.region"  # text, region code of the asking agency
    OPERATOR_NAME = "operator.name"  # text; for the agency and an inquiry, never in the holder's list
    OPERATOR_POST = "operator.post"  # text
    OPERATOR_UNIT = "operator.unit"  # text
    MATTER_CODE = "matter.code"  # text
    MATTER_NAME = "matter.name"  # text
    CASE_NUMBER = "case"  # text
    PURPOSE = "purpose"  # text
    AS_OF = "as_of"  # text, ISO 8601 in UTC: the past moment that was asked about; absent where it was now
    LICENCE_TYPE = "licence.type"  # text, type code
    ISSUING_REGION = "licence.region"  # text, region code
    VERDICT = "verdict"  # object: outcome and the checks' codes
    REFUSAL = "refusal"  # text, reason code
    WITHHELD = "withheld"  # array of field names asked for and not shown
    REQUEST_DIGEST = "request.sha256"  # text, base64url
    ANSWER_DIGEST = "answer.sha256"  # text, base64url
    POLICY_VERSIONS = "policy"  # object: trust list, usage list, recognition rule
    STATUS_LIST = "status.list"  # text, number of the list whose past was asked for
    STATUS_AGE = "status.age"  # whole seconds
    COPY_NUMBER = "copy.number"  # text, of the purpose copy that was made, handed out or shown
    COPY_RECIPIENT = "copy.recipient"  # text
    COPY_PURPOSE = "copy.purpose"  # text, of a copy that the holder had made
    COPY_END = "copy.end"  # text, ISO 8601 in UTC
    RECORD = "record"  # object: what the look-up's own row says


NOT_FOR_HOLDERS: Final = frozenset({Member.CALLER, Member.OPERATOR_NAME})


class ShownField(NamedTuple):
    """This will name one field and the grain it was shown at."""

    name: str
    grain: str


def shown_field(member: str) -> ShownField | None:
    """This will read a member name that stands for a field's value, or give None for any other."""
    if not member.startswith(_FIELD_PREFIX):
        return None
    name, _, grain = member.removeprefix(_FIELD_PREFIX).rpartition(".")
    return ShownField(name, grain)


def for_holders(members: Mapping[str, _Value]) -> Iterator[tuple[str, _Value]]:
    """This will give the members a holder may see opened: no field's value, and nobody's name behind a counter."""
    return ((name, value) for name, value in members.items() if name not in NOT_FOR_HOLDERS and not shown_field(name))
