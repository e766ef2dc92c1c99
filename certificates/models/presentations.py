"""Presentation codes; only the hash of a token is kept."""

from django.db import models

from accounts.models import Holder
from certificates.models.certificates import Certificate


class Presentation(models.Model):
    """A short-lived single-use code; only the token's hash is kept."""

    token_digest = models.BinaryField(max_length=32, unique=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="presentations")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="presentations")
    presenter = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="presentations_made", help_text="the holder, or who acts for it"
    )
    grains = models.JSONField(help_text="field name -> grain the holder chose to show")
    audience = models.CharField(max_length=18, blank=True, help_text="USCC of the only agency that may spend it")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True, blank=True)
    spent_by = models.CharField(max_length=160, blank=True, help_text="caller or peer, look-up id")
    spent_digest = models.BinaryField(max_length=32, null=True, help_text="digest of the request that spent it")

    def __str__(self) -> str:
        return f"{self.pk} until {self.expires_at}"
