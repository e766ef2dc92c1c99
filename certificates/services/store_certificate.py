"""Last step of issuing: the licence, its log event and its pending document come into being together."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from certificates.adapters.field_cipher import seal
from certificates.adapters.task_nudge import nudge
from certificates.core.certificate_states import Act
from certificates.core.errors import IssueError
from certificates.core.event_leaf import event_leaf
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.stored_disclosures import pack_disclosures
from certificates.models import Certificate, CertificateEvent, CertificateState, Document, IssueIntent
from certificates.services.apply_act import apply_act
from certificates.services.document_kinds import kinds_of_licences
from certificates.services.sign_certificate import SignedIssue, stored_prepared


def store_certificate(*, intent_id: int, signed: SignedIssue, at: datetime) -> bool:
    """This will commit credential, seal code, event and document rows, and supersede what the licence replaces.

    False where the intent was finished by others. Raises IssueError `issue.number_in_use|state|signed_other_bytes`.
    """
    try:
        with transaction.atomic():
            documents = _store(intent_id, signed, at)
    except IntegrityError as error:
        raise IssueError("issue.number_in_use", "the agency has a live licence of this number") from error
    for document in documents:
        nudge("certificates.render_document", document_id=document.pk)
    return bool(documents)


def _store(intent_id: int, signed: SignedIssue, at: datetime) -> list[Document]:
    intent = IssueIntent.objects.select_for_update().get(pk=intent_id)
    if intent.stage != IssueIntent.Stage.PREPARED:
        return []
    if stored_prepared(intent) != signed.prepared:
        raise IssueError("issue.signed_other_bytes", "what was signed is not what was stored to be signed")
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=intent.certificate_id)
    if certificate.replaces_id is not None:
        # First the old one leaves the live states: both bear the same printed number.
        _supersede(certificate.replaces_id, intent.scope, at)
    issued_at = datetime.fromtimestamp(signed.prepared.iat, UTC)
    _fill(certificate, signed, issued_at)
    intent.stage = IssueIntent.Stage.STORED
    intent.sealed_bytes = None
    intent.save(update_fields=["stage", "sealed_bytes"])
    CertificateEvent.objects.create(
        certificate=certificate,
        kind=CertificateEvent.Kind.ISSUED,
        actor=intent.scope,
        leaf=event_leaf(
            kind=CertificateEvent.Kind.ISSUED.value,
            credential_sha256=hashlib.sha256(signed.credential_jwt.encode("ascii")).digest(),
            at=issued_at,
        ),
        at=issued_at,
    )
    return [
        Document.objects.create(certificate=certificate, kind=kind, created_at=at, nudged_at=at)
        for kind in kinds_of_licences()
    ]


def _fill(certificate: Certificate, signed: SignedIssue, issued_at: datetime) -> None:
    subject = certificate_subject(certificate.pk)
    certificate.credential_jwt = signed.credential_jwt
    certificate.sealed_disclosures = seal(
        pack_disclosures(signed.prepared.disclosures),
        subject=subject,
        place=place("Certificate", certificate.pk, "sealed_disclosures"),
    )
    certificate.sealed_seal_code = seal(
        signed.seal_code.encode("ascii"),
        subject=subject,
        place=place("Certificate", certificate.pk, "sealed_seal_code"),
    )
    certificate.seal_code_digest = hashlib.sha256(signed.seal_code.encode("ascii")).digest()
    certificate.state = CertificateState.VALID
    certificate.issued_at = issued_at
    certificate.save(
        update_fields=[
            *("credential_jwt", "sealed_disclosures", "sealed_seal_code", "seal_code_digest"),
            *("state", "issued_at"),
        ]
    )


def _supersede(certificate_id: UUID, actor: str, at: datetime) -> None:
    replaced = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate_id)
    apply_act(certificate=replaced, act=Act.SUPERSEDE, actor=actor, reason_code="corrected", at=at)
