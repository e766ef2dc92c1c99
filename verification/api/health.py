"""Is the process up, and is the node fit to answer?"""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from verification.queries.readiness import readiness, warnings


@require_GET
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """`GET /healthz`: the process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """`GET /readyz`: database, trust list, log and triggers; 503 names the codes of what is not ready, and 200 what needs a look."""
    at = timezone.now()
    faults = readiness(at=at)
    answer = {"status": "not ready" if faults else "ready", "faults": list(faults), "warnings": list(warnings(at=at))}
    return JsonResponse(answer, status=503 if faults else 200)
