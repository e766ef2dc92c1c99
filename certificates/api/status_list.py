"""The signed status lists, for anyone: they say of an index whether it is valid, and nothing else."""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_GET

from certificates.core import status_cwt as cwt_form
from certificates.core import status_list as jwt_form
from certificates.queries.status_lists import status_cwt, status_list_uris, status_token

MEDIA_TYPES = (jwt_form.MEDIA_TYPE, cwt_form.MEDIA_TYPE)  # the first one for whoever has no preference
# Public statements that bear their own signature: any page may fetch them (section 8 of the standard asks for this).
OPEN_TO_PAGES = {"Access-Control-Allow-Origin": "*"}


@require_GET
def status_list(request: HttpRequest, status_list_id: int) -> HttpResponse:
    """`GET /status-lists/<id>`: the newest version as JWT or CWT, with an ETag; a cache may keep it for the list's ttl."""
    media_type = wanted_form(request)
    if media_type is None:
        return not_acceptable()
    is_cwt = media_type == cwt_form.MEDIA_TYPE
    token = (status_cwt if is_cwt else status_token)(status_list_id=status_list_id)
    if token is None:
        raise Http404
    return signed_list(request, token, media_type=media_type)


@require_GET
def status_list_aggregation(request: HttpRequest) -> HttpResponse:
    """`GET /status-lists`: the addresses of all lists (section 9.1), so that a verifier may fetch them beforehand."""
    headers = {"Cache-Control": f"public, max-age={settings.NODE.status_ttl}", **OPEN_TO_PAGES}
    return JsonResponse({"status_lists": list(status_list_uris())}, headers=headers)


def wanted_form(request: HttpRequest) -> str | None:
    """This will give the media type to answer in, or None where the caller takes neither."""
    return request.get_preferred_type(list(MEDIA_TYPES)) if "Accept" in request.headers else MEDIA_TYPES[0]


def not_acceptable() -> HttpResponse:
    """This will say that there is nothing in the form asked for."""
    return HttpResponse(status=406, headers={"Vary": "Accept"})


def signed_list(request: HttpRequest, token: str | bytes, *, media_type: str) -> HttpResponse:
    """This will give a signed list, or 304 to whoever has this very one."""
    content = token.encode("ascii") if isinstance(token, str) else token
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={settings.NODE.status_ttl}",
        "Vary": "Accept",
        **OPEN_TO_PAGES,
    }
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, content_type=media_type, headers=headers)
