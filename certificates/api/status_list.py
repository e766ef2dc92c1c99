"""The signed status lists, for anyone: they say of an index whether it is valid, and nothing else."""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_GET

from certificates.queries.status_lists import status_token

MEDIA_TYPE = "application/statuslist+jwt"


@require_GET
def status_list(request: HttpRequest, status_list_id: int) -> HttpResponse:
    """`GET /status-lists/<id>`: the newest version, with an ETag; a cache may keep it for the list's ttl."""
    token = status_token(status_list_id=status_list_id)
    if token is None:
        raise Http404
    etag = quote_etag(hashlib.sha256(token.encode()).hexdigest()[:32])
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={settings.NODE.status_ttl}"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(token, content_type=MEDIA_TYPE, headers=headers)
