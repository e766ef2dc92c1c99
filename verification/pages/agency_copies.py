"""加注件 at the counter: an officer has a copy made of what a look showed, for its case, and takes the file."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.services.list_agency_copies import list_agency_copies
from certificates.services.revoke_agency_copy import revoke_agency_copy
from verification.core.errors import PolicyError
from verification.pages.copies import REFUSALS, copy_download, copy_view
from verification.pages.copy_form import field_of
from verification.pages.words import refused, said
from verification.services.asked import VerificationAnswer
from verification.services.fetch_agency_copy import fetch_agency_copy
from verification.services.make_copy_for_matter import MatterCopyRequest, make_copy_for_matter

# How many reasons an officer may try for one look. The look's id with a number is the Idempotency-Key: keys are stored in the
# clear, so that none is made of what was typed. Where a number stands for another reason, the next one is tried.
_REASONS: Final = 8
_OUT_OF_REASONS: Final = gettext_lazy("这次核验已经试过太多用途，请重新核验一次，再制作加注件。")


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
    """This will have a copy made of what the look showed; a second click makes no second copy, a corrected reason is another request."""
    try:
        answer = _made(caller, MatterCopyRequest(lookup_id=lookup_id, purpose=request.POST.get("purpose", "").strip()))
    except REFUSALS as error:
        messages.error(request, _OUT_OF_REASONS if error.code == "idempotency.other_body" else said(error.code))
        return redirect("verification:agency_copies")
    if "number" not in answer.body:
        return _refused(request, lookup_id, answer)
    messages.success(request, _("加注件 %(number)s 正在制作，做好后可以下载。") % {"number": answer.body["number"]})
    return redirect("verification:agency_copies")


def _refused(request: HttpRequest, lookup_id: UUID, answer: VerificationAnswer) -> HttpResponse:
    """A reason that will not do may be corrected here: the verdict's page, made by POST, is not had again without a look."""
    code = answer.body["code"]
    context = {
        "refusal": refused(code, recorded_as=answer.body["lookup_id"]),
        "copies": (),
        "again": lookup_id if field_of(code) == "purpose" else None,
        "wrong_purpose": said(code),
    }
    return render(request, "verification/agency_copies.html", context, status=answer.status)


def _made(caller: Caller, request: MatterCopyRequest, *, number: int = 0) -> VerificationAnswer:
    """The same reason, sent twice, meets its own number first and has the same answer."""
    key = f"page-{request.lookup_id}-{number}"
    try:
        return make_copy_for_matter(caller=caller, request=request, idempotency_key=key, at=timezone.now())
    except PolicyError as error:
        if error.code != "idempotency.other_body" or number + 1 == _REASONS:
            raise
    return _made(caller, request, number=number + 1)


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
