"""What other nodes and the anchor signed, and what this node publishes of its own: fetched, verified and kept."""

from django.db import models


class LoadedTrustList(models.Model):
    """A trust list that was verified and taken into use; the highest version wins and never falls."""

    version = models.BigIntegerField(unique=True)
    document = models.TextField(help_text="the distributed file as loaded: re-verified at every load")
    expires_at = models.DateTimeField()
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "trust list 信任清单"
        verbose_name_plural = "trust lists 信任清单"

    def __str__(self) -> str:
        return f"version {self.version}"


class FetchedStatusList(models.Model):
    """The newest status list seen under a peer's address; an older one is refused."""

    region_code = models.CharField(max_length=6)
    uri = models.CharField(max_length=300, unique=True)
    iat = models.BigIntegerField()
    token = models.TextField()
    fetched_at = models.DateTimeField()
    wanted_at = models.DateTimeField(help_text="when a look-up last needed it; the refresher keeps warm what is wanted")

    class Meta:
        verbose_name = "fetched status list 外省状态列表"
        verbose_name_plural = "fetched status lists 外省状态列表"

    def __str__(self) -> str:
        return f"{self.uri} {self.iat}"


class FetchedAgencyKeys(models.Model):
    """The newest agency-key bundle of a peer region."""

    region_code = models.CharField(max_length=6, unique=True)
    version = models.BigIntegerField()
    bundle = models.TextField()
    fetched_at = models.DateTimeField()

    class Meta:
        verbose_name = "fetched agency keys 外省机构密钥"
        verbose_name_plural = "fetched agency keys 外省机构密钥"

    def __str__(self) -> str:
        return f"{self.region_code} {self.version}"


class AgencyKeyBundle(models.Model):
    """One published version of this region's signed agency-key bundle; the newest is served."""

    version = models.BigIntegerField(unique=True)
    bundle = models.TextField()
    content_digest = models.CharField(
        max_length=64, help_text="SHA-256 of the keys listed, to publish only what changed"
    )
    expires_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "agency-key bundle 机构密钥集"
        verbose_name_plural = "agency-key bundles 机构密钥集"

    def __str__(self) -> str:
        return f"version {self.version}"
