"""Looks: who asked, what was answered, what must not be asked twice."""

import uuid

from django.db import models

from accounts.models import Holder
from certificates.models import Certificate


class Lookup(models.Model):
    """One recorded look. The row itself names no holder and holds no value."""

    class Side(models.TextChoices):
        """From where the look is seen."""

        HOME = "home", "home 本省核验"
        RELYING = "relying", "relying 用证方"
        ISSUING = "issuing", "issuing 签发方"
        SELF = "self", "self 本人查看"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    caller = models.CharField(max_length=120, help_text="role and id of who asked")
    outcome = models.CharField(
        max_length=16, help_text="verdict, released, fetched, pending, traced, copy_revoked, or refused"
    )
    code = models.CharField(max_length=60, blank=True, help_text="reason code of a refusal")
    purpose_index = models.BinaryField(
        max_length=32, null=True, blank=True, help_text="keyed index, to count copied purposes"
    )
    case_index = models.BinaryField(
        max_length=32, null=True, blank=True, help_text="keyed index, to tell other cases from the same one"
    )
    completes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="completions")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "look-up 用证记录"
        verbose_name_plural = "look-ups 用证记录"
        indexes = [models.Index(fields=["caller", "purpose_index", "at"], name="lookup_purpose_copies")]

    def __str__(self) -> str:
        return str(self.id)


class LookupDetail(models.Model):
    """What opens the entry's commitments, sealed; erasable without hurting the tree."""

    lookup = models.OneToOneField(Lookup, on_delete=models.PROTECT, related_name="detail")
    key_subject = models.CharField(max_length=80, help_text="whose vault key seals it")
    sealed_openings = models.BinaryField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.lookup_id)


class LookupSubject(models.Model):
    """Which holder's list a look belongs to; erasable."""

    lookup = models.ForeignKey(Lookup, on_delete=models.CASCADE, related_name="subjects")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="lookup_subjects")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="lookup_subjects")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lookup", "holder"], name="lookup_subject_once")]

    def __str__(self) -> str:
        return str(self.lookup_id)


class StoredAnswer(models.Model):
    """The answer given, sealed, so that a permitted repeat gets the same bytes and no second entry."""

    scope = models.CharField(max_length=80, help_text="whose key it is: a caller or a peer region")
    idempotency_key = models.CharField(max_length=80)
    request_digest = models.BinaryField(max_length=32)
    lookup = models.OneToOneField(Lookup, on_delete=models.PROTECT, related_name="stored_answer")
    status = models.PositiveSmallIntegerField()
    key_subject = models.CharField(max_length=80)
    sealed_answer = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "idempotency_key"], name="stored_answer_once")]

    def __str__(self) -> str:
        return str(self.lookup_id)


class SpentNonce(models.Model):
    """A nonce of a peer's signed message, remembered while the message could be replayed."""

    keyid = models.CharField(max_length=128)
    nonce = models.CharField(max_length=128)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["keyid", "nonce"], name="nonce_once")]

    def __str__(self) -> str:
        return f"{self.keyid} until {self.expires_at}"


class JournalHour(models.Model):
    """The count of unauthenticated, unparsable and badly signed calls in one hour; one entry per closed hour."""

    hour = models.DateTimeField(unique=True)
    counts = models.JSONField(default=dict)
    entry = models.OneToOneField("LogEntry", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = "journal hour 拒收计数"
        verbose_name_plural = "journal hours 拒收计数"

    def __str__(self) -> str:
        return f"{self.hour}"
