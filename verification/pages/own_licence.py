"""The holder's own licence: its content masked at first, whole when asked for, its document and its printed code.

Every one of these is a recorded look: what is shown comes from a service that writes the entry first.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.core.errors import CertificatesError
from certificates.pages.licence_view import licence_view
from certificates.pages.present import own_licence, qr_data_uri
from certificates.queries.licence_types import licence_type_definition
from verification.core.errors import VerificationError
from verification.pages.verdict_view import own_rows, seal_code_rows
from verification.pages.words import refused, said
from verification.services.fetch_document import fetch_document
from verification.services.show_own_licence import show_own_licence
from verification.services.show_own_seal_code import show_own_seal_code

_REFUSALS = (CertificatesError, VerificationError, AccountsError)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.SEE_OWN)
def licence(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponse:
    """This will show the licence with its personal fields masked, and on POST with everything; each unmasking is recorded."""
    at = timezone.now()
    found = own_licence(caller, certificate_id)
    context: dict[str, object] = {"licence": licence_view(found, at=at), "unmasked": request.method == "POST"}
    if found.released_at is not None:
        try:
            shown = show_own_licence(
                caller=caller,
                certificate_id=certificate_id,
                session_key=request.session.session_key or "",
                unmask=request.method == "POST",
                at=at,
            )
        except _REFUSALS as error:
            context["refusal"] = refused(error.code)
        else:
            context["rows"] = own_rows(shown.fields, shown.definition)
    return render(request, "verification/own_licence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.SEE_OWN)
def document(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will hand the holder the signed file; where it cannot, and when asked by GET, it goes back to the licence's page."""
    found = own_licence(caller, certificate_id)
    if request.method != "POST":  # a reload or a shared address must not be a look
        return redirect("verification:own_licence", certificate_id)
    kind = "ofd" if request.POST.get("kind") == "ofd" else "pdf"
    try:
        file = fetch_document(
            caller=caller,
            certificate_id=certificate_id,
            session_key=request.session.session_key or "",
            at=timezone.now(),
            kind=kind,
        )
    except _REFUSALS as error:
        messages.error(request, said(error.code))
        return redirect("verification:own_licence", certificate_id)
    # The file's name holds the licence's number in the register only, nothing of the holder.
    answer = HttpResponse(file.data, content_type=f"application/{kind}")
    answer["Content-Disposition"] = f'attachment; filename="{found.identifier}.{kind}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.SEE_OWN)
def seal_code(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will show the printed code, and what it tells whoever reads it; asked by GET it goes back to the licence's page."""
    found = own_licence(caller, certificate_id)
    if request.method != "POST":
        return redirect("verification:own_licence", certificate_id)
    try:
        code = show_own_seal_code(
            caller=caller,
            certificate_id=certificate_id,
            session_key=request.session.session_key or "",
            at=timezone.now(),
        )
    except _REFUSALS as error:
        messages.error(request, said(error.code))
        return redirect("verification:own_licence", certificate_id)
    definition = licence_type_definition(code=found.type_code, version=found.type_version)
    context = {
        "licence": licence_view(found, at=timezone.now()),
        "qr": qr_data_uri(code.text),
        "shown": seal_code_rows(definition),
    }
    return render(request, "verification/own_seal_code.html", context)
