"""A status list as it stood at a past moment, for who may ask: another province by its signature, an officer or system by its matter."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET
from rest_framework.exceptions import NotAuthenticated
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import caller_of
from certificates.api.status_list import not_acceptable, wanted_form
from certificates.api.status_list import status_list as newest_list
from certificates.core import status_cwt as cwt_form
from certificates.services.sign_status_list import SignedStatusList
from verification.api.recognition import peer_message
from verification.core.status_history import read_history_query
from verification.services.answer_status_history import answer_status_history
from verification.services.read_status_history import read_status_history


@require_GET
def status_list(request: HttpRequest, status_list_id: int) -> HttpResponseBase:
    """`GET /status-lists/<id>`: the newest version for anyone; with `?time=` the one of then, for who may ask."""
    if "time" in request.GET:
        return _past_list(request, status_list_id=status_list_id)
    return newest_list(request, status_list_id)


class _OwnForms(BaseContentNegotiation):
    """Leaves the choice of the form to the view: no renderer of the framework knows these media types."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """This will be asked for a body's parser; there is no body."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """This will give the renderer of problems."""
        return renderers[0], renderers[0].media_type


class PastStatusList(APIView):
    """`/status-lists/{id}?time=<unix>&matter=<code>` (historical resolution)."""

    permission_classes = [AllowAny]  # the services decide; a province has no session
    content_negotiation_class = _OwnForms

    def get(self, request: Request, status_list_id: int) -> HttpResponse:
        """Give the list as it stood, recorded before it leaves; refused requests are recorded, too."""
        raw: HttpRequest = request._request  # noqa: SLF001 - the request as it came
        media_type = wanted_form(raw)
        if media_type is None:
            return not_acceptable()
        given = raw.GET
        as_of, matter_code = read_history_query(time=given.get("time", ""), matter=given.get("matter", ""))
        asked: dict[str, Any] = {"status_list_id": status_list_id, "as_of": as_of, "matter_code": matter_code}
        if "Signature-Input" in raw.headers:
            found = answer_status_history(message=peer_message(request), at=timezone.now(), **asked)
        elif request.auth is None:
            raise NotAuthenticated
        else:
            found = read_status_history(caller=caller_of(request), at=timezone.now(), **asked)
        return _answer(found, media_type=media_type)


_past_list = PastStatusList.as_view()


def _answer(found: SignedStatusList, *, media_type: str) -> HttpResponse:
    token = found.cwt if media_type == cwt_form.MEDIA_TYPE else found.jwt.encode("ascii")
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    return HttpResponse(token, content_type=media_type, headers=headers)
