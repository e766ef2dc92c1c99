"""亮证: the holder chooses what to show, then shows a code that lives for a minute."""

import base64
import math
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from accounts.pages.wording import refusal
from certificates.core.errors import PresentationError
from certificates.core.grains import Grain
from certificates.core.licence_type_model import LicenceTypeDefinition
from certificates.core.qr_image import qr_svg
from certificates.pages.grain_choices import chosen_grains, grain_choices, item_title
from certificates.pages.licence_view import licence_view
from certificates.pages.rows import GRAIN_WORDS, Row, grain_word
from certificates.queries.certificate_metadata import CertificateMetadata, certificates_of_holder
from certificates.queries.licence_types import licence_type_definition
from certificates.services.present_certificate import PresentationCode, present_certificate


def qr_data_uri(text: str) -> str:
    """This will draw a code as an image that stands inside the page, so that no address ever leads to it."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(text=text).encode()).decode("ascii")


def own_licence(caller: Caller, certificate_id: UUID) -> CertificateMetadata:
    """This will find one of the caller's own licences, or of a firm the caller acts for; anybody else's is not found."""
    if caller.holder_id is not None:
        for certificate in certificates_of_holder(holder_id=caller.holder_id, at=timezone.now()):
            if certificate.id == certificate_id:
                return certificate
    raise Http404


@require_safe
@page_for(Action.SEE_OWN)
def my_licences(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This will list the holder's licences, without values."""
    at = timezone.now()
    found = certificates_of_holder(holder_id=caller.holder_id, at=at) if caller.holder_id else ()
    cards = [licence_view(one, at=at, for_firm=caller.holder_id not in one.holder_ids) for one in found]
    return render(request, "certificates/my_licences.html", {"licences": cards})


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.PRESENT)
def present(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will ask for the grain of every field, and on POST show a new single-use code; a licence that is not live is not shown."""
    found = own_licence(caller, certificate_id)
    licence = licence_view(found, at=timezone.now())
    if not licence.presentable:  # the licence's own page says why
        return redirect("verification:own_licence", certificate_id)
    definition = licence_type_definition(code=found.type_code, version=found.type_version)
    chosen = chosen_grains(request.POST.dict(), definition)
    audience = request.POST.get("audience", "").strip().upper()
    context: dict[str, object] = {"licence": licence, "audience": audience}
    if request.method == "POST":
        at = timezone.now()
        try:
            code = present_certificate(
                caller=caller, certificate_id=certificate_id, grains=chosen, audience=audience, at=at
            )
        except PresentationError as error:
            context["refusal"] = refusal(error.code)
        else:
            left = max(1, math.floor((code.expires_at - at).total_seconds()))
            context |= _code_context(code, definition, chosen, audience, left)
            return render(request, "certificates/present_code.html", context)
    context["fields"] = grain_choices(definition, chosen=chosen, default=Grain.MASKED, words=GRAIN_WORDS)
    return render(request, "certificates/present_choose.html", context)


def _code_context(
    code: PresentationCode, definition: LicenceTypeDefinition, chosen: dict[str, Grain], audience: str, left: int
) -> dict[str, object]:
    shown = [
        Row(title=item_title(definition, name), grain=grain_word(grain))
        for name, grain in chosen.items()
        if grain is not Grain.WITHHELD
    ]
    carried = [(f"grain.{name}", grain.value) for name, grain in chosen.items()]
    return {
        "qr": qr_data_uri(code.text),
        "text": code.text,
        "seconds": left,
        "expires_at": code.expires_at,
        "shown": shown,
        "carried": [*carried, ("audience", audience)],
    }
