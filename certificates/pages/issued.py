"""What an agency has issued: numbers, states, and changing a state."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action, may
from accounts.pages.gate import page_for
from accounts.pages.wording import sentence_for
from certificates.core.act_reasons import REASONS
from certificates.core.certificate_states import TRANSITIONS, Act
from certificates.core.copy_revocation import COPY_REVOCATIONS
from certificates.core.errors import CertificatesError
from certificates.pages.act_words import COPY_REASON_WORDS, REASON_WORDS
from certificates.pages.licence_view import licence_view
from certificates.pages.rows import Option
from certificates.queries.certificate_metadata import CertificateMetadata, certificate_metadata, certificates_of_agency
from certificates.services.reinstate_certificate import reinstate_certificate
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.suspend_certificate import suspend_certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """This will hold one act an officer can choose on a certificate, with the reasons for it."""

    value: Act
    label: Promise
    reason_label: Promise
    reasons: tuple[Option, ...]
    grave: bool
    wrong_reason: str = ""
    wrong_confirm: str = ""


def _reasons(act: Act) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=REASON_WORDS[act][value], chosen=False) for value in REASONS[act])


CHANGES: Mapping[Act, Change] = MappingProxyType(
    {
        Act.SUSPEND: Change(
            value=Act.SUSPEND,
            label=gettext_lazy("暂扣"),
            reason_label=gettext_lazy("暂扣的原因"),
            reasons=_reasons(Act.SUSPEND),
            grave=False,
        ),
        Act.REINSTATE: Change(
            value=Act.REINSTATE,
            label=gettext_lazy("恢复"),
            reason_label=gettext_lazy("恢复的原因"),
            reasons=_reasons(Act.REINSTATE),
            grave=False,
        ),
        Act.REVOKE: Change(
            value=Act.REVOKE,
            label=gettext_lazy("撤销"),
            reason_label=gettext_lazy("撤销的原因"),
            reasons=_reasons(Act.REVOKE),
            grave=True,
        ),
    }
)
COPY_REASONS: Final = tuple(
    Option(value=code, label=COPY_REASON_WORDS[code], chosen=False) for code in COPY_REVOCATIONS
)
PAGE: Final = 50
_SERVICES: Mapping[str, Callable[..., None]] = MappingProxyType(
    {Act.SUSPEND: suspend_certificate, Act.REINSTATE: reinstate_certificate, Act.REVOKE: revoke_certificate}
)


def _shown(change: Change, request: HttpRequest, wrong: Mapping[str, str]) -> Change:
    """One act, with what is wrong with what was sent for it, and the reason that was chosen then."""
    reason, confirm = wrong.get(f"reason-{change.value}", ""), wrong.get(f"confirm-{change.value}", "")
    if not reason and not confirm:
        return change
    chosen = request.POST.get("reason_code", "")
    reasons = tuple(replace(one, chosen=one.value == chosen) for one in change.reasons)
    return replace(change, reasons=reasons, wrong_reason=reason, wrong_confirm=confirm)


def _page(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,4}", text, re.ASCII) is None:
        raise Http404
    return int(text)


def own_certificate(caller: Caller, certificate_id: UUID) -> CertificateMetadata:
    """This will give the metadata of a certificate of the caller's own agency; anything else is not found."""
    found = certificate_metadata(certificate_id=certificate_id)
    if found is None or found.agency_uscc != caller.agency_uscc:
        raise Http404
    return found


@require_safe
@page_for(Action.READ_METADATA)
def issued(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the certificates the caller's agency has issued, newest first; `?page=` (from 1) pages on."""
    at, page = timezone.now(), _page(request.GET.get("page", "1"))
    found = certificates_of_agency(uscc=caller.agency_uscc or "", offset=(page - 1) * PAGE, limit=PAGE + 1)
    context = {
        "licences": [licence_view(one, at=at) for one in found[:PAGE]],
        "page": page,
        "newer": page - 1,
        "older": page + 1 if len(found) > PAGE else 0,
    }
    return render(request, "certificates/issued.html", context)


@require_safe
@page_for(Action.READ_METADATA)
def certificate(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponse:
    """This will show one certificate's number, state and times, and what the officer can do to it."""
    return certificate_page(request, caller, own_certificate(caller, certificate_id))


def certificate_page(
    request: HttpRequest, caller: Caller, found: CertificateMetadata, *, wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    """This will show a certificate with its forms; `wrong` says beside a field what is wrong with what was just sent in it.

    Its keys are `file_purpose`, `copy_number`, `copy_reason`, and `reason-` or `confirm-` with the act.
    """
    changes = [CHANGES[act] for state, act in TRANSITIONS if state == found.state and act in CHANGES]
    licence = licence_view(found, at=timezone.now())
    revokes = may(caller, Action.REVOKE)
    context = {
        "licence": licence,
        "wrong": wrong or {},
        "changes": [_shown(change, request, wrong or {}) for change in changes] if revokes else (),
        "copy_reasons": COPY_REASONS if revokes else (),
        "takes_file": may(caller, Action.ISSUE),
        "correctable": revokes and licence.live and (found.state, Act.SUPERSEDE) in TRANSITIONS,
    }
    return render(request, "certificates/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.REVOKE)
def change_state(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will suspend, reinstate or revoke, and go back to the certificate, as it does at once when asked by GET."""
    if request.method != "POST":  # the address of a page that told what was wrong
        return redirect("certificates:certificate", certificate_id)
    act = request.POST.get("change", "")
    if act not in _SERVICES:
        raise Http404
    found = own_certificate(caller, certificate_id)
    # What cannot be taken back is done only to the licence that the officer has named.
    if CHANGES[Act(act)].grave and request.POST.get("confirm") != found.identifier:
        wrong = {f"confirm-{act}": _("请先勾选确认，再撤销。证照没有改变。")}
        return certificate_page(request, caller, found, wrong=wrong)
    try:
        _SERVICES[act](
            caller=caller,
            certificate_id=certificate_id,
            reason_code=request.POST.get("reason_code", ""),
            at=timezone.now(),
        )
    except CertificatesError as error:
        if error.code == "issue.reason":
            return certificate_page(request, caller, found, wrong={f"reason-{act}": sentence_for(error.code)})
        messages.error(request, sentence_for(error.code))
    else:
        messages.success(request, _("状态已改变，并已公布新的状态清单。"))
    return redirect("certificates:certificate", certificate_id)
