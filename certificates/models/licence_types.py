"""Licence types, version by version."""

from django.db import models
from django.db.models import Q


class LicenceType(models.Model):
    """One version of a licence type; versions are never changed, a licence keeps the one it was issued under."""

    code = models.CharField(max_length=21)
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON of the definition")
    template = models.TextField(blank=True, help_text="typesetting source of its page; empty: the generic page")
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "licence type 证照类型"
        verbose_name_plural = "licence types 证照类型"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="licence_type_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(is_current=True), name="licence_type_one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
