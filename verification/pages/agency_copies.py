"""加注件 at the counter: an officer has a copy made of what a look showed, for its case, and takes the file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.services.list_agency_copies import list_agency_copies
from certificates.services.revoke_agency_copy import revoke_agency_copy
from verification.pages.copies import REFUSALS, copy_download, copy_view
from verification.pages.words import refused, said
from verification.services.fetch_agency_copy import fetch_agency_copy
from verification.services.make_copy_for_matter import MatterCopyRequest, make_copy_for_matter


@require_safe
@page_for(Action.VERIFY)
def agency_copies(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the copies that the officer's agency had made, newest first."""
    copies = [copy_view(line) for line in list_agency_copies(caller=caller, at=timezone.now())]
    making = any(copy.line.state == "making" for copy in copies)
    return render(request, "verification/agency_copies.html", {"copies": copies, "making": making})


@require_POST
@page_for(Action.VERIFY)
def make(request: HttpRequest, caller: Caller, lookup_id: UUID) -> HttpResponseBase:
    """This will have a copy made of what the look showed; the look's own id is the key, so that a second click makes no second copy."""
    try:
        answer = make_copy_for_matter(
            caller=caller,
            request=MatterCopyRequest(lookup_id=lookup_id, purpose=request.POST.get("purpose", "").strip()),
            idempotency_key=f"page-{lookup_id}",
            at=timezone.now(),
        )
    except REFUSALS as error:
        messages.error(request, said(error.code))
        return redirect("verification:agency_copies")
    if "number" not in answer.body:
        told = refused(answer.body["code"], recorded_as=answer.body["lookup_id"])
        context = {"refusal": told, "copies": ()}
        return render(request, "verification/agency_copies.html", context, status=answer.status)
    messages.success(request, _("加注件 %(number)s 正在制作，做好后可以下载。") % {"number": answer.body["number"]})
    return redirect("verification:agency_copies")


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.VERIFY)
def file(request: HttpRequest, caller: Caller, copy_id: UUID) -> HttpResponseBase:
    """This will hand the officer the copy's file, recorded every time; when asked by GET it goes back to the list."""
    if request.method != "POST":
        return redirect("verification:agency_copies")
    try:
        found = fetch_agency_copy(caller=caller, copy_id=copy_id, at=timezone.now())
    except REFUSALS as error:
        messages.error(request, said(error.code))
        return redirect("verification:agency_copies")
    if found is None:
        messages.info(request, _("加注件还在制作，请稍候再下载。"))
        return redirect("verification:agency_copies")
    return copy_download(found)


@require_POST
@page_for(Action.VERIFY)
def revoke(request: HttpRequest, caller: Caller, copy_id: UUID) -> HttpResponseBase:
    """This will revoke a copy that the agency had made."""
    try:
        revoke_agency_copy(caller=caller, copy_id=copy_id, at=timezone.now())
    except REFUSALS as error:
        messages.error(request, said(error.code))
    else:
        messages.success(request, _("加注件已作废。原证照不受影响。"))
    return redirect("verification:agency_copies")
