"""核验: an officer says for which matter, takes what is shown, and reads the verdict. Everything typed travels by POST."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.core.caller import Caller
from accounts.core.errors import AccountsError
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from accounts.pages.wording import in_language
from certificates.core.errors import CertificatesError
from certificates.core.facts import shanghai_date
from certificates.core.grains import Grain
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.pages.grain_choices import chosen_grains, grain_choices
from certificates.pages.rows import WANTED_WORDS, Row
from certificates.queries.licence_types import licence_types
from verification.core.errors import VerificationError
from verification.core.matters import Matter
from verification.core.verification_request import VerificationRequest
from verification.pages.copy_notice import copy_notice, purpose_of_copy
from verification.pages.counter_form import CounterForm
from verification.pages.verdict_view import check_views, field_rows, licence_rows, verdict_view, withheld_titles
from verification.pages.words import refused, shown_moment
from verification.queries.policies import matters_in_force, recognition_rules
from verification.services.asked import VerificationAnswer
from verification.services.verify_document import verify_document
from verification.services.verify_presentation import verify_presentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """This will hold one matter or licence type to choose."""

    code: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """This will hold what was chosen before anything is shown: the matter, the type, and what the rule requires of it."""

    matters: tuple[Matter, ...]
    matter: Matter
    definitions: tuple[LicenceTypeDefinition, ...]
    definition: LicenceTypeDefinition
    required: Mapping[str, Grain]

    def context(self, chosen: Mapping[str, str]) -> dict[str, object]:
        """This will give the template its tabs, and the fields with what the matter requires chosen beforehand."""
        asked = {**{name: grain.value for name, grain in self.required.items()}, **chosen}
        return {
            "matters": [
                Tab(code=one.code, title=in_language(one.name_zh, one.name_en), chosen=one is self.matter)
                for one in self.matters
            ],
            "kinds": [
                Tab(code=one.code, title=in_language(one.title_zh, one.title_en), chosen=one is self.definition)
                for one in self.definitions
            ],
            "asks_past": self.matter.past_days > 0,
            "matter_code": self.matter.code,
            "type_code": self.definition.code,
            "fields": grain_choices(self.definition, chosen=asked, default=Grain.WITHHELD, words=WANTED_WORDS),
        }


def _desk(request: HttpRequest, caller: Caller) -> Desk | None:
    matters = matters_in_force(agency_uscc=caller.agency_uscc or "", on=shanghai_date(timezone.now()))
    known = tuple(one.definition for one in licence_types())
    if not matters or not known:
        return None
    matter = next((one for one in matters if one.code == request.GET.get("matter")), matters[0])
    rules = recognition_rules(matter_code=matter.code)
    types = {rule.type_code for rule in rules}
    definitions = tuple(one for one in known if one.code in types) or known
    definition = next((one for one in definitions if one.code == request.GET.get("type")), definitions[0])
    required = next((rule.required for rule in rules if rule.type_code == definition.code), {})
    return Desk(matters=matters, matter=matter, definitions=definitions, definition=definition, required=required)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.VERIFY)
def counter(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will show the form of the chosen matter, and on POST the verdict; the form's key makes a repeat harmless."""
    desk = _desk(request, caller)
    if desk is None:
        return render(request, "verification/counter.html", {"matters": ()})
    example = desk.matter.case_example
    if request.method != "POST":
        return render(
            request, "verification/counter.html", {**desk.context({}), "form": CounterForm(case_example=example)}
        )
    wanted = chosen_grains(request.POST.dict(), desk.definition)
    again = request.POST.get("step") == "again"
    form = (
        CounterForm.for_same_case(request.POST, case_example=example)
        if again
        else CounterForm(request.POST, request.FILES, case_example=example)
    )
    context = {**desk.context({name: grain.value for name, grain in wanted.items()}), "form": form}
    if not form.is_valid():  # one begun again for the same case has not been filled in yet
        return render(request, "verification/counter.html", context)
    try:
        answer = _verify(caller, form, desk, wanted)
    except (VerificationError, CertificatesError, AccountsError) as error:
        form.start_again()
        return render(request, "verification/counter.html", {**context, "refusal": refused(error.code)})
    if "verdict" not in answer.body:
        form.start_again()
        told = refused(answer.body["code"], recorded_as=answer.body["lookup_id"])
        return render(request, "verification/counter.html", {**context, "refusal": told}, status=answer.status)
    context = {
        **_verdict_context(answer, form, desk),
        "again": _again(form, desk, wanted),
        "copy_purpose": purpose_of_copy(
            answer.body["verdict"],
            answer.body["view"],
            agency_uscc=caller.agency_uscc or "",
            matter_code=desk.matter.code,
            purpose=form.cleaned_data["purpose"],
        ),
    }
    return render(request, "verification/verdict.html", context)


def _verify(caller: Caller, form: CounterForm, desk: Desk, wanted: Mapping[str, Grain]) -> VerificationAnswer:
    given = form.cleaned_data
    asked = VerificationRequest(
        presentation=given["presentation"],
        matter_code=desk.matter.code,
        case_number=given["case_number"],
        purpose=given["purpose"],
        fields={name: grain for name, grain in wanted.items() if grain is not Grain.WITHHELD},
        as_of=given["as_of"].replace(microsecond=0) if given["as_of"] else None,
    )
    key, at = str(given["idempotency_key"]), timezone.now()
    if given["document"]:
        data = given["document"].read()
        return verify_document(caller=caller, request=asked, data=data, idempotency_key=key, at=at)
    return verify_presentation(caller=caller, request=asked, idempotency_key=key, at=at)


def _again(form: CounterForm, desk: Desk, wanted: Mapping[str, Grain]) -> dict[str, object]:
    """What the next look for the same case starts with; case and purpose travel by POST."""
    given = form.cleaned_data
    kept = {"step": "again", "case_number": given["case_number"], "purpose": given["purpose"]}
    grains = {f"grain.{name}": grain.value for name, grain in wanted.items()}
    return {
        "matter_code": desk.matter.code,
        "type_code": desk.definition.code,
        "carried": tuple({**kept, **grains}.items()),
    }


def _verdict_context(answer: VerificationAnswer, form: CounterForm, desk: Desk) -> dict[str, object]:
    verdict, view = answer.body["verdict"], answer.body["view"]
    # What was shown may be of another type than the one chosen: what is missing is named in its own titles.
    definition = next(
        (one.definition for one in licence_types() if one.definition.code == view["type_code"]), desk.definition
    )
    about = [
        *licence_rows(view),
        Row(title=_("事项"), values=(in_language(desk.matter.name_zh, desk.matter.name_en),)),
        Row(title=_("办件编号"), values=(form.cleaned_data["case_number"],)),
        Row(title=_("事由"), values=(form.cleaned_data["purpose"],)),
        *([Row(title=_("所问时刻"), values=(shown_moment(verdict["as_of"]),))] if "as_of" in verdict else []),
        Row(title=_("时间"), values=(shown_moment(verdict["at"]),)),
    ]
    return {
        "verdict": verdict_view(verdict, definition, of_copy="copy" in view),
        "checks": check_views(verdict, definition),
        "copy": copy_notice(view),
        "rows": field_rows(view, definition),
        "withheld": withheld_titles(view, definition),
        # Where nothing was believed nobody withheld anything: the verdict alone says what happened.
        "withheld_count": view["withheld_count"] if view["type_code"] and verdict["outcome"] != "invalid" else 0,
        "is_file": form.cleaned_data["document"] is not None,
        "lookup_id": answer.body["lookup_id"],
        "about": about,
    }
