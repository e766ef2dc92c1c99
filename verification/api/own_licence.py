"""The holder's own licence with its values; each kind of look is recorded once a sign-in, and each unmasking."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from verification.services.fetch_document import fetch_document
from verification.services.show_own_credential import show_own_credential
from verification.services.show_own_licence import show_own_licence
from verification.services.show_own_seal_code import show_own_seal_code

NO_STORE = {"Cache-Control": "no-store"}
_KIND = OpenApiParameter("kind", enum=["pdf", "ofd"], description="ofd: the national format, of guomi nodes only")
_UNMASK = OpenApiParameter("unmask", OpenApiTypes.BOOL, description="1: show all in full; recorded every time")


def _asked(request: Request, certificate_id: UUID) -> dict[str, Any]:
    return {
        "caller": caller_of(request),
        "certificate_id": certificate_id,
        "session_key": request.session.session_key or "",
        "at": timezone.now(),
    }


class OwnValues(APIView):
    """`/api/v1/me/certificates/{id}/values`."""

    @extend_schema(responses=OpenApiTypes.OBJECT, parameters=[_UNMASK])
    def get(self, request: Request, certificate_id: UUID) -> Response:
        """Show the own licence, masked unless asked otherwise."""
        unmask = request.query_params.get("unmask") == "1"
        shown = show_own_licence(unmask=unmask, **_asked(request, certificate_id))
        fields = [{"name": item.name, "grain": item.grain, "value": item.value} for item in shown.fields]
        return Response({"lookup_id": shown.lookup_id, "fields": fields}, headers=NO_STORE)


class OwnSealCode(APIView):
    """`/api/v1/me/certificates/{id}/seal-code`."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, certificate_id: UUID) -> Response:
        """Give the printed code's text."""
        shown = show_own_seal_code(**_asked(request, certificate_id))
        return Response({"lookup_id": shown.lookup_id, "seal_code": shown.text}, headers=NO_STORE)


class OwnCredential(APIView):
    """`/api/v1/me/certificates/{id}/credential`."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, certificate_id: UUID) -> Response:
        """Give the whole credential (SD-JWT)."""
        shown = show_own_credential(**_asked(request, certificate_id))
        return Response({"lookup_id": shown.lookup_id, "credential": shown.sd_jwt}, headers=NO_STORE)


class OwnDocument(APIView):
    """`/api/v1/me/certificates/{id}/document`."""

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, (200, "application/ofd"): OpenApiTypes.BINARY},
        parameters=[_KIND],
    )
    def get(self, request: Request, certificate_id: UUID) -> HttpResponse:
        """Give the signed PDF, or the sealed OFD."""
        kind = "ofd" if request.query_params.get("kind") == "ofd" else "pdf"
        document = fetch_document(kind=kind, **_asked(request, certificate_id))
        headers = NO_STORE | {"Content-Disposition": f'attachment; filename="licence.{kind}"'}
        return HttpResponse(document.data, content_type=f"application/{kind}", headers=headers)
