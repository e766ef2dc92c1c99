"""Licence types, keys (public halves), certificates, their events, status lists, documents and presentations.

Values of people stand here only sealed under the certificate's data key, which the key vault keeps outside the database.
"""

import uuid
from typing import Final

from django.db import models
from django.db.models import Q

from accounts.models import Agency, Holder, User


class LicenceType(models.Model):
    """One version of a licence type; versions are never changed, a licence keeps the one it was issued under."""

    code = models.CharField(max_length=21)
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON of the definition")
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


class CertificateState(models.TextChoices):
    """The life of a certificate. `intent` holds reserved numbers only: nothing is signed yet."""

    INTENT = "intent", "intent 待签发"
    VALID = "valid", "valid 有效"
    SUSPENDED = "suspended", "suspended 暂扣"
    REVOKED = "revoked", "revoked 撤销"
    SUPERSEDED = "superseded", "superseded 变更"
    FAILED = "failed", "failed 签发失败"


LIVE_STATES = (CertificateState.VALID, CertificateState.SUSPENDED)


class Certificate(models.Model):
    """The record of one issued licence and its life (an X.509 certificate is always called so)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    licence_type = models.ForeignKey(LicenceType, on_delete=models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    identifier = models.CharField(max_length=160, unique=True, help_text="GB/T 36904, with its check character")
    number_index = models.BinaryField(max_length=32, help_text="keyed blind index of the printed number")
    state = models.CharField(max_length=12, choices=CertificateState.choices, default=CertificateState.INTENT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="empty: long-term 长期")
    issued_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text="when the issue event had its index in the log")
    credential_jwt = models.TextField(blank=True, help_text="issuer-signed JWT without disclosures: holds no value")
    sealed_values = models.BinaryField(null=True, blank=True)
    sealed_disclosures = models.BinaryField(null=True, blank=True)
    sealed_seal_code = models.BinaryField(null=True, blank=True)
    seal_code_digest = models.BinaryField(max_length=32, null=True, help_text="SHA-256 of the printed code's text")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "certificate 证照"
        verbose_name_plural = "certificates 证照"
        constraints = [
            models.UniqueConstraint(
                fields=["licence_type", "agency", "serial", "version"], name="certificate_serial_once"
            ),
            models.UniqueConstraint(
                fields=["agency", "number_index"],
                condition=Q(state__in=LIVE_STATES),
                name="certificate_number_once_live",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="certificate_validity_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CertificateHolder(models.Model):
    """One of the owners of a licence, in the order printed."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="holder_links")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="certificate_links")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "holder"], name="certificate_holder_once"),
            models.UniqueConstraint(fields=["certificate", "position"], name="certificate_holder_position"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.position}"


class IssueIntent(models.Model):
    """What was decided before anything was signed; it makes issuing repeatable and survives a crash."""

    class Stage(models.TextChoices):
        """Reserved: numbers given. Prepared: bytes to sign stored. Stored: signed, compared and kept."""

        RESERVED = "reserved"
        PREPARED = "prepared"
        STORED = "stored"
        FAILED = "failed"

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="intent")
    scope = models.CharField(max_length=80, help_text="whose Idempotency-Key it is")
    idempotency_key = models.CharField(max_length=80)
    request_digest = models.BinaryField(max_length=32)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.RESERVED)
    sealed_bytes = models.BinaryField(null=True, blank=True, help_text="the exact bytes to sign, and the disclosures")
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, help_text="the token that may sign them")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_spent_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "idempotency_key"], name="issue_intent_once_per_key")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.stage}"


class CertificateEvent(models.Model):
    """Something that happened to a certificate; the publisher gives it its index in the log."""

    class Kind(models.TextChoices):
        """The kinds of events, as they stand in the log."""

        ISSUED = "event.issued"
        SUSPENDED = "event.suspended"
        REINSTATED = "event.reinstated"
        REVOKED = "event.revoked"
        SUPERSEDED = "event.superseded"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason_code = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=120, help_text="role and id of who acted")
    leaf = models.BinaryField(help_text="the canonical bytes that go into the log")
    at = models.DateTimeField()
    log_index = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "certificate event 证照事件"
        verbose_name_plural = "certificate events 证照事件"
        indexes = [
            models.Index(fields=["id"], condition=Q(log_index__isnull=True), name="certificate_event_pending"),
            models.Index(fields=["kind", "certificate"], name="certificate_event_kind"),
            models.Index(fields=["at"], condition=Q(kind="event.revoked"), name="certificate_event_revoked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.certificate_id}"


class MassRevocation(models.Model):
    """Many licences to be revoked at once: asked for by one administrator, decided by another, bound to the exact set."""

    class State(models.TextChoices):
        """Void: something it was bound to changed before it was decided."""

        PENDING = "pending", "pending 待复核"
        DONE = "done", "done 已撤销"
        REJECTED = "rejected", "rejected 已否决"
        VOID = "void", "void 已作废"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="mass_revocations")
    selection = models.JSONField(help_text="how the set was chosen: type, days of issue, key")
    reason_code = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    set_digest = models.BinaryField(max_length=32, help_text="SHA-256 over agency, reason and the ids in order")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "mass revocation 批量撤销"
        verbose_name_plural = "mass revocations 批量撤销"

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class MassRevocationItem(models.Model):
    """One licence of the exact set."""

    mass = models.ForeignKey(MassRevocation, on_delete=models.PROTECT, related_name="items")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="mass_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mass", "certificate"], name="mass_item_once")]

    def __str__(self) -> str:
        return f"{self.mass_id} {self.certificate_id}"


class MassRevocationDecision(models.Model):
    """What an administrator decided, or tried to: the late and the refused ones stand here, too."""

    mass = models.ForeignKey(MassRevocation, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    wanted = models.CharField(max_length=8, help_text="approve, reject")
    outcome = models.CharField(max_length=40, help_text="state it led to, or the code of the refusal")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mass_id} {self.wanted} {self.outcome}"


class StatusList(models.Model):
    """One list of two-bit statuses under one address; several purposes never share an index."""

    purpose = models.CharField(max_length=12, help_text="credential, seal")
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
    """The index of one credential or seal code in a list: random, unique, never used again."""

    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    index = models.PositiveIntegerField()
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="status_entries")
    purpose = models.CharField(max_length=12)
    value = models.PositiveSmallIntegerField(default=0, help_text="0 valid, 1 invalid, 2 suspended")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="status_index_once"),
            models.UniqueConstraint(fields=["certificate", "purpose"], name="status_entry_per_purpose"),
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


class Document(models.Model):
    """A rendered, signed file of a certificate; a pending row is the outbox of the render task."""

    class State(models.TextChoices):
        """Held: something (a missing glyph) keeps the document back, never the licence."""

        PENDING = "pending", "pending 制作中"
        READY = "ready", "ready 已完成"
        HELD = "held", "held 暂缓"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=8, default="pdf")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING, db_index=True)
    held_code = models.CharField(max_length=60, blank=True)
    issuer_key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, null=True, blank=True)
    sealed_draft = models.BinaryField(null=True, blank=True, help_text="the file and the exact bytes to sign")
    token_digest = models.BinaryField(max_length=32, null=True, blank=True, help_text="the token that may sign them")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_spent_at = models.DateTimeField(null=True, blank=True)
    stored_name = models.CharField(max_length=120, blank=True, help_text="decided before the file is written")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the clear file")
    attempts = models.PositiveSmallIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "document 证照文件"
        verbose_name_plural = "documents 证照文件"
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="document_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind} {self.state}"


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
