"""What a holder sees of the own licences, without values, and the codes a holder makes to show one."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.strict_serializer import StrictSerializer
from certificates.api.licence_types import FieldBody
from certificates.core.grains import Grain
from certificates.services.list_own_certificates import OwnCertificate, list_own_certificates
from certificates.services.present_certificate import present_certificate


class OwnCertificateBody(serializers.Serializer[Any]):
    """One licence of the holder, or of a firm the holder acts for."""

    id = serializers.UUIDField()
    identifier = serializers.CharField()
    type_code = serializers.CharField()
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    state = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    agency_name = serializers.CharField()
    released = serializers.BooleanField()
    document_state = serializers.CharField(allow_blank=True)
    acts_for_firm = serializers.BooleanField()
    fields = FieldBody(many=True)  # type: ignore[assignment]  # the member's name is the design's word


class OwnCertificatesBody(serializers.Serializer[Any]):
    """All of them."""

    certificates = OwnCertificateBody(many=True)


class PresentationBody(StrictSerializer):
    """Which licence to show, how much of each field, and to whom."""

    certificate_id = serializers.UUIDField()
    grains = serializers.DictField(
        child=serializers.ChoiceField(choices=[grain.value for grain in Grain]), allow_empty=False
    )
    audience = serializers.RegexField(r"^[0-9A-Z]{18}$", required=False, default="", allow_blank=True)


class PresentationCodeBody(serializers.Serializer[Any]):
    """The code to show as a QR; it is spent by the first look."""

    code = serializers.CharField()
    expires_at = serializers.DateTimeField()
    seconds = serializers.IntegerField()


class OwnCertificates(APIView):
    """`/api/v1/me/certificates`."""

    @extend_schema(responses=OwnCertificatesBody)
    def get(self, request: Request) -> Response:
        """List the caller's licences and those of firms the caller acts for; no values."""
        found = list_own_certificates(caller=caller_of(request), at=timezone.now())
        return Response({"certificates": [_own_body(item) for item in found]})


def _own_body(own: OwnCertificate) -> dict[str, object]:
    metadata = own.metadata
    return {
        "id": metadata.id,
        "identifier": metadata.identifier,
        "type_code": metadata.type_code,
        "title_zh": metadata.title_zh,
        "title_en": metadata.title_en,
        "state": metadata.state,
        "valid_from": metadata.valid_from,
        "valid_until": metadata.valid_until,
        "agency_name": metadata.agency_name_zh,
        "released": metadata.released_at is not None,
        "document_state": metadata.document_state,
        "acts_for_firm": own.acts_for_firm,
        "fields": [FieldBody(field).data for field in own.definition.fields],
    }


class Presentations(APIView):
    """`/api/v1/presentations`."""

    @extend_schema(request=PresentationBody, responses={201: PresentationCodeBody})
    def post(self, request: Request) -> Response:
        """Make a short-lived single-use code that shows the chosen grains."""
        body = PresentationBody(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        grains = {name: Grain(grain) for name, grain in given.pop("grains").items()}
        now: datetime = timezone.now()
        code = present_certificate(caller=caller_of(request), grains=grains, at=now, **given)
        answer = {"code": code.text, "expires_at": code.expires_at, "seconds": settings.NODE.presentation_seconds}
        return Response(PresentationCodeBody(answer).data, status=201, headers={"Cache-Control": "no-store"})
