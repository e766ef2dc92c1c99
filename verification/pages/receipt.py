"""Downloading the receipt of a look-up: for who asked, and for the holder it was about."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.core.caller import Caller
from accounts.core.errors import RateLimited
from accounts.core.permissions import Action, Role
from accounts.pages.gate import page_for
from certificates.core.errors import CertificatesError
from verification.core.errors import ReceiptError, VerificationError
from verification.pages.words import refused
from verification.services.archive_receipt import archive_receipt
from verification.services.lookup_receipt import lookup_receipt


def _download(request: HttpRequest, caller: Caller, lookup_id: UUID) -> HttpResponse:
    try:
        receipt = lookup_receipt(caller=caller, lookup_id=lookup_id, at=timezone.now())
    except ReceiptError as error:
        raise Http404 from error
    name, kind = receipt.file_type
    answer = HttpResponse(receipt.content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="receipt-{lookup_id}.{name}"'
    return answer


def _archived(request: HttpRequest, caller: Caller, lookup_id: UUID) -> HttpResponseBase:
    try:
        data = archive_receipt(caller=caller, lookup_id=lookup_id, at=timezone.now())
    except RateLimited as error:
        answer = _told(request, error.code, status=429)
        answer["Retry-After"] = str(error.retry_after)
        return answer
    except (VerificationError, CertificatesError) as error:
        if error.code == "receipt.unknown":
            raise Http404 from error
        return _told(request, error.code, status=409)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{lookup_id}.pdf"'
    return answer


def _told(request: HttpRequest, code: str, *, status: int) -> HttpResponse:
    context = {"refusal": refused(code), "waits": code == "receipt.waiting"}
    return render(request, "verification/receipt_waits.html", context, status=status)


_for_holders = page_for(Action.SEE_OWN)(_download)
_for_counters = page_for(Action.VERIFY)(_download)
_archived_for_holders = page_for(Action.SEE_OWN)(_archived)
_archived_for_counters = page_for(Action.VERIFY)(_archived)


@never_cache
@require_safe
def receipt(request: HttpRequest, lookup_id: UUID) -> HttpResponseBase:
    """This will hand out the receipt, completed with its proof where the log already holds the entry."""
    return (_for_holders if _is_holder(request) else _for_counters)(request, lookup_id)


@never_cache
@require_safe
def archived(request: HttpRequest, lookup_id: UUID) -> HttpResponseBase:
    """This will hand out the receipt as a signed PDF for the archive, or say why there is none yet."""
    return (_archived_for_holders if _is_holder(request) else _archived_for_counters)(request, lookup_id)


def _is_holder(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.role == Role.HOLDER
