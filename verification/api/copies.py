"""Purpose copies 加注件: holders and agencies have them made, list them, take their files and revoke them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.idempotency import idempotency_key
from accounts.api.strict_serializer import StrictSerializer
from accounts.core.permissions import Scope
from certificates.api.issue import KEY_HEADER
from certificates.core.copy_claims import MAX_PURPOSE_CHARS, MAX_RECIPIENT_CHARS
from certificates.core.copy_terms import MAX_COPY_DAYS
from certificates.core.grains import Grain
from certificates.services.copy_lines import MAKING, CopyLine
from certificates.services.list_agency_copies import list_agency_copies
from certificates.services.list_own_copies import list_own_copies
from certificates.services.revoke_agency_copy import revoke_agency_copy
from certificates.services.revoke_own_copy import revoke_own_copy
from verification.services.copy_file import CopyFile
from verification.services.fetch_agency_copy import fetch_agency_copy
from verification.services.fetch_own_copy import fetch_own_copy
from verification.services.make_copy import CopyRequest, make_copy
from verification.services.make_copy_for_matter import MatterCopyRequest, make_copy_for_matter

NO_STORE = {"Cache-Control": "no-store"}
_GRAINS = [grain.value for grain in Grain]
_FILE = {(200, "application/pdf"): OpenApiTypes.BINARY, (202, "application/json"): OpenApiTypes.OBJECT}


class OwnCopyBody(StrictSerializer):
    """Of which licence a copy is wanted, how much of each field, for what and for whom; days 0: as long as is allowed."""

    certificate_id = serializers.UUIDField()
    grains = serializers.DictField(child=serializers.ChoiceField(choices=_GRAINS), allow_empty=False)
    purpose = serializers.CharField(max_length=MAX_PURPOSE_CHARS)
    recipient = serializers.CharField(max_length=MAX_RECIPIENT_CHARS)
    days = serializers.IntegerField(min_value=0, max_value=MAX_COPY_DAYS, default=0)


class MatterCopyBody(StrictSerializer):
    """Of which look a copy is wanted, and why; `fields` may choose less than that look showed."""

    lookup_id = serializers.UUIDField()
    purpose = serializers.CharField(max_length=MAX_PURPOSE_CHARS)
    fields = serializers.DictField(  # type: ignore[assignment]  # design's word
        child=serializers.ChoiceField(choices=_GRAINS), required=False
    )
    days = serializers.IntegerField(min_value=0, max_value=MAX_COPY_DAYS, default=0)


class MadeCopyBody(serializers.Serializer[Any]):
    """The copy that is being made, and the look-up that making it was."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.CharField()
    expires_at = serializers.DateTimeField()
    lookup_id = serializers.UUIDField()
    receipt = serializers.CharField(required=False)


class CopyBody(serializers.Serializer[Any]):
    """One copy, without any value of the licence; `own`: the caller may take its file and revoke it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    certificate_id = serializers.UUIDField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    recipient = serializers.CharField(allow_blank=True)
    maker = serializers.ChoiceField(choices=["holder", "agency"])
    maker_name = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=[MAKING, "ready", "held", "revoked", "expired", "licence_ended"])
    own = serializers.BooleanField()
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class CopiesBody(serializers.Serializer[Any]):
    """Copies, newest first."""

    copies = CopyBody(many=True)


class OwnCopies(APIView):
    """`/api/v1/me/copies`."""

    @extend_schema(responses=CopiesBody)
    def get(self, request: Request) -> Response:
        """List the copies of the caller's licences, those that agencies made among them; no values."""
        return _listed(list_own_copies(caller=caller_of(request), at=timezone.now()))

    @extend_schema(request=OwnCopyBody, responses={202: MadeCopyBody}, parameters=[KEY_HEADER])
    def post(self, request: Request) -> Response:
        """Have a copy of an own licence made. A repeat with the same key and body gets the same answer."""
        given = _given(OwnCopyBody, request)
        made = make_copy(
            caller=caller_of(request),
            request=CopyRequest(**given | {"grains": _grains(given["grains"])}),
            session_key=request.session.session_key or "",
            idempotency_key=idempotency_key(request),
            at=timezone.now(),
        )
        answer = {
            "id": made.id,
            "number": made.number,
            "state": MAKING,
            "expires_at": made.expires_at,
            "lookup_id": made.lookup_id,
        }
        headers = NO_STORE | {"Location": f"/api/v1/me/copies/{made.id}/file"}
        return Response(MadeCopyBody(answer).data, status=202, headers=headers)


class OwnCopyFile(APIView):
    """`/api/v1/me/copies/{id}/file`."""

    @extend_schema(responses=_FILE)
    def get(self, request: Request, copy_id: UUID) -> HttpResponseBase:
        """Give the signed PDF; 202 while it is being made. Recorded once a sign-in."""
        file = fetch_own_copy(
            caller=caller_of(request),
            copy_id=copy_id,
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
        return _file(file, copy_id)


class OwnCopyRevocation(APIView):
    """`/api/v1/me/copies/{id}/revoke`."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, copy_id: UUID) -> Response:
        """Revoke one copy for good; the licence stays as it is."""
        revoke_own_copy(caller=caller_of(request), copy_id=copy_id, at=timezone.now())
        return Response(status=204, headers=NO_STORE)


class AgencyCopies(APIView):
    """`/api/v1/copies`."""

    scopes = (Scope.VERIFICATIONS_WRITE,)

    @extend_schema(responses=CopiesBody)
    def get(self, request: Request) -> Response:
        """List the copies that the caller's agency had made; no values."""
        return _listed(list_agency_copies(caller=caller_of(request), at=timezone.now()))

    @extend_schema(request=MatterCopyBody, responses={202: MadeCopyBody}, parameters=[KEY_HEADER])
    def post(self, request: Request) -> Response:
        """Have a copy made of what an own look showed, for its matter and case. What is refused is 403 and recorded, too."""
        given = _given(MatterCopyBody, request)
        fields = None if "fields" not in given else _grains(given["fields"])
        answer = make_copy_for_matter(
            caller=caller_of(request),
            request=MatterCopyRequest(**given | {"fields": fields}),
            idempotency_key=idempotency_key(request),
            at=timezone.now(),
        )
        response = Response(answer.body, status=answer.status, headers=NO_STORE)
        if answer.status >= 400:  # noqa: PLR2004 - the first status of a refusal
            response.content_type = "application/problem+json"
        return response


class AgencyCopyFile(APIView):
    """`/api/v1/copies/{id}/file`."""

    scopes = (Scope.VERIFICATIONS_WRITE,)

    @extend_schema(responses=_FILE)
    def get(self, request: Request, copy_id: UUID) -> HttpResponseBase:
        """Give the signed PDF; 202 while it is being made. Every hand-out is recorded."""
        return _file(fetch_agency_copy(caller=caller_of(request), copy_id=copy_id, at=timezone.now()), copy_id)


class AgencyCopyRevocation(APIView):
    """`/api/v1/copies/{id}/revoke`."""

    scopes = (Scope.VERIFICATIONS_WRITE,)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, copy_id: UUID) -> Response:
        """Revoke one copy that the agency had made."""
        revoke_agency_copy(caller=caller_of(request), copy_id=copy_id, at=timezone.now())
        return Response(status=204, headers=NO_STORE)


def _given(form: type[StrictSerializer], request: Request) -> dict[str, Any]:
    body = form(data=request.data)
    body.is_valid(raise_exception=True)
    given: dict[str, Any] = dict(body.validated_data)
    return given


def _grains(stated: Mapping[str, str]) -> dict[str, Grain]:
    return {name: Grain(grain) for name, grain in stated.items()}


def _listed(lines: tuple[CopyLine, ...]) -> Response:
    return Response({"copies": CopyBody(lines, many=True).data}, headers=NO_STORE)


def _file(file: CopyFile | None, copy_id: UUID) -> HttpResponseBase:
    if file is None:
        again = NO_STORE | {"Retry-After": "2"}
        return Response({"id": str(copy_id), "state": MAKING}, status=202, headers=again)
    headers = NO_STORE | {"Content-Disposition": f'attachment; filename="copy-{file.number}.pdf"'}
    return HttpResponse(file.data, content_type="application/pdf", headers=headers)
