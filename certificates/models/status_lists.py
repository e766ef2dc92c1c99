"""Status lists, their entries, and every change of one."""

from django.db import models
from django.db.models import Q

from certificates.models.certificates import Certificate
from certificates.models.copies import PurposeCopy


class StatusList(models.Model):
    """One list of two-bit statuses under one address; several purposes never share an index."""

    purpose = models.CharField(max_length=12, help_text="credential, seal, copy")
    size = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True)
    packed = models.BinaryField(help_text="the entries as bits: every change is made here, none builds it anew")
    decoys = models.BinaryField(help_text="indices that stand for no licence, four bytes each")
    checked_at = models.DateTimeField(help_text="when the bits were last held against entries and events")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "status list 状态列表"
        verbose_name_plural = "status lists 状态列表"

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class StatusEntry(models.Model):
    """The index of one credential, seal code or purpose copy in a list: random, unique, never used again.

    A copy's entry is under its licence, whose acts reach all its entries; a copy that was revoked alone stays invalid.
    """

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    index = models.PositiveIntegerField()
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="status_entries")
    purpose = models.CharField(max_length=12)
    copy = models.OneToOneField(
        PurposeCopy, on_delete=models.PROTECT, null=True, blank=True, related_name="status_entry"
    )
    value = models.PositiveSmallIntegerField(default=0, help_text="0 valid, 1 invalid, 2 suspended")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="status_index_once"),
            models.UniqueConstraint(
                fields=["certificate", "purpose"], condition=Q(copy__isnull=True), name="status_entry_per_purpose"
            ),
            models.CheckConstraint(
                condition=Q(purpose="copy", copy__isnull=False) | (~Q(purpose="copy") & Q(copy__isnull=True)),
                name="status_entry_of_copy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status_list_id}/{self.index}"


class StatusChange(models.Model):
    """One entry, or decoy, of a list that took a new value: from these the list of any past time is rebuilt."""

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="changes")
    index = models.PositiveIntegerField()
    value = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["status_list", "at"], name="status_change_by_time")]

    def __str__(self) -> str:
        return f"{self.status_list_id}/{self.index} {self.value}"


class StatusToken(models.Model):
    """One signed version of a status list, in both its forms; `iat` rises strictly."""

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="tokens")
    iat = models.BigIntegerField(help_text="seconds since 1970")
    token = models.TextField(help_text="the JWT")
    cwt = models.BinaryField(help_text="the CWT of the same entries and times")

    class Meta:
        verbose_name = "signed status list 已签状态列表"
        verbose_name_plural = "signed status lists 已签状态列表"
        constraints = [models.UniqueConstraint(fields=["status_list", "iat"], name="status_token_iat_once")]

    def __str__(self) -> str:
        return f"{self.status_list_id} {self.iat}"
