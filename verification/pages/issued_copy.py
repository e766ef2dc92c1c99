"""The issuing desk revokes a purpose copy of a licence that its own agency issued; the reason stands in the holder's list."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from certificates.pages.issued import certificate_page, own_certificate
from verification.pages.copies import REFUSALS
from verification.pages.words import said
from verification.services.revoke_issued_copy import revoke_issued_copy

# Which field of the form a refusal is about.
_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {"copy.not_of_licence": "copy_number", "copy.reason": "copy_reason"}
)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.REVOKE)
def revoke(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will revoke the copy of the number that was typed, in either case of letters, and go back to the licence's page.

    What is wrong with number or reason is told beside it; asked by GET it goes back at once.
    """
    if request.method != "POST":
        return redirect("certificates:certificate", certificate_id)
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
        if error.code in _FIELDS:
            return certificate_page(request, caller, found, wrong={_FIELDS[error.code]: said(error.code)})
        messages.error(request, said(error.code))
    else:
        messages.success(request, _("加注件已作废。原证照不受影响。") if done else _("这份加注件先前已经作废。"))
    return redirect("certificates:certificate", certificate_id)
