"""Issuing at the officer's desk: choose a type, fill in, compare, issue."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.core.errors import LicenceTypeError
from certificates.core.issue_request import IssueAnswer, IssueRequest
from certificates.pages.issue_steps import IssueSteps, kind_view
from certificates.queries.licence_types import licence_type_definition, licence_types_issued_by
from certificates.services.issue_certificate import issue_certificate


@require_safe
@page_for(Action.ISSUE)
def choose_type(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the licence types that the own agency's key may sign."""
    types = [kind_view(known.definition) for known in licence_types_issued_by(agency_uscc=caller.agency_uscc or "")]
    return render(request, "certificates/issue.html", {"types": types})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.ISSUE)
def issue_form(request: HttpRequest, caller: Caller, type_code: str) -> HttpResponseBase:
    """This will show the form of one type, then what was typed for comparison, then issue: one address, three steps by POST."""
    try:
        definition = licence_type_definition(code=type_code)
    except LicenceTypeError as error:
        raise Http404 from error

    def act(wanted: IssueRequest, idempotency_key: str) -> IssueAnswer:
        return issue_certificate(caller=caller, request=wanted, idempotency_key=idempotency_key, at=timezone.now())

    def done(answer: IssueAnswer) -> HttpResponseBase:
        messages.success(request, _("已受理签发，编号已保留。签名和写入日志通常在数秒内完成。"))
        return redirect("certificates:certificate", answer.id)

    return IssueSteps(caller=caller, definition=definition, act=act, done=done).answer(request)
