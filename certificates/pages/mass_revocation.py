"""批量撤销: one administrator tries a choice out and asks for it, another approves or rejects it; nothing happens by one person alone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.core.caller import Caller
from accounts.core.permissions import Action, Role
from accounts.pages.gate import page_for
from accounts.pages.wording import in_language, refusal, sentence_for
from certificates.core.errors import CertificatesError
from certificates.pages.mass_form import REASONS, MassForm
from certificates.pages.rows import Row, StateWord
from certificates.queries.licence_types import licence_types
from certificates.queries.mass_revocations import MassRequest, mass_plan, mass_request, mass_requests
from certificates.services.ask_mass_revocation import ask_mass_revocation
from certificates.services.decide_mass_revocation import decide_mass_revocation

_DECISIONS: Final = ("approve", "reject")
STATES: Mapping[str, StateWord] = MappingProxyType(
    {
        "pending": StateWord(word=gettext_lazy("待复核"), tone="unsure"),
        "done": StateWord(word=gettext_lazy("已撤销"), tone="bad"),
        "rejected": StateWord(word=gettext_lazy("已否决")),
        "void": StateWord(word=gettext_lazy("作废，未办理")),
    }
)
_SELECTED: Mapping[str, Promise] = MappingProxyType(
    {
        "type_code": gettext_lazy("证照类型"),
        "issued_from": gettext_lazy("签发日期不早于"),
        "issued_until": gettext_lazy("签发日期不晚于"),
        "issuer_kid": gettext_lazy("签发密钥"),
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.MASS_REVOKE)
def mass_revocations(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """This will list the sets; on POST try a choice out, and with the count confirmed ask for it."""
    form = MassForm(request.POST if request.method == "POST" else None, caller=caller)
    context: dict[str, object] = {"form": form, "requests": _listed(caller)}
    if not form.is_bound or not form.is_valid():
        return render(request, "certificates/mass_revocations.html", context)
    selection, reason_code = form.selection(), form.cleaned_data["reason_code"]
    if request.POST.get("step") == "ask":
        try:
            mass_id = ask_mass_revocation(
                caller=caller,
                selection=selection,
                reason_code=reason_code,
                expected_count=form.cleaned_data["count"] or 0,
                at=timezone.now(),
            )
        except CertificatesError as error:
            return render(request, "certificates/mass_revocations.html", {**context, "refusal": refusal(error.code)})
        messages.success(request, _("已提出。须由另一位管理员复核后才会撤销。"))
        return redirect("certificates:mass_revocation", mass_id)
    try:
        plan = mass_plan(selection=selection, reason_code=reason_code)
    except CertificatesError as error:
        return render(request, "certificates/mass_revocations.html", {**context, "refusal": refusal(error.code)})
    titles = _type_titles()
    tried = {
        "count": plan.count,
        "rows": [Row(title=titles.get(code, code), values=(str(number),)) for code, number in plan.by_type],
        "carried": [(name, value) for name, value in form.data.items() if name in form.fields and name != "count"],
    }
    return render(request, "certificates/mass_revocations.html", {**context, "tried": tried})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.MASS_REVOKE)
def mass_revocation(request: HttpRequest, caller: Caller, mass_id: UUID) -> HttpResponseBase:
    """This will show one set; on POST decide on it, with the count typed once more."""
    found = mass_request(mass_id=mass_id)
    if found is None or (caller.kind is not Role.NODE_ADMIN and found.agency_uscc != caller.agency_uscc):
        raise Http404
    if request.method != "POST":
        return render(request, "certificates/mass_revocation.html", _shown(found, caller))
    wanted, count = request.POST.get("decision", ""), request.POST.get("count", "")
    if wanted not in _DECISIONS:
        raise Http404
    number = int(count) if count.isascii() and count.isdigit() and len(count) < _LONGEST_COUNT else -1
    outcome = decide_mass_revocation(caller=caller, mass_id=mass_id, wanted=wanted, count=number, at=timezone.now())
    if outcome == "done":
        messages.success(request, _("已全部撤销，并已公布新的状态清单。"))
    elif outcome == "rejected":
        messages.success(request, _("已否决，没有证照改变。"))
    else:
        messages.error(request, sentence_for(outcome))
    return redirect("certificates:mass_revocation", mass_id)


_LONGEST_COUNT: Final = 9


def _listed(caller: Caller) -> list[dict[str, object]]:
    uscc = None if caller.kind is Role.NODE_ADMIN else caller.agency_uscc or ""
    return [
        {
            "request": one,
            "agency": in_language(one.agency_name_zh, one.agency_name_en),
            "state": STATES[one.state],
        }
        for one in mass_requests(agency_uscc=uscc)
    ]


def _shown(found: MassRequest, caller: Caller) -> dict[str, object]:
    titles = _type_titles()
    chosen = {**found.selection, "type_code": titles.get(found.selection.get("type_code", ""), "")}
    return {
        "mass": found,
        "state": STATES[found.state],
        "is_own": found.asked_by_id == caller.principal_id,
        "rows": [
            Row(title=_("机关"), values=(in_language(found.agency_name_zh, found.agency_name_en),)),
            *(Row(title=str(_SELECTED[name]), values=(value,)) for name, value in chosen.items() if value),
            Row(title=_("撤销的原因"), values=(str(dict(REASONS).get(found.reason_code, found.reason_code)),)),
            Row(title=_("份数"), values=(str(found.count),)),
            Row(title=_("提出人"), values=(found.asked_by,)),
            Row(title=_("提出时间"), values=(f"{timezone.localtime(found.asked_at):%Y-%m-%d %H:%M:%S}",)),
        ],
        "decisions": [
            Row(
                title=f"{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S} · {one.by}",
                values=(str(STATES[one.outcome].word) if one.outcome in STATES else sentence_for(one.outcome),),
            )
            for one in found.decisions
        ],
    }


def _type_titles() -> dict[str, str]:
    known = (one.definition for one in licence_types())
    return {one.code: in_language(one.title_zh, one.title_en) for one in known}
