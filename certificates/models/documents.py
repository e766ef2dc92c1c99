"""Files of licences on their way: what is laid out, signed, waiting for timestamps, ready or held."""

from django.db import models
from django.db.models import Q

from certificates.models.certificates import Certificate
from certificates.models.copies import PurposeCopy
from certificates.models.keys import IssuerKey


class Document(models.Model):
    """A rendered, signed file of a certificate; a row that is pending or waiting is the outbox of its task.

    Whoever works at a row holds `token_digest` until `token_expires_at`: the token of a signature while it is pending, a random
    lease while it waits. A later holder replaces it, and what an earlier one still brings is dropped.
    """

    class State(models.TextChoices):
        """Waiting: signed and kept sealed, until timestamps can be had. Held: something keeps the document back, never the licence."""

        PENDING = "pending", "pending 制作中"
        WAITING = "waiting", "waiting 等待时间戳"
        READY = "ready", "ready 已完成"
        HELD = "held", "held 暂缓"

    class Kind(models.TextChoices):
        """What is made; `certificates.services.document_kinds` says how."""

        PDF = "pdf", "PDF 证照"
        COPY = "copy", "copy 加注件"
        OFD = "ofd", "OFD 证照"

    class Level(models.TextChoices):
        """The level of a PDF's signature (ETSI EN 319 142-1); an OFD has none."""

        NONE = "", "none 无"
        B_B = "B-B", "B-B"
        B_LTA = "B-LTA", "B-LTA"

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="documents", verbose_name="certificate 证照"
    )
    kind = models.CharField("kind 种类", max_length=8, choices=Kind.choices, default=Kind.PDF)
    copy = models.OneToOneField(
        PurposeCopy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="document",
        help_text="whose file it is",
    )
    state = models.CharField("state 状态", max_length=8, choices=State.choices, default=State.PENDING, db_index=True)
    level = models.CharField(
        "level 签名级别",
        max_length=8,
        choices=Level.choices,
        default=Level.NONE,
        blank=True,
        help_text="what its signature has reached",
    )
    held_code = models.CharField(
        "held code 原因", max_length=60, blank=True, help_text="why it is held, or what it waits for"
    )
    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, null=True, blank=True)
    sealed_draft = models.BinaryField(null=True, blank=True, help_text="the file and the exact bytes to sign")
    sealed_signed = models.BinaryField(null=True, blank=True, help_text="the signed file that waits for timestamps")
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, help_text="who may sign or store it")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_spent_at = models.DateTimeField(null=True, blank=True)
    stored_name = models.CharField(max_length=120, blank=True, help_text="decided before the file is written")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the clear file")
    attempts = models.PositiveSmallIntegerField("attempts 尝试", default=0, help_text="tries that ended without a word")
    nudged_at = models.DateTimeField("nudged at 派发", null=True, blank=True)
    signed_at = models.DateTimeField("signed at 签章", null=True, blank=True)
    stamped_until = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="when the certificate behind its newest archive timestamp ends"
    )
    stamped_with = models.CharField(max_length=12, blank=True, help_text="the digest of its newest archive timestamp")
    created_at = models.DateTimeField("created at 创建")

    class Meta:
        verbose_name = "document 证照文件"
        verbose_name_plural = "documents 证照文件"
        constraints = [
            # Of copies a licence has many, each for its own purpose.
            models.UniqueConstraint(
                fields=["certificate", "kind"], condition=~Q(kind="copy"), name="document_once_per_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="copy", copy__isnull=False) | (~Q(kind="copy") & Q(copy__isnull=True)),
                name="document_of_copy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind} {self.state}"
