"""Verify what is shown at a counter: a text (code, seal code, SD-JWT) or a PDF."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from accounts.api.idempotency import idempotency_key
from accounts.api.strict_serializer import LongTextField, StrictSerializer
from accounts.core.moment import read_moment
from accounts.core.permissions import Scope
from certificates.api.issue import KEY_HEADER
from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError
from certificates.core.grains import Grain
from verification.core.verification_request import MAX_TEXT_CHARS, VerificationRequest
from verification.services.asked import VerificationAnswer
from verification.services.verify_document import verify_document
from verification.services.verify_presentation import verify_presentation

MAX_UPLOAD_BYTES = 10 * 1024 * 1024  # as large as a document may be
MAX_FIELDS_TEXT = 8192  # 64 fields with their grains, as JSON, take half
GRAIN_NAMES = [grain.value for grain in Grain]


class PastMomentField(serializers.DateTimeField):
    """A moment with its time zone."""

    def to_internal_value(self, value: object) -> datetime:
        """This will read ISO 8601 with a zone, and nothing that could mean two moments."""
        moment = read_moment(value) if isinstance(value, str) else None
        if moment is None:
            self.fail("invalid", format="ISO 8601")
        return moment


class LookBody(StrictSerializer):
    """What the look is for, and which fields are wanted at which grain (a fact by its own name)."""

    matter_code = serializers.CharField(max_length=64)
    case_number = serializers.CharField(max_length=64)
    purpose = serializers.CharField(max_length=MAX_TEXT_CHARS)
    fields = serializers.DictField(child=serializers.ChoiceField(choices=GRAIN_NAMES))  # type: ignore[assignment]  # design's word
    as_of = PastMomentField(
        required=False, help_text="whole seconds; how things stood then, where the matter allows it"
    )


class PresentedBody(LookBody):
    """A look at a presented text."""

    presentation = LongTextField(max_length=65536, trim_whitespace=True)


class UploadBody(StrictSerializer):
    """A look at an uploaded document; `fields` is JSON text."""

    document = serializers.FileField()
    matter_code = serializers.CharField(max_length=64)
    case_number = serializers.CharField(max_length=64)
    purpose = serializers.CharField(max_length=MAX_TEXT_CHARS)
    fields = serializers.CharField(max_length=MAX_FIELDS_TEXT)  # type: ignore[assignment]  # design's word
    as_of = PastMomentField(
        required=False, help_text="whole seconds; how things stood then, where the matter allows it"
    )


class MissingBody(serializers.Serializer[Any]):
    """A field or fact that was not shown far enough, and the grain that the matter requires."""

    name = serializers.CharField()
    grain = serializers.CharField()


class NoteBody(serializers.Serializer[Any]):
    """What must be read with the verdict, or with one line of it."""

    code = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = serializers.CharField()


class CheckBody(serializers.Serializer[Any]):
    """One numbered line of the verdict."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    outcome = serializers.CharField()
    code = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = serializers.CharField()
    age_seconds = serializers.IntegerField(required=False)
    missing = MissingBody(many=True, required=False)
    notes = NoteBody(many=True, required=False)


class VerdictBody(serializers.Serializer[Any]):
    """VALID, INVALID or UNDETERMINED, and why."""

    outcome = serializers.CharField()
    checks = CheckBody(many=True)
    at = serializers.DateTimeField()
    as_of = serializers.DateTimeField(required=False)
    note = NoteBody(required=False)


class VerificationBody(serializers.Serializer[Any]):
    """What the counter is told, and the receipt of its look."""

    lookup_id = serializers.UUIDField()
    verdict = VerdictBody()
    view = serializers.JSONField()
    receipt = serializers.CharField()


class UploadTooLarge(APIException):
    """A document over the limit."""

    status_code = 413
    default_code = "too_large"


class Verifications(APIView):
    """`/api/v1/verifications`."""

    scopes = (Scope.VERIFICATIONS_WRITE,)

    @extend_schema(request=PresentedBody, responses=VerificationBody, parameters=[KEY_HEADER])
    def post(self, request: Request) -> Response:
        """Verify a presented text. Every outcome is an answer and a record; a matter, case or purpose that is refused is 403 and recorded, too."""
        body = PresentedBody(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        asked = _look(given, presentation=given["presentation"], wanted=given["fields"])
        return _answer(
            verify_presentation(
                caller=caller_of(request), request=asked, idempotency_key=idempotency_key(request), at=timezone.now()
            )
        )


class DocumentVerifications(APIView):
    """`/api/v1/verifications/document`."""

    scopes = (Scope.VERIFICATIONS_WRITE,)

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": UploadBody}, responses=VerificationBody, parameters=[KEY_HEADER])
    def post(self, request: Request) -> Response:
        """Verify a PDF of at most 10 MiB; nothing in it is run or fetched."""
        body = UploadBody(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        if given["document"].size > MAX_UPLOAD_BYTES:
            raise UploadTooLarge
        asked = _look(given, presentation="", wanted=_wanted(given["fields"]))
        return _answer(
            verify_document(
                caller=caller_of(request),
                request=asked,
                data=given["document"].read(),
                idempotency_key=idempotency_key(request),
                at=timezone.now(),
            )
        )


def _look(given: Mapping[str, Any], *, presentation: str, wanted: Mapping[str, str]) -> VerificationRequest:
    return VerificationRequest(
        presentation=presentation,
        matter_code=given["matter_code"],
        case_number=given["case_number"],
        purpose=given["purpose"],
        fields={name: Grain(grain) for name, grain in wanted.items()},
        as_of=given.get("as_of"),
    )


def _wanted(text: str) -> Mapping[str, str]:
    try:
        wanted = strict_json_loads(text.encode(), max_bytes=4 * MAX_FIELDS_TEXT)
    except CanonicalError as refused:
        raise serializers.ValidationError({"fields": ["not JSON"]}, code="invalid") from refused
    if not isinstance(wanted, dict) or not all(value in GRAIN_NAMES for value in wanted.values()):
        raise serializers.ValidationError({"fields": ["not a mapping of fields to grains"]}, code="invalid")
    return wanted


def _answer(answer: VerificationAnswer) -> Response:
    response = Response(answer.body, status=answer.status, headers={"Cache-Control": "no-store"})
    if answer.status >= 400:  # noqa: PLR2004 - the first status of a refusal
        response.content_type = "application/problem+json"
    return response
