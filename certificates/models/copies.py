"""Purpose copies 加注件: made of one licence, for one purpose and recipient, good for some days."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Holder
from certificates.models.certificates import Certificate
from certificates.models.keys import IssuerKey


class PurposeCopy(models.Model):
    """One copy with its own number, status entry and signed statement; it is an intent until its statement is signed."""

    class Maker(models.TextChoices):
        """Who asked for it: a holder for the own licence, or an agency for a matter of its own."""

        HOLDER = "holder", "holder 持证主体"
        AGENCY = "agency", "agency 用证机关"

    class Stage(models.TextChoices):
        """Reserved: numbers given. Prepared: bytes to sign stored. Signed: the statement is made and kept."""

        RESERVED = "reserved"
        PREPARED = "prepared"
        SIGNED = "signed"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="copies")
    number = models.CharField(max_length=14, unique=True, help_text="visible on the copy; random")
    mark = models.BigIntegerField(unique=True, help_text="48 random bits, drawn into the copy's background")
    lookup_id = models.UUIDField(unique=True, help_text="the look-up that making it was")
    maker = models.CharField(max_length=8, choices=Maker.choices)
    maker_holder = models.ForeignKey(
        Holder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies_made",
        help_text="who asked for it",
    )
    maker_agency = models.CharField(max_length=18, blank=True, help_text="USCC of the agency that asked for it")
    request_key = models.BinaryField(max_length=32, unique=True, help_text="keyed index of whose Idempotency-Key it is")
    request_digest = models.BinaryField(max_length=32)
    grains = models.JSONField(help_text="field or fact -> grain; what is not named is withheld")
    sealed_terms = models.BinaryField(null=True, blank=True, help_text="purpose, recipient, matter and case")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.RESERVED)
    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, null=True, blank=True)
    sealed_bytes = models.BinaryField(null=True, blank=True, help_text="the exact bytes to sign, and the disclosures")
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, help_text="the token that may sign them")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_spent_at = models.DateTimeField(null=True, blank=True)
    sealed_credential = models.BinaryField(null=True, blank=True, help_text="the copy's own signed statement, whole")
    credential_digest = models.BinaryField(max_length=32, null=True, help_text="SHA-256 of its issuer-signed JWT")
    sealed_seal_code = models.BinaryField(null=True, blank=True)
    seal_code_digest = models.BinaryField(max_length=32, null=True, help_text="SHA-256 of the printed code's text")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "purpose copy 加注件"
        verbose_name_plural = "purpose copies 加注件"
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="copy_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(mark__gte=0, mark__lt=2**48), name="copy_mark_48_bits"),
            models.CheckConstraint(
                condition=Q(maker="holder", maker_agency="", maker_holder__isnull=False)
                | (Q(maker="agency", maker_holder__isnull=True) & ~Q(maker_agency="")),
                name="copy_has_one_maker",
            ),
        ]
        indexes = [models.Index(fields=["maker_agency", "made_at"], name="copy_by_agency")]

    def __str__(self) -> str:
        return self.number
