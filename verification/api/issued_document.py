"""The file of a licence for the agency that issued it; every hand-out is recorded with its reason, for the holder to read."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.strict_serializer import StrictSerializer
from accounts.core.permissions import Scope
from verification.core.verification_request import MAX_TEXT_CHARS
from verification.services.fetch_issued_document import fetch_issued_document


class IssuedDocumentBody(StrictSerializer):
    """Which file, and why it is taken; ofd: the national format, of guomi nodes only."""

    purpose = serializers.CharField(max_length=MAX_TEXT_CHARS)
    kind = serializers.ChoiceField(choices=["pdf", "ofd"], default="pdf")


class IssuedDocument(APIView):
    """`/api/v1/certificates/{id}/document`."""

    scopes = (Scope.CERTIFICATES_ISSUE,)

    @extend_schema(
        request=IssuedDocumentBody,
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, (200, "application/ofd"): OpenApiTypes.BINARY},
    )
    def post(self, request: Request, certificate_id: UUID) -> HttpResponse:
        """Give the signed PDF, or the sealed OFD, of a licence of one's own agency. Every hand-out is recorded."""
        body = IssuedDocumentBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        file = fetch_issued_document(
            caller=caller_of(request), certificate_id=certificate_id, at=timezone.now(), **given
        )
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="licence.{given["kind"]}"',
        }
        return HttpResponse(file.data, content_type=f"application/{given['kind']}", headers=headers)
