"""Issue and correct licences, and read their metadata: for the issuing agency only."""

import base64
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.idempotency import idempotency_key
from accounts.api.strict_serializer import StrictSerializer
from accounts.core.permissions import Scope
from certificates.core.issue_request import IssueAnswer, IssueRequest
from certificates.core.photos import MAX_PHOTO_BYTES
from certificates.services.correct_certificate import correct_certificate
from certificates.services.issue_certificate import issue_certificate
from certificates.services.read_agency_certificate import read_agency_certificate

MAX_FIELD_CHARACTERS = 4000  # the longest kind of field, scope of business, takes half
MAX_VALUES_OF_A_FIELD = 200  # three times what a licence type allows: the type then says what is wrong
MAX_PHOTO_CHARACTERS = (MAX_PHOTO_BYTES + 2) // 3 * 4  # of its base64
KEY_HEADER = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
class FieldValue(serializers.Field[Any, Any, Any, Any]):
    """A text, or a list of texts in holder order."""

    def to_internal_value(self, data: Any) -> str | tuple[str, ...]:
        """This will take a text or a list of texts as they are; whether they fit is the licence type's question."""
        if isinstance(data, str) and len(data) <= MAX_FIELD_CHARACTERS:
            return data
        if (
            isinstance(data, list)
            and len(data) <= MAX_VALUES_OF_A_FIELD
            and all(isinstance(item, str) for item in data)
        ):
            return tuple(data)
        raise serializers.ValidationError("a field's value is a text or a list of texts", code="invalid")

    def to_representation(self, value: Any) -> Any:
        """This will give the value back as it is."""
        return value


class PhotoField(serializers.CharField):
    """A picture in base64 (RFC 4648 section 4): JPEG or PNG, 160 KiB and 4 million pixels at most."""

    def __init__(self, **kwargs: Any) -> None:
        """This will bound the text by what a picture of the allowed size takes."""
        super().__init__(max_length=MAX_PHOTO_CHARACTERS, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """This will decode the text; whether it is a picture is the service's question."""
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except ValueError as error:
            raise serializers.ValidationError("a photo is handed in as base64", code="invalid") from error


class IssueBody(StrictSerializer):
    """What an agency sends to have a licence issued."""

    type_code = serializers.CharField(max_length=21)
    values = serializers.DictField(child=FieldValue())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, default=None)
    photo = PhotoField(allow_null=True, default=None)


class IssueAnswerBody(serializers.Serializer[Any]):
    """The number the licence has, and where to ask how far it is."""

    id = serializers.UUIDField()
    identifier = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    location = serializers.CharField()


class DocumentProgressBody(serializers.Serializer[Any]):
    """How far one file of a licence is."""

    kind = serializers.ChoiceField(choices=["pdf", "copy", "ofd"])
    state = serializers.ChoiceField(choices=["pending", "waiting", "ready", "held"])
    level = serializers.ChoiceField(choices=["B-B", "B-LTA"], allow_blank=True)
    held_code = serializers.CharField(allow_blank=True, help_text="why it is held, or what it waits for")
    attempts = serializers.IntegerField(help_text="tries that ended without a word")


class MetadataBody(serializers.Serializer[Any]):
    """What is known of a certificate without its values."""

    id = serializers.UUIDField()
    identifier = serializers.CharField()
    version = serializers.IntegerField()
    type_code = serializers.CharField()
    type_version = serializers.IntegerField()
    state = serializers.CharField()
    failure_code = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)
    document_state = serializers.CharField(allow_blank=True)
    document_code = serializers.CharField(allow_blank=True)
    documents = DocumentProgressBody(many=True)
    replaces = serializers.UUIDField(allow_null=True)


def issue_request_of(request: Request) -> IssueRequest:
    """This will read the body of an issue or a correction; raises ValidationError naming members only."""
    body = IssueBody(data=request.data)
    body.is_valid(raise_exception=True)
    return IssueRequest(**body.validated_data)


def accepted(answer: IssueAnswer) -> Response:
    """This will give the 202 of an accepted request."""
    return Response(IssueAnswerBody(answer).data, status=202, headers={"Location": answer.location})


class Certificates(APIView):
    """`/api/v1/certificates`."""

    scopes = (Scope.CERTIFICATES_ISSUE,)

    @extend_schema(request=IssueBody, responses={202: IssueAnswerBody}, parameters=[KEY_HEADER])
    def post(self, request: Request) -> Response:
        """Issue a licence. A repeat with the same key and body gets the same answer; another body under the key is refused."""
        return accepted(
            issue_certificate(
                caller=caller_of(request),
                request=issue_request_of(request),
                idempotency_key=idempotency_key(request),
                at=timezone.now(),
            )
        )


class OneCertificate(APIView):
    """`/api/v1/certificates/{id}`."""

    scopes = (Scope.CERTIFICATES_READ,)

    @extend_schema(responses=MetadataBody)
    def get(self, request: Request, certificate_id: UUID) -> Response:
        """Read the metadata of a certificate of one's own agency."""
        return Response(
            MetadataBody(read_agency_certificate(caller=caller_of(request), certificate_id=certificate_id)).data
        )


class Correction(APIView):
    """`/api/v1/certificates/{id}/correct`."""

    scopes = (Scope.CERTIFICATES_ISSUE, Scope.CERTIFICATES_MANAGE)

    @extend_schema(request=IssueBody, responses={202: IssueAnswerBody}, parameters=[KEY_HEADER])
    def post(self, request: Request, certificate_id: UUID) -> Response:
        """Issue the next version; the version before it is dead once the new one stands."""
        return accepted(
            correct_certificate(
                caller=caller_of(request),
                certificate_id=certificate_id,
                request=issue_request_of(request),
                idempotency_key=idempotency_key(request),
                at=timezone.now(),
            )
        )
