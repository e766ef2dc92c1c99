"""An agency's own people: who has an account, opening one, closing one and opening it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError
from accounts.core.permissions import Action, Role, Scope
from accounts.pages.gate import page_for
from accounts.pages.officer_form import ROLE_WORDS, OfficerForm
from accounts.pages.wording import sentence_for
from accounts.queries.agency_people import AgencySystem, Officer, officers_of_agency, roles_of_agency, systems_of_agency
from accounts.services.set_officer_active import set_officer_active

SCOPE_WORDS: Mapping[str, Promise] = MappingProxyType(
    {
        Scope.CERTIFICATES_ISSUE: gettext_lazy("签发"),
        Scope.CERTIFICATES_MANAGE: gettext_lazy("撤销和变更"),
        Scope.VERIFICATIONS_WRITE: gettext_lazy("核验"),
        Scope.CERTIFICATES_READ: gettext_lazy("查编号和状态"),
        Scope.LOOKUPS_READ: gettext_lazy("取用证回执"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRow:
    """This will hold one line of the list; nobody can close the own account."""

    officer: Officer
    role: str | Promise
    is_self: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """This will hold one system of the agency, its scopes in words."""

    system: AgencySystem
    scopes: tuple[str | Promise, ...]


@require_safe
@page_for(Action.MANAGE_AGENCY)
def officers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the accounts and the systems of the caller's agency."""
    uscc = caller.agency_uscc or ""
    people = [
        OfficerRow(officer=one, role=ROLE_WORDS[one.role], is_self=str(one.id) == caller.principal_id)
        for one in officers_of_agency(uscc=uscc)
    ]
    systems = [
        SystemRow(system=one, scopes=tuple(SCOPE_WORDS.get(scope, scope) for scope in one.scopes))
        for one in systems_of_agency(uscc=uscc)
    ]
    context = {"people": people, "systems": systems, "agency_name": caller.agency_name}
    return render(request, "accounts/officers.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.MANAGE_AGENCY)
def add(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """This will show the form of a new account, open the account, and go back to the list."""
    roles: tuple[Role, ...] = roles_of_agency(uscc=caller.agency_uscc or "")
    form = OfficerForm(request.POST if request.method == "POST" else None, caller=caller, roles=roles)
    if not form.is_bound or not form.is_valid():
        return render(request, "accounts/officer_add.html", {"form": form, "agency_name": caller.agency_name})
    messages.success(request, _("账号已开。请把初始密码当面交给本人，第一次登录时必须改掉。"))
    return redirect("accounts:officers")


@require_POST
@page_for(Action.MANAGE_AGENCY)
def change_active(request: HttpRequest, caller: Caller, user_id: int) -> HttpResponseBase:
    """This will close or open an account, and go back to the list."""
    active = request.POST.get("active") == "yes"
    try:
        set_officer_active(caller=caller, user_id=user_id, active=active)
    except AccountsError as error:
        messages.error(request, sentence_for(error.code))
    else:
        messages.success(request, _("账号已恢复。") if active else _("账号已停用，下一次操作起不能再进入。"))
    return redirect("accounts:officers")
