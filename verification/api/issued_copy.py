"""The agency that issued a licence revokes a purpose copy of it; the holder reads that it did, and why."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.strict_serializer import StrictSerializer
from accounts.core.permissions import Scope
from certificates.core.copy_revocation import COPY_REVOCATIONS
from verification.services.revoke_issued_copy import revoke_issued_copy

_NUMBER_CHARS = 14  # XXXX-XXXX-XXXX


class IssuedCopyRevocationBody(StrictSerializer):
    """Which copy, by the number that stands on it, and why it ends."""

    number = serializers.CharField(max_length=_NUMBER_CHARS)
    reason_code = serializers.ChoiceField(COPY_REVOCATIONS)


class IssuedCopyRevocation(APIView):
    """`/api/v1/certificates/{id}/copies/revoke`."""

    scopes = (Scope.CERTIFICATES_MANAGE,)

    @extend_schema(request=IssuedCopyRevocationBody, responses={204: None})
    def post(self, request: Request, certificate_id: UUID) -> Response:
        """Revoke one copy for good, whoever had it made; the licence stays as it is. One that is revoked already stays as it is."""
        body = IssuedCopyRevocationBody(data=request.data)
        body.is_valid(raise_exception=True)
        revoke_issued_copy(
            caller=caller_of(request), certificate_id=certificate_id, at=timezone.now(), **body.validated_data
        )
        return Response(status=204, headers={"Cache-Control": "no-store"})
