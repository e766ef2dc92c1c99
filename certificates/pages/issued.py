"""What an agency has issued: numbers, states, and changing a state."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from django.views.decorators.http import require_POST, require_safe

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
    found = own_certificate(caller, certificate_id)
    changes = [CHANGES[act] for state, act in TRANSITIONS if state == found.state and act in CHANGES]
    licence = licence_view(found, at=timezone.now())
    revokes = may(caller, Action.REVOKE)
    context = {
        "licence": licence,
        "changes": changes if revokes else (),
        "copy_reasons": COPY_REASONS if revokes else (),
        "takes_file": may(caller, Action.ISSUE),
        "correctable": revokes and licence.live and (found.state, Act.SUPERSEDE) in TRANSITIONS,
    }
    return render(request, "certificates/certificate.html", context)


@require_POST
@page_for(Action.REVOKE)
def change_state(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will suspend, reinstate or revoke, and go back to the certificate."""
    act = request.POST.get("change", "")
    if act not in _SERVICES:
        raise Http404
    found = own_certificate(caller, certificate_id)
    # What cannot be taken back is done only to the licence that the officer has named.
    if CHANGES[Act(act)].grave and request.POST.get("confirm") != found.identifier:
        messages.error(request, _("请先勾选确认，再撤销。证照没有改变。"))
        return redirect("certificates:certificate", certificate_id)
    try:
        _SERVICES[act](
            caller=caller,
            certificate_id=certificate_id,
            reason_code=request.POST.get("reason_code", ""),
            at=timezone.now(),
        )
    except CertificatesError as error:
        messages.error(request, sentence_for(error.code))
    else:
        messages.success(request, _("状态已改变，并已公布新的状态清单。"))
    return redirect("certificates:certificate", certificate_id)
