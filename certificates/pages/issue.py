"""Issuing at the officer's desk: choose a type, fill in, compare, issue."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from accounts.pages.wording import in_language, refusal
from certificates.core.errors import CertificatesError, LicenceTypeError
from certificates.core.facts import shanghai_date
from certificates.core.issue_request import IssueRequest
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.pages.issue_form import IssueForm
from certificates.queries.licence_types import licence_type_definition, licence_types
from certificates.services.issue_certificate import issue_certificate


def _kind(definition: LicenceTypeDefinition) -> dict[str, object]:
    return {
        "code": definition.code,
        "version": definition.version,
        "provisional": definition.provisional,
        "title": in_language(definition.title_zh, definition.title_en),
        "authority": in_language(definition.authority_zh, definition.authority_en),
    }


@require_safe
@page_for(Action.ISSUE)
def choose_type(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the licence types to choose from."""
    return render(request, "certificates/issue.html", {"types": [_kind(known.definition) for known in licence_types()]})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.ISSUE)
def issue_form(request: HttpRequest, caller: Caller, type_code: str) -> HttpResponseBase:
    """This will show the form of one type, then what was typed for comparison, then issue: one address, three steps by POST."""
    try:
        definition = licence_type_definition(code=type_code)
    except LicenceTypeError as error:
        raise Http404 from error
    today = shanghai_date(timezone.now())
    context: dict[str, object] = {"kind": _kind(definition)}
    if request.method != "POST":
        form = IssueForm(definition=definition, caller=caller, today=today)
        return render(request, "certificates/issue_form.html", {**context, "form": form})
    form = IssueForm(request.POST, definition=definition, caller=caller, today=today)
    context["form"] = form
    step = request.POST.get("step", "check")
    if not form.is_valid() or step == "edit":
        return render(request, "certificates/issue_form.html", context)
    if step == "issue":
        return _issue(request, caller, form, context)
    return _compare(request, form, context)


def _compare(request: HttpRequest, form: IssueForm, context: dict[str, object]) -> HttpResponse:
    # What was typed goes on in hidden inputs: nothing of it is kept on the server before it is issued.
    carried = [(name, request.POST.get(name, "")) for name in form.fields]
    return render(request, "certificates/issue_check.html", {**context, "rows": form.rows(), "carried": carried})


def _issue(request: HttpRequest, caller: Caller, form: IssueForm, context: dict[str, object]) -> HttpResponseBase:
    try:
        answer = issue_certificate(
            caller=caller,
            request=IssueRequest(
                type_code=form.definition.code,
                values=form.licence_values(),
                valid_from=form.cleaned_data["valid_from"],
                valid_until=form.cleaned_data["valid_until"],
            ),
            idempotency_key=str(form.cleaned_data["idempotency_key"]),
            at=timezone.now(),
        )
    except (CertificatesError, AccountsError) as error:
        return _compare(request, form, {**context, "refusal": refusal(error.code)})
    messages.success(request, _("已受理签发，编号已保留。签名和写入日志通常在数秒内完成。"))
    return redirect("certificates:certificate", answer.id)
