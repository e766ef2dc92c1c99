"""Who looked at the holder's licences, with all that a client of the holder's own needs to check it."""

import json
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.core.moment import read_moment
from verification.core.lookup_entry import field_member
from verification.core.lookup_members import Member
from verification.services.my_lookups import LookupLine, my_lookups

_BEFORE = OpenApiParameter("before", OpenApiTypes.DATETIME, description="the `at` of the last look of the page before")
_BEFORE_ID = OpenApiParameter("before_id", OpenApiTypes.UUID, description="its `lookup_id`, beside `before`")


class OwnLookups(APIView):
    """`/api/v1/me/lookups`."""

    @extend_schema(responses=OpenApiTypes.OBJECT, parameters=[_BEFORE, _BEFORE_ID])
    def get(self, request: Request) -> Response:
        """List the newest looks: who, when, for what, which fields at which grain, and the openings and proof of each.

        No field's value is in the answer: `value_salts` open the commitments together with the values the holder knows.
        """
        given = request.query_params.get("before")
        before = read_moment(given) if given else None
        if given and before is None:
            raise ParseError("`before` is a time with its zone", code="request.before")
        before_id = _uuid(request.query_params.get("before_id"))
        found = my_lookups(caller=caller_of(request), at=timezone.now(), before=before, before_id=before_id)
        return Response({"lookups": [_body(line) for line in found]}, headers={"Cache-Control": "no-store"})


def _uuid(given: str | None) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise ParseError("`before_id` is the id of a look-up", code="request.before_id") from error


def _looked_by(line: LookupLine) -> str:
    if line.side != "self":
        return "agency"
    return "reader" if line.by_reader else "co_owner_or_representative"


def _body(line: LookupLine) -> dict[str, Any]:
    proof = json.loads(line.receipt.content) if line.receipt.completed else None
    return {
        "lookup_id": line.lookup_id,
        "at": line.at,
        "side": line.side,
        "outcome": line.outcome,
        "code": line.code,
        "certificate_ids": line.certificate_ids,
        "looked_by": _looked_by(line),
        # The region is the one whose key signed the question, whatever agency it named.
        "agency": {
            "uscc": line.member(Member.AGENCY_USCC),
            "name": line.member(Member.AGENCY_NAME),
            "region": line.member(Member.REGION),
        },
        "operator": {"post": line.member(Member.OPERATOR_POST), "unit": line.member(Member.OPERATOR_UNIT)},
        "matter_code": line.member(Member.MATTER_CODE),
        "matter_name": line.member(Member.MATTER_NAME),
        "case_number": line.member(Member.CASE_NUMBER),
        "purpose": line.member(Member.PURPOSE),
        "as_of": line.member(Member.AS_OF),
        "fields": {shown.name: shown.grain for shown in line.fields},
        "withheld": line.member(Member.WITHHELD) or [],
        "erased": line.erased,
        "entry": line.entry,
        "openings": {name: {"salt": opening.salt, "value": opening.value} for name, opening in line.openings.items()},
        "value_salts": [{"name": field_member(name=f.name, grain=f.grain), "salt": f.salt} for f in line.fields],
        "log": {name: proof[name] for name in ("index", "proof", "checkpoint")} if proof else None,
        "cosigned_by": line.receipt.cosigned_by,
    }
