"""Licences that are being issued, each with the token that may sign it."""

from django.db import models

from certificates.models.certificates import Certificate


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
