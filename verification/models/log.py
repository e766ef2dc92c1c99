"""The log.

Append-only tables (triggers refuse UPDATE, DELETE, replacing INSERT and TRUNCATE): LogEntry, LogLeaf, Checkpoint, Cosignature.
"""

from django.db import models

from verification.models.lookups import Lookup


class LogEntry(models.Model):
    """The canonical bytes of one leaf, written in the transaction of what it records. Append-only."""

    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32, unique=True)
    lookup = models.OneToOneField(Lookup, on_delete=models.PROTECT, null=True, blank=True, related_name="entry")
    event_id = models.BigIntegerField(null=True, blank=True, unique=True, help_text="CertificateEvent it records")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "log entry 日志条目"
        verbose_name_plural = "log entries 日志条目"

    def __str__(self) -> str:
        return f"entry {self.pk}"


class PendingEntry(models.Model):
    """The publisher's queue: an entry that has no index yet."""

    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, primary_key=True, related_name="pending")

    def __str__(self) -> str:
        return f"pending {self.pk}"


class LogLeaf(models.Model):
    """The index of an entry in the tree. Append-only."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="log_leaf")
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "log leaf 日志叶"
        verbose_name_plural = "log leaves 日志叶"

    def __str__(self) -> str:
        return f"leaf {self.index}"


class LogTile(models.Model):
    """256 hashes of one level of the tree (C2SP tiles): of leaves once full, above as it grows; read back and compared, so not append-only."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="log_tile_once")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed head of this node's log. Append-only."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "checkpoint 日志检查点"
        verbose_name_plural = "checkpoints 日志检查点"

    def __str__(self) -> str:
        return f"size {self.size}"


class Cosignature(models.Model):
    """A witness's signature line over one of our checkpoints. Append-only."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=256)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "cosignature 见证签名"
        verbose_name_plural = "cosignatures 见证签名"
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosignature_once")]

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint_id}"


class WitnessedLog(models.Model):
    """The newest head of a peer's log that we cosigned; it never shrinks."""

    origin = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "witnessed log 所见证的日志"
        verbose_name_plural = "witnessed logs 所见证的日志"

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"
