"""Correcting a licence (变更): the officer types it anew, and the next version takes the old one's place.

Officers cannot read what an issued licence says, so nothing is filled in beforehand.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.core.caller import Caller
from accounts.core.permissions import Action
from accounts.pages.gate import page_for
from accounts.pages.wording import sentence_for
from certificates.core.certificate_states import TRANSITIONS, Act
from certificates.core.errors import LicenceTypeError
from certificates.core.issue_request import IssueAnswer, IssueRequest
from certificates.pages.issue_steps import IssueSteps, Replacement
from certificates.pages.issued import own_certificate
from certificates.queries.certificate_metadata import CertificateMetadata
from certificates.queries.licence_types import licence_type_definition
from certificates.services.correct_certificate import correct_certificate


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.REVOKE)
def correct(request: HttpRequest, caller: Caller, certificate_id: UUID) -> HttpResponseBase:
    """This will take the licence as it is to be, and issue it as the next version once what it replaces is confirmed."""
    old = own_certificate(caller, certificate_id)
    # A confirmation sent twice finds the old version ended: the service knows the repeat and gives its first answer.
    if (old.state, Act.SUPERSEDE) not in TRANSITIONS and request.POST.get("step") != "issue":
        messages.error(request, sentence_for("issue.state"))
        return redirect("certificates:certificate", old.id)
    try:
        definition = licence_type_definition(code=old.type_code)
    except LicenceTypeError as error:
        raise Http404 from error

    def act(wanted: IssueRequest, idempotency_key: str) -> IssueAnswer:
        return correct_certificate(
            caller=caller, certificate_id=old.id, request=wanted, idempotency_key=idempotency_key, at=timezone.now()
        )

    def done(answer: IssueAnswer) -> HttpResponseBase:
        told = {"old": _number(old.version), "new": _number(answer.version)}
        messages.success(request, _("已受理变更：第 %(new)s 版签发后，第 %(old)s 版同时失效。") % told)
        return redirect("certificates:certificate", answer.id)

    steps = IssueSteps(caller=caller, definition=definition, act=act, done=done, replaces=_replacement(old))
    return steps.answer(request)


def _replacement(old: CertificateMetadata) -> Replacement:
    return Replacement(id=old.id, identifier=old.identifier, old=_number(old.version), new=_number(old.version + 1))


def _number(version: int) -> str:
    return f"{version:03d}"
