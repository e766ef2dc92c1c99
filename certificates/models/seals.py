"""The electronic seals of agencies, each made once by the node's seal maker."""

from django.db import models

from certificates.models.keys import IssuerKey


class AgencySeal(models.Model):
    """An agency's electronic seal (GB/T 38540): one for each key and picture, set on every OFD until one of them changes."""

    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="seals")
    made_for = models.CharField(max_length=64, help_text="SHA-256 of the key's X.509 certificate and the picture")
    number = models.CharField(max_length=32, unique=True)
    maker_kid = models.CharField(max_length=16, help_text="the node's key that made it")
    seal_der = models.BinaryField(help_text="SESeal, DER")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "agency seal 电子印章"
        verbose_name_plural = "agency seals 电子印章"
        constraints = [models.UniqueConstraint(fields=["issuer_key", "made_for", "maker_kid"], name="agency_seal_once")]

    def __str__(self) -> str:
        return self.number
