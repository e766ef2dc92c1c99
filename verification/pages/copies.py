"""加注件: holders have copies of a licence made for one purpose, see all that were made, take the files and revoke them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from accounts.pages.wording import in_language
from certificates.core.copy_terms import most_copy_days
from certificates.core.errors import CertificatesError
from certificates.core.grains import Grain
from certificates.pages.grain_choices import chosen_grains, grain_choices
from certificates.pages.licence_view import licence_view
from certificates.pages.present import own_licence
from certificates.pages.rows import GRAIN_WORDS, StateWord
from certificates.queries.licence_types import licence_type_definition
from certificates.services.copy_lines import CopyLine
from certificates.services.list_own_copies import list_own_copies
from certificates.services.revoke_own_copy import revoke_own_copy
from verification.core.errors import VerificationError
from verification.pages.copy_form import CopyForm, field_of
from verification.pages.words import refused, said
from verification.services.copy_file import CopyFile
from verification.services.fetch_own_copy import fetch_own_copy
from verification.services.make_copy import CopyRequest, make_copy

REFUSALS = (CertificatesError, VerificationError, AccountsError)
COPY_STATES: Mapping[str, StateWord] = MappingProxyType(
    {
        "making": StateWord(word=gettext_lazy("制作中"), tone="unsure"),
        "ready": StateWord(word=gettext_lazy("有效"), tone="good"),
        "held": StateWord(word=gettext_lazy("没有做成"), tone="bad"),
        "revoked": StateWord(word=gettext_lazy("已作废")),
        "expired": StateWord(word=gettext_lazy("已过期")),
        "licence_ended": StateWord(word=gettext_lazy("原证照已失效"), tone="bad"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """This will hold one copy in words; `own`: the reader may take its file and revoke it."""

    line: CopyLine
    title: str
    state: StateWord
    by_agency: bool

    @property
    def ready(self) -> bool:
        """This will tell whether the file can be taken."""
        return self.line.own and self.line.state == "ready"

    @property
    def revocable(self) -> bool:
        """This will tell whether it can be revoked."""
        return self.line.own and self.line.is_live


def copy_view(line: CopyLine) -> CopyView:
    """This will word one copy."""
    return CopyView(
        line=line,
        title=in_language(line.title_zh, line.title_en),
        state=COPY_STATES[line.state],
        by_agency=line.maker == "agency",
    )


def copy_download(file: CopyFile) -> HttpResponse:
    """This will hand out the file under the copy's number, which names nobody."""
    answer = HttpResponse(file.data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="copy-{file.number}.pdf"'
    return answer


@require_safe
@page_for(Action.SEE_OWN)
def my_copies(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the copies of the holder's licences, newest first, those that agencies had made among them."""
    copies = [copy_view(line) for line in list_own_copies(caller=caller, at=timezone.now())]
    making = any(copy.line.state == "making" for copy in copies)
    return render(request, "verification/my_copies.html", {"copies": copies, "making": making})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.PRESENT)
def make(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will ask what the copy shows, for whom and what for, and on POST have it made; a licence that is not live has none."""
    found = own_licence(caller, certificate_id)
    licence = licence_view(found, at=timezone.now())
    if not licence.presentable:  # the licence's own page says why
        return redirect("verification:own_licence", certificate_id)
    definition = licence_type_definition(code=found.type_code, version=found.type_version)
    most_days = most_copy_days(node_days=settings.NODE.copy_days, type_days=definition.copy_days)
    form = CopyForm(request.POST if request.method == "POST" else None, most_days=most_days)
    chosen = chosen_grains(request.POST.dict(), definition)
    context: dict[str, object] = {"licence": licence, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            _make(request, caller, form, certificate_id, chosen)
        except REFUSALS as error:
            form.start_again()
            field = field_of(error.code)
            if field is None:
                context["refusal"] = refused(error.code)
            else:
                form.add_error(field, said(error.code))
        else:
            return redirect("verification:my_copies")
    context["fields"] = grain_choices(definition, chosen=chosen, default=Grain.MASKED, words=GRAIN_WORDS)
    return render(request, "verification/make_copy.html", context)


def _make(
    request: HttpRequest, caller: Caller, form: CopyForm, certificate_id: UUID, chosen: Mapping[str, Grain]
) -> None:
    given = form.cleaned_data
    made = make_copy(
        caller=caller,
        request=CopyRequest(
            certificate_id=certificate_id,
            grains=chosen,
            purpose=given["purpose"],
            recipient=given["recipient"],
            days=given["days"],
        ),
        session_key=request.session.session_key or "",
        idempotency_key=str(given["idempotency_key"]),
        at=timezone.now(),
    )
    messages.success(request, _("加注件 %(number)s 正在制作，做好后可以下载。") % {"number": made.number})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.SEE_OWN)
def file(request: HttpRequest, caller: Caller, copy_id: UUID) -> HttpResponseBase:
    """This will hand the holder the copy's file; where it cannot, and when asked by GET, it goes back to the list."""
    if request.method != "POST":  # a reload or a shared address must not be a look
        return redirect("verification:my_copies")
    try:
        found = fetch_own_copy(
            caller=caller, copy_id=copy_id, session_key=request.session.session_key or "", at=timezone.now()
        )
    except REFUSALS as error:
        messages.error(request, said(error.code))
        return redirect("verification:my_copies")
    if found is None:
        messages.info(request, _("加注件还在制作，请稍候再下载。"))
        return redirect("verification:my_copies")
    return copy_download(found)


@require_POST
@page_for(Action.SEE_OWN)
def revoke(request: HttpRequest, caller: Caller, copy_id: UUID) -> HttpResponseBase:
    """This will revoke a copy for good."""
    try:
        revoke_own_copy(caller=caller, copy_id=copy_id, at=timezone.now())
    except REFUSALS as error:
        messages.error(request, said(error.code))
    else:
        messages.success(request, _("加注件已作废。原证照不受影响。"))
    return redirect("verification:my_copies")
