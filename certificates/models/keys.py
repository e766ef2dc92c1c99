"""The public halves of every key of the node, with their times; private halves are in the key store."""

from typing import Final

from django.db import models
from django.db.models import Q

from accounts.models import Agency


class KeyState(models.TextChoices):
    """The life of a signing key or CA; none is ever removed. Pending ones sign nothing yet."""

    PENDING = "pending", "pending 待启用"
    ACTIVE = "active", "active 使用中"
    RETIRED = "retired", "retired 已退役"
    COMPROMISED = "compromised", "compromised 已泄露"


class KeyUse(models.TextChoices):
    """What an agency's key signs: credentials and seal codes, or files (PDF takes no SM2)."""

    CREDENTIAL = "credential", "credential 证照凭证"
    DOCUMENT = "document", "document 证照文件"


def _times_fit_the_state(name: str) -> list[models.BaseConstraint]:
    """A state without its time, or a time without its state, would leave two readings of a key's life."""
    return [
        models.CheckConstraint(condition=Q(state="pending") | Q(from_at__isnull=False), name=f"{name}_has_from"),
        models.CheckConstraint(
            condition=Q(state__in=("pending", "active"), to_at__isnull=True)
            | Q(state="retired", to_at__isnull=False)
            | Q(state="compromised"),
            name=f"{name}_has_to",
        ),
        models.CheckConstraint(
            condition=Q(state="compromised", compromised_at__isnull=False)
            | (~Q(state="compromised") & Q(compromised_at__isnull=True)),
            name=f"{name}_has_compromise",
        ),
    ]


class KeptKey(models.Model):
    """What is known of every key of the node: its public half, its suite, where its private half lives, and its times."""

    kid = models.CharField(max_length=16, unique=True, help_text="base64url of the first 8 bytes of SHA-256(SPKI)")
    suite = models.CharField(max_length=12)
    backend = models.CharField(max_length=10, help_text="software, pkcs11: where the private half is kept")
    spki = models.TextField(help_text="base64 DER SubjectPublicKeyInfo")
    state = models.CharField(max_length=12, choices=KeyState.choices, default=KeyState.ACTIVE)
    from_at = models.DateTimeField(null=True, blank=True, help_text="not accepted before; empty while none is set")
    to_at = models.DateTimeField(null=True, blank=True, help_text="when it was retired; not accepted from then on")
    compromised_at = models.DateTimeField(null=True, blank=True, help_text="since when others may have signed with it")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kid} {self.state}"


class IssuerKey(KeptKey):
    """The public half of one of an agency's issue keys, with its X.509 certificate under a CA of the region."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="issuer_keys")
    use = models.CharField(max_length=10, choices=KeyUse.choices)
    chain_der = models.JSONField(help_text="base64 DER, leaf first, without the region CA; empty until certified")
    licence_types = models.JSONField(help_text="type codes the key may sign")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="nothing is signed since, until cleared")
    stop_code = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "issuer key 签发密钥"
        verbose_name_plural = "issuer keys 签发密钥"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "use"], condition=Q(state="active"), name="issuer_key_one_active"
            ),
            *_times_fit_the_state("issuer_key"),
        ]


class NodeKey(KeptKey):
    """The public half of one of the node's own keys; each signs one kind of statement only."""

    purpose = models.CharField(max_length=12)
    certificate_der = models.TextField(
        blank=True, help_text="base64 DER of its X.509 certificate: only the archive's key needs one, for files"
    )

    class Meta:
        verbose_name = "node key 节点密钥"
        verbose_name_plural = "node keys 节点密钥"
        constraints = [
            models.UniqueConstraint(fields=["purpose"], condition=Q(state="active"), name="node_key_one_active"),
            *_times_fit_the_state("node_key"),
        ]


EXTERNAL: Final = "external"  # the backend of a CA whose private half is not kept here


class RegionCa(KeptKey):
    """A CA of the region that certifies its agencies' keys; a guomi region has one for each suite in use.

    A licensed CA outside of this node has backend "external": its private half is not kept here.
    """

    certificate_der = models.TextField(help_text="base64 DER of its X.509 certificate")
    crl_der = models.BinaryField(null=True, blank=True, help_text="its newest list of revoked X.509 certificates")

    class Meta:
        verbose_name = "region CA 省级证书机构"
        verbose_name_plural = "region CAs 省级证书机构"
        constraints = [
            models.UniqueConstraint(
                fields=["suite"], condition=Q(state="active") & ~Q(backend="external"), name="region_ca_one_active"
            ),
            *_times_fit_the_state("region_ca"),
        ]
