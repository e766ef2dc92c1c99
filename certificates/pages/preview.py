"""Licence types as their administrators see them: a page with made-up values, before anything is issued."""

import base64

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from accounts.pages.wording import refusal
from certificates.core.errors import DocumentError, LicenceTypeError
from certificates.pages.issue_steps import kind_view
from certificates.queries.licence_types import licence_type_definition, licence_types
from certificates.services.preview_licence_type import preview_licence_type


@require_safe
@page_for(Action.MANAGE_AGENCY, Action.MANAGE_NODE)
def previews(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the licence types of the node."""
    types = [kind_view(known.definition) for known in licence_types()]
    return render(request, "certificates/previews.html", {"types": types})


@require_safe
@page_for(Action.MANAGE_AGENCY, Action.MANAGE_NODE)
def preview(request: HttpRequest, caller: Caller, type_code: str) -> HttpResponse:
    """This will show the sample pages of one type as pictures."""
    try:
        context: dict[str, object] = {"kind": kind_view(licence_type_definition(code=type_code))}
    except LicenceTypeError as error:
        raise Http404 from error
    try:
        pages = preview_licence_type(caller=caller, code=type_code, at=timezone.now(), as_pictures=True)
        context["pictures"] = [base64.b64encode(page).decode("ascii") for page in pages]
    except (DocumentError, LicenceTypeError) as error:
        context["refusal"] = refusal(error.code)
    return render(request, "certificates/preview.html", context)


@require_safe
@page_for(Action.MANAGE_AGENCY, Action.MANAGE_NODE)
def preview_file(request: HttpRequest, caller: Caller, type_code: str) -> HttpResponse:
    """This will give the sample as an unsigned PDF."""
    try:
        (page,) = preview_licence_type(caller=caller, code=type_code, at=timezone.now())
    except (DocumentError, LicenceTypeError) as error:
        raise Http404 from error
    return HttpResponse(page, content_type="application/pdf", headers={"Content-Disposition": "inline"})
