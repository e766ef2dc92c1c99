"""What is on its way: licences that are being issued, and files that are being made, each with the token that may sign it."""

from django.db import models

from certificates.models.certificates import Certificate
from certificates.models.keys import IssuerKey


class IssueIntent(models.Model):
    """What was decided before anything was signed; it makes issuing repeatable and survives a crash."""

    class Stage(models.TextChoices):
        """Reserved: numbers given. Prepared: bytes to sign stored. Stored: signed, compared and kept."""

        RESERVED = "reserved"
        PREPARED = "prepared"
        STORED = "stored"
        FAILED = "failed"

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="intent")
    scope = models.CharField(max_length=80, help_text="whose Idempotency-Key it is")
    idempotency_key = models.CharField(max_length=80)
    request_digest = models.BinaryField(max_length=32)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.RESERVED)
    sealed_bytes = models.BinaryField(null=True, blank=True, help_text="the exact bytes to sign, and the disclosures")
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, help_text="the token that may sign them")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_spent_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "idempotency_key"], name="issue_intent_once_per_key")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.stage}"


class Document(models.Model):
    """A rendered, signed file of a certificate; a pending row is the outbox of the render task."""

    class State(models.TextChoices):
        """Held: something (a missing glyph) keeps the document back, never the licence."""

        PENDING = "pending", "pending 制作中"
        READY = "ready", "ready 已完成"
        HELD = "held", "held 暂缓"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=8, default="pdf")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING, db_index=True)
    held_code = models.CharField(max_length=60, blank=True)
    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, null=True, blank=True)
    sealed_draft = models.BinaryField(null=True, blank=True, help_text="the file and the exact bytes to sign")
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, help_text="the token that may sign them")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_spent_at = models.DateTimeField(null=True, blank=True)
    stored_name = models.CharField(max_length=120, blank=True, help_text="decided before the file is written")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the clear file")
    attempts = models.PositiveSmallIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "document 证照文件"
        verbose_name_plural = "documents 证照文件"
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="document_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind} {self.state}"
