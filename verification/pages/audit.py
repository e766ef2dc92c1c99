"""How the node stands, for auditors and whoever runs it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from verification.pages.words import said
from verification.queries.node_health import MOST_EVENTS, node_health


@require_safe
@page_for(Action.AUDIT, Action.MANAGE_NODE)
def audit(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will show what keeps the node from answering, how long trust lasts, how far log and witnesses are, and what was refused."""
    at = timezone.now()
    health = node_health(at=at)
    context = {
        "at": at,
        "health": health,
        "faults": [(code, said(code)) for code in health.faults],
        "warnings": [(code, said(code)) for code in health.warnings],
        "waiting": health.backlog.entries + health.backlog.events,
        "at_least": health.backlog.events >= MOST_EVENTS,
    }
    return render(request, "verification/audit.html", context)
