"""Revocations of many licences at once, which take two people."""

import uuid

from django.db import models

from accounts.models import Agency, User
from certificates.models.certificates import Certificate


class MassRevocation(models.Model):
    """Many licences to be revoked at once: asked for by one administrator, decided by another, bound to the exact set."""

    class State(models.TextChoices):
        """Void: something it was bound to changed before it was decided."""

        PENDING = "pending", "pending 待复核"
        DONE = "done", "done 已撤销"
        REJECTED = "rejected", "rejected 已否决"
        VOID = "void", "void 已作废"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="mass_revocations")
    selection = models.JSONField(help_text="how the set was chosen: type, days of issue, key")
    reason_code = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    set_digest = models.BinaryField(max_length=32, help_text="SHA-256 over agency, reason and the ids in order")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "mass revocation 批量撤销"
        verbose_name_plural = "mass revocations 批量撤销"

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class MassRevocationItem(models.Model):
    """One licence of the exact set."""

    mass = models.ForeignKey(MassRevocation, on_delete=models.PROTECT, related_name="items")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="mass_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mass", "certificate"], name="mass_item_once")]

    def __str__(self) -> str:
        return f"{self.mass_id} {self.certificate_id}"


class MassRevocationDecision(models.Model):
    """What an administrator decided, or tried to: the late and the refused ones stand here, too."""

    mass = models.ForeignKey(MassRevocation, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    wanted = models.CharField(max_length=8, help_text="approve, reject")
    outcome = models.CharField(max_length=40, help_text="state it led to, or the code of the refusal")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mass_id} {self.wanted} {self.outcome}"
