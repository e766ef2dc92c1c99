"""The issuing desk takes the file of a licence that its own agency issued; the reason stands in the holder's list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.pages.issued import certificate_page, own_certificate
from verification.pages.copies import REFUSALS
from verification.pages.words import said
from verification.services.fetch_issued_document import fetch_issued_document


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.ISSUE)
def document(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will hand out the signed file; where it cannot, and when asked by GET, it goes back to the licence's page."""
    found = own_certificate(caller, certificate_id)
    if request.method != "POST":  # a reload or a shared address must not be a look
        return redirect("certificates:certificate", certificate_id)
    kind = "ofd" if request.POST.get("kind") == "ofd" else "pdf"
    try:
        file = fetch_issued_document(
            caller=caller,
            certificate_id=found.id,
            purpose=request.POST.get("purpose", "").strip(),
            kind=kind,
            at=timezone.now(),
        )
    except REFUSALS as error:
        if error.code.startswith("purpose."):
            return certificate_page(request, caller, found, wrong={"file_purpose": said(error.code)})
        messages.error(request, said(error.code))
        return redirect("certificates:certificate", certificate_id)
    answer = HttpResponse(file.data, content_type=f"application/{kind}")
    answer["Content-Disposition"] = f'attachment; filename="{file.identifier}.{kind}"'
    return answer
