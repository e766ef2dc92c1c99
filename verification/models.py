"""Policies, trust, look-ups, and the log.

Append-only tables (triggers refuse UPDATE, DELETE, replacing INSERT and TRUNCATE): LogEntry, LogLeaf, Checkpoint, Cosignature.
"""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Holder
from certificates.models import Certificate


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


class Matter(models.Model):
    """A matter (事项) of one agency that a licence may be looked up for, while it is in force."""

    code = models.CharField(max_length=64, unique=True)
    agency_uscc = models.CharField(max_length=18, help_text="whose matter it is: only this agency may look up for it")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True, help_text="the last day")
    case_pattern = models.CharField(max_length=200, help_text="regular expression that a whole case number must match")
    case_example = models.CharField(max_length=64, blank=True)
    past_days = models.PositiveIntegerField(
        default=0, blank=True, help_text="how many days back a look may ask how things stood then; 0: not at all"
    )

    class Meta:
        verbose_name = "matter 事项"
        verbose_name_plural = "matters 事项"

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"


class UsageRule(models.Model):
    """A line of the usage list (用证清单): which agency may, for which matter, see which fields at which grain."""

    type_code = models.CharField(max_length=21)
    relying_region = models.CharField(max_length=6, default="*")
    agency_uscc = models.CharField(max_length=18, default="*")
    matter_code = models.CharField(max_length=64)
    fields = models.JSONField(help_text='{"field": "masked"}')
    past_dates = models.BooleanField(default=False, help_text="it may also be asked how things stood on a past date")
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "usage rule 用证清单"
        verbose_name_plural = "usage list 用证清单"
        constraints = [
            models.UniqueConstraint(
                fields=["type_code", "relying_region", "agency_uscc", "matter_code"],
                condition=Q(is_active=True),
                name="usage_rule_once_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_code} {self.relying_region} {self.matter_code}"


class RecognitionRule(models.Model):
    """A line of the recognition rules (互认规则): what counts here for which matter."""

    type_code = models.CharField(max_length=21)
    issuing_region = models.CharField(max_length=6, default="*")
    matter_code = models.CharField(max_length=64)
    required = models.JSONField(help_text='{"field": "masked"}')
    presence_required = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "recognition rule 互认规则"
        verbose_name_plural = "recognition rules 互认规则"
        constraints = [
            models.UniqueConstraint(
                fields=["type_code", "issuing_region", "matter_code"],
                condition=Q(is_active=True),
                name="recognition_rule_once_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_code} {self.issuing_region} {self.matter_code}"


class PurposeRules(models.Model):
    """What counts as a stated reason: placeholders, lengths, copies; the newest active row is in force."""

    rules = models.JSONField()
    version = models.PositiveIntegerField(unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "purpose rules 用证事由规则"
        verbose_name_plural = "purpose rules 用证事由规则"

    def __str__(self) -> str:
        return f"version {self.version}"


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
    outcome = models.CharField(max_length=16, help_text="verdict, released, pending, or refused")
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
