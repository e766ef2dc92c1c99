"""Issued licences, their holders and what happened to them.

Values of people stand here only sealed under the certificate's data key, which the key vault keeps outside the database.
"""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Holder
from certificates.models.keys import IssuerKey
from certificates.models.licence_types import LicenceType


class CertificateState(models.TextChoices):
    """The life of a certificate. `intent` holds reserved numbers only: nothing is signed yet."""

    INTENT = "intent", "intent 待签发"
    VALID = "valid", "valid 有效"
    SUSPENDED = "suspended", "suspended 暂扣"
    REVOKED = "revoked", "revoked 撤销"
    SUPERSEDED = "superseded", "superseded 变更"
    FAILED = "failed", "failed 签发失败"


LIVE_STATES = (CertificateState.VALID, CertificateState.SUSPENDED)


class Certificate(models.Model):
    """The record of one issued licence and its life (an X.509 certificate is always called so)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    licence_type = models.ForeignKey(LicenceType, on_delete=models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    identifier = models.CharField(max_length=160, unique=True, help_text="GB/T 36904, with its check character")
    number_index = models.BinaryField(max_length=32, help_text="keyed blind index of the printed number")
    state = models.CharField(max_length=12, choices=CertificateState.choices, default=CertificateState.INTENT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="empty: long-term 长期")
    issued_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text="when the issue event had its index in the log")
    credential_jwt = models.TextField(blank=True, help_text="issuer-signed JWT without disclosures: holds no value")
    sealed_values = models.BinaryField(null=True, blank=True)
    sealed_photo = models.BinaryField(null=True, blank=True, help_text="the picture; its digest is one of the values")
    sealed_disclosures = models.BinaryField(null=True, blank=True)
    sealed_seal_code = models.BinaryField(null=True, blank=True)
    seal_code_digest = models.BinaryField(max_length=32, null=True, help_text="SHA-256 of the printed code's text")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "certificate 证照"
        verbose_name_plural = "certificates 证照"
        constraints = [
            models.UniqueConstraint(
                fields=["licence_type", "agency", "serial", "version"], name="certificate_serial_once"
            ),
            models.UniqueConstraint(
                fields=["agency", "number_index"],
                condition=Q(state__in=LIVE_STATES),
                name="certificate_number_once_live",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="certificate_validity_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CertificateHolder(models.Model):
    """One of the owners of a licence, in the order printed."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="holder_links")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="certificate_links")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "holder"], name="certificate_holder_once"),
            models.UniqueConstraint(fields=["certificate", "position"], name="certificate_holder_position"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.position}"


class CertificateEvent(models.Model):
    """Something that happened to a certificate; the publisher gives it its index in the log."""

    class Kind(models.TextChoices):
        """The kinds of events, as they stand in the log."""

        ISSUED = "event.issued"
        SUSPENDED = "event.suspended"
        REINSTATED = "event.reinstated"
        REVOKED = "event.revoked"
        SUPERSEDED = "event.superseded"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason_code = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=120, help_text="role and id of who acted")
    leaf = models.BinaryField(help_text="the canonical bytes that go into the log")
    at = models.DateTimeField()
    log_index = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "certificate event 证照事件"
        verbose_name_plural = "certificate events 证照事件"
        indexes = [
            models.Index(fields=["id"], condition=Q(log_index__isnull=True), name="certificate_event_pending"),
            models.Index(fields=["kind", "certificate"], name="certificate_event_kind"),
            models.Index(
                fields=["at"],
                condition=Q(kind__in=("event.revoked", "event.suspended")),
                name="certificate_event_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.certificate_id}"
