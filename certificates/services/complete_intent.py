"""From a reserved or prepared intent to a stored licence; safe to run twice, and by two at once."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from certificates.adapters.key_vault import destroy_subject_key
from certificates.core.errors import CertificatesError, KeyUnavailableError
from certificates.core.sealed_places import certificate_subject
from certificates.core.status_list import Status
from certificates.models import Certificate, CertificateState, IssueIntent, StatusEntry
from certificates.services.prepare_certificate import prepare_certificate
from certificates.services.sign_certificate import sign_certificate
from certificates.services.stop_issuer_key import stop_issuer_key
from certificates.services.store_certificate import store_certificate

_OPEN = (IssueIntent.Stage.RESERVED, IssueIntent.Stage.PREPARED)
_OTHER_BYTES = "issue.signed_other_bytes"
# Not the licence's fault: the intent stays open, and the sweeper takes it up again with the same bytes.
_LATER = ("issue.token_", "issue.key_stopped")

_log = logging.getLogger(__name__)


def complete_intent(*, certificate_id: UUID, at: datetime) -> None:
    """This will prepare, sign and store in that order, each step committed before the next; finished steps are skipped.

    A refusal by name is committed as the intent's failure and raised again: a repeat of the request is told the same.
    Where the key is stopped, or another worker is signing, the intent stays open; so does it after anything else (a crash,
    a full disk). `finish_intents` finishes what stays open. A signature over other bytes stops the key. Raises CertificatesError.
    """
    try:
        _complete(certificate_id, at)
    except KeyUnavailableError:
        raise  # the same intent is finished later under the same key
    except CertificatesError as error:
        if error.code.startswith(_LATER):
            _log.warning("intent of certificate %s waits: %s", certificate_id, error.code)
            return
        _fail(certificate_id, error.code, at)
        raise


def _complete(certificate_id: UUID, at: datetime) -> None:
    intents = IssueIntent.objects.filter(certificate=certificate_id)
    token = None
    if intents.get().stage == IssueIntent.Stage.RESERVED:
        token = prepare_certificate(certificate_id=certificate_id, at=at)
    # Read again: what others prepared in the meantime is what gets signed.
    intent = intents.get()
    if intent.stage == IssueIntent.Stage.PREPARED:
        signed = sign_certificate(intent=intent, token=token, at=at)
        if signed is not None:
            store_certificate(intent_id=intent.pk, signed=signed, at=at)


def _fail(certificate_id: UUID, code: str, at: datetime) -> None:
    with transaction.atomic():
        if code == _OTHER_BYTES:
            kid = Certificate.objects.values_list("issuer_key__kid", flat=True).get(pk=certificate_id)
            stop_issuer_key(kid=kid, code=code, at=at)
        intents = IssueIntent.objects.filter(certificate=certificate_id, stage__in=_OPEN)
        if not intents.update(stage=IssueIntent.Stage.FAILED, failure_code=code[:60], sealed_bytes=None):
            return
        Certificate.objects.filter(pk=certificate_id).update(
            state=CertificateState.FAILED, replaces=None, sealed_values=None
        )
        StatusEntry.objects.filter(certificate=certificate_id).update(value=int(Status.INVALID))
    destroy_subject_key(certificate_subject(certificate_id))
