"""The receipt of a look-up, for who asked and for the holder it was about."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.core.permissions import Scope
from verification.services.archive_receipt import archive_receipt
from verification.services.lookup_receipt import lookup_receipt


class LookupReceiptView(APIView):
    """`/api/v1/lookups/{id}/receipt`."""

    scopes = (Scope.LOOKUPS_READ,)

    @extend_schema(
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "application/jwt"): OpenApiTypes.STR,
            (200, "text/plain"): OpenApiTypes.STR,
        }
    )
    def get(self, request: Request, lookup_id: UUID) -> HttpResponse:
        """Give the completed receipt (JSON: promise, proof, cosigned head), or the signed promise while it waits for the tree."""
        receipt = lookup_receipt(caller=caller_of(request), lookup_id=lookup_id, at=timezone.now())
        _, content_type = receipt.file_type
        return HttpResponse(receipt.content, content_type=content_type, headers={"Cache-Control": "no-store"})


class ArchivedReceiptView(APIView):
    """`/api/v1/lookups/{id}/receipt/document`."""

    scopes = (Scope.LOOKUPS_READ,)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, lookup_id: UUID) -> HttpResponse:
        """Give the receipt as a signed PDF/A-3a for the archive; 409 `receipt.waiting` until the log proves the look-up."""
        data = archive_receipt(caller=caller_of(request), lookup_id=lookup_id, at=timezone.now())
        return HttpResponse(data, content_type="application/pdf", headers={"Cache-Control": "no-store"})
