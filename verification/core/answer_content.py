"""What a counter is told, put together once: it is recorded, sealed and handed out from this one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.sd_jwt_format import Shown
from verification.core.answer_view import verdict_json, view_fields, view_json
from verification.core.copy_members import copy_members
from verification.core.lookup_members import Member
from verification.core.recorded_members import (
    answer_member,
    policy_members,
    shown_members,
    verdict_members,
    withheld_members,
)
from verification.core.shown_photo import shown_photo
from verification.core.statement import Statement
from verification.core.verdict import Verdict, VerdictOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """This will hold the verdict and the view of an answer, and the members by which the entry commits to them."""

    verdict: Verdict
    body: Mapping[str, Any]
    members: Mapping[str, Any]


def tell(
    *,
    verdict: Verdict,
    statement: Statement | None,
    definition: LicenceTypeDefinition | None,
    allowed: frozenset[str],
    withheld: tuple[str, ...],
    policy: Mapping[str, int | None],
    picture: bytes | None = None,
) -> Told:
    """This will put together what is told: of the statement's fields the allowed ones, and none under an INVALID verdict.

    What is not believed is not shown: a value beside a red verdict would be copied into the file all the same.
    `picture` is told with its field only where the statement signs it (`shown_photo`).
    """
    believed = statement if verdict.outcome is not VerdictOutcome.INVALID else None
    shown: dict[str, Shown] = (
        {} if believed is None else {name: item for name, item in believed.shown.items() if name in allowed}
    )
    told = {
        "verdict": verdict_json(verdict),
        "view": view_json(
            statement,
            definition=definition,
            fields=view_fields(
                shown,
                definition=definition,
                names=shown,
                pictures=shown_photo(picture, definition=definition, shown=shown),
            ),
            withheld=withheld,
        ),
    }
    members = {
        **shown_members(shown),
        **verdict_members(verdict),
        **withheld_members(withheld),
        **policy_members(**policy),
        **answer_member(told),
    }
    if statement is not None:
        members |= {Member.LICENCE_TYPE: statement.type_code, Member.ISSUING_REGION: statement.region_code}
        if statement.copy is not None:
            copy = statement.copy
            members |= copy_members(number=copy.number, recipient=copy.recipient, expires_at=statement.expires_at)
            members |= {Member.COPY_PURPOSE: copy.purpose}
    return Told(verdict=verdict, body=told, members=members)
