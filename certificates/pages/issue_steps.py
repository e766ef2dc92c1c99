"""The steps by which an officer hands in a licence, new or corrected: fill in, compare, confirm, at one address by POST."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError
from accounts.pages.wording import in_language, refusal
from certificates.core.errors import CertificatesError
from certificates.core.facts import shanghai_date
from certificates.core.issue_request import IssueAnswer, IssueRequest
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.pages.issue_form import IssueForm


def kind_view(definition: LicenceTypeDefinition) -> dict[str, object]:
    """This will give what pages say of a licence type."""
    return {
        "code": definition.code,
        "version": definition.version,
        "provisional": definition.provisional,
        "title": in_language(definition.title_zh, definition.title_en),
        "authority": in_language(definition.authority_zh, definition.authority_en),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """This will hold which version a correction ends, and the number of the one that takes its place."""

    id: object
    identifier: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSteps:
    """This will hold what the steps are about: `act` is the service, `done` the answer once it has accepted."""

    caller: Caller
    definition: LicenceTypeDefinition
    act: Callable[[IssueRequest, str], IssueAnswer]
    done: Callable[[IssueAnswer], HttpResponseBase]
    replaces: Replacement | None = None

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """This will show the form, then what was typed for comparison, then act."""
        today = shanghai_date(timezone.now())
        context: dict[str, object] = {"kind": kind_view(self.definition), "replaces": self.replaces}
        if request.method != "POST":
            form = IssueForm(definition=self.definition, caller=self.caller, today=today)
            return render(request, "certificates/issue_form.html", {**context, "form": form})
        form = IssueForm(request.POST, request.FILES, definition=self.definition, caller=self.caller, today=today)
        context["form"] = form
        step = request.POST.get("step", "check")
        if not form.is_valid() or step == "edit":
            return render(request, "certificates/issue_form.html", context)
        if step != "issue":
            return _compare(request, form, context)
        if self.replaces and request.POST.get("replaces") != self.replaces.identifier:
            return _compare(request, form, {**context, "unconfirmed": True})
        return self._act(request, form, context)

    def _act(self, request: HttpRequest, form: IssueForm, context: dict[str, object]) -> HttpResponseBase:
        wanted = IssueRequest(
            type_code=self.definition.code,
            values=form.licence_values(),
            valid_from=form.cleaned_data["valid_from"],
            valid_until=form.cleaned_data["valid_until"],
            photo=form.photo,
        )
        try:
            answer = self.act(wanted, str(form.cleaned_data["idempotency_key"]))
        except (CertificatesError, AccountsError) as error:
            return _compare(request, form, {**context, "refusal": refusal(error.code)})
        return self.done(answer)


def _compare(request: HttpRequest, form: IssueForm, context: dict[str, object]) -> HttpResponse:
    # What was typed goes on in hidden inputs: nothing of it is kept on the server before it is issued.
    carried = [(name, request.POST.get(name, "")) for name in form.fields if not name.startswith("photo")]
    photo = {"photo": form.photo_base64}
    return render(
        request, "certificates/issue_check.html", {**context, **photo, "rows": form.rows(), "carried": carried}
    )
