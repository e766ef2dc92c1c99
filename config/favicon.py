"""The icon that browsers ask for by themselves, on pages and elsewhere: the node's own mark."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_DAY_SECONDS = 24 * 3600


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`GET /favicon.ico`: an SVG, which every current browser takes at this address, too."""
    return HttpResponse(
        _mark(), content_type="image/svg+xml", headers={"Cache-Control": f"public, max-age={_DAY_SECONDS}"}
    )


@cache
def _mark() -> bytes:
    return (settings.PROJECT_DIR / "static" / "img" / "mark.svg").read_bytes()
