"""What other provinces call: signed look-ups, and what is public of this region (types, agency keys)."""

import hashlib
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from certificates.api.licence_types import licence_types_body
from verification.core.message_signature import MessageRequest
from verification.core.recognition_message import MAX_ASK_BYTES
from verification.queries.agency_key_bundle import agency_key_bundle
from verification.services.answer_recognition import SignedAnswer, answer_recognition
from verification.services.recognition_result import recognition_result

AGENCY_KEYS_SECONDS = 300


class PeerView(APIView):
    """An address for nodes of the trust list: who calls is shown by the request's signature, never by a session."""

    authentication_classes: ClassVar[Sequence[type[BaseAuthentication]]] = ()  # type: ignore[misc]  # stubs want an instance attribute
    permission_classes = [AllowAny]


class PeerLookups(PeerView):
    """`/recognition/v1/lookups`."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> HttpResponse:
        """Spend a code for another province, record it, and answer signed (RFC 9421, both ways)."""
        return _answer(answer_recognition(message=peer_message(request), at=timezone.now()))


class PeerLookup(PeerView):
    """`/recognition/v1/lookups/{lookup_id}`."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, lookup_id: UUID) -> HttpResponse:
        """Give the answer that this province was given, again, within 120 s."""
        return _answer(recognition_result(lookup_id=lookup_id, message=peer_message(request), at=timezone.now()))


@require_GET
def licence_types(request: HttpRequest) -> JsonResponse:
    """`GET /recognition/v1/licence-types`: the types this region issues."""
    return JsonResponse(licence_types_body(), json_dumps_params={"ensure_ascii": False})


@require_GET
def agency_keys(request: HttpRequest) -> HttpResponse:
    """`GET /recognition/v1/agency-keys`: the region's signed bundle, with an ETag."""
    bundle = agency_key_bundle()
    if bundle is None:
        raise Http404
    etag = quote_etag(hashlib.sha256(bundle.encode()).hexdigest()[:32])
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={AGENCY_KEYS_SECONDS}"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(bundle, content_type="application/jwt", headers=headers)


def peer_message(request: Request) -> MessageRequest:
    """This will give a call of another node as its signature covers it."""
    raw: HttpRequest = request._request  # noqa: SLF001 - the bytes as they came: DRF would parse them
    return MessageRequest(
        method=str(raw.method),
        # The node's own address, not the Host header: a request signed for another node must not fit here.
        target_uri=settings.NODE.node_url + raw.get_full_path(),
        headers=tuple(raw.headers.items()),
        body=raw.read(MAX_ASK_BYTES + 1),
    )


def _answer(answer: SignedAnswer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response
