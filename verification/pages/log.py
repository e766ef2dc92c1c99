"""The public face of the log: its newest signed head and who cosigned it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from verification.core.log_names import log_origin
from verification.queries.log_checkpoint import latest_checkpoint


@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """This will show the newest checkpoint, its size and its witnesses; it needs no sign-in and holds nothing personal."""
    head = latest_checkpoint()
    checkpoint = head and {
        "origin": log_origin(settings.NODE.region),
        "size": head.size,
        "at": head.at,
        "root": head.root.hex(),
        "note": head.note.decode(),
        "cosignatures": sorted(head.witnesses),
    }
    return render(request, "verification/log.html", {"checkpoint": checkpoint})
