"""The issuing desk revokes a purpose copy of a licence that its own agency issued; the reason stands in the holder's list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.pages.issued import own_certificate
from verification.pages.copies import REFUSALS
from verification.pages.words import said
from verification.services.revoke_issued_copy import revoke_issued_copy


@require_POST
@page_for(Action.REVOKE)
def revoke(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will revoke the copy of the number that was typed, in either case of letters, and go back to the licence's page."""
    found = own_certificate(caller, certificate_id)
    try:
        done = revoke_issued_copy(
            caller=caller,
            certificate_id=found.id,
            number=request.POST.get("number", "").strip().upper(),
            reason_code=request.POST.get("reason_code", ""),
            at=timezone.now(),
        )
    except REFUSALS as error:
        messages.error(request, said(error.code))
    else:
        messages.success(request, _("加注件已作废。原证照不受影响。") if done else _("这份加注件先前已经作废。"))
    return redirect("certificates:certificate", certificate_id)
