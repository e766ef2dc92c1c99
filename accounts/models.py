"""Agencies, holders, memberships, users and agency systems.

Personal values are opaque here: `sealed_*` are ciphertexts made by the certificates app, `code_index` is a keyed blind index.
"""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from accounts.core.permissions import Role

OFFICER_ROLES = (Role.ISSUING_OFFICER, Role.COUNTER_OFFICER, Role.AGENCY_ADMIN)


class Agency(models.Model):
    """An issuing or relying body, named by its unified social credit code (USCC)."""

    uscc = models.CharField(gettext_lazy("统一社会信用代码"), max_length=18, unique=True)
    name_zh = models.CharField(gettext_lazy("中文名称"), max_length=120)
    name_en = models.CharField(gettext_lazy("英文名称"), max_length=200)
    region_code = models.CharField(gettext_lazy("行政区划代码"), max_length=6)
    seal_number = models.CharField(
        gettext_lazy("印章编码"), max_length=13, blank=True, help_text=gettext_lazy("印章五角星下的 13 位数字")
    )
    seal_image = models.BinaryField(
        gettext_lazy("本机构印章图形"), null=True, blank=True, help_text="SVG or PNG; empty: drawn from name and number"
    )
    issues = models.BooleanField(gettext_lazy("签发证照"), default=False)
    relies = models.BooleanField(gettext_lazy("使用证照"), default=True)
    is_active = models.BooleanField(gettext_lazy("启用"), default=True)

    class Meta:
        verbose_name = gettext_lazy("机构")
        verbose_name_plural = gettext_lazy("机构")

    def __str__(self) -> str:
        return f"{self.name_zh} {self.uscc}"


class Holder(models.Model):
    """A citizen or firm that owns licences; code and name only as ciphertext, found by blind index."""

    class Kind(models.TextChoices):
        """Whether the holder is a person (who can be erased) or a firm."""

        CITIZEN = "citizen", gettext_lazy("公民")
        FIRM = "firm", gettext_lazy("法人")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code_type = models.CharField(max_length=3)
    code_index = models.BinaryField(max_length=32)
    sealed_code = models.BinaryField()
    sealed_name = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = gettext_lazy("持证主体")
        verbose_name_plural = gettext_lazy("持证主体")
        constraints = [models.UniqueConstraint(fields=["code_type", "code_index"], name="holder_once_per_code")]

    def __str__(self) -> str:
        return str(self.id)


class Membership(models.Model):
    """A person's right to act for a firm: recorded by one administrator, in force once another one agreed."""

    person = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="memberships", verbose_name=gettext_lazy("代表人")
    )
    firm = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="members", verbose_name=gettext_lazy("被代表的法人")
    )
    capacity = models.CharField(gettext_lazy("身份"), max_length=40)
    from_date = models.DateField(gettext_lazy("开始日期"))
    to_date = models.DateField(gettext_lazy("结束日期"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        "User", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=gettext_lazy("登记人")
    )
    recorded_at = models.DateTimeField(gettext_lazy("登记时间"), editable=False)
    confirmed_by = models.ForeignKey(
        "User",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=gettext_lazy("复核人"),
    )
    confirmed_at = models.DateTimeField(gettext_lazy("复核时间"), null=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("代表关系")
        verbose_name_plural = gettext_lazy("代表关系")
        constraints = [
            models.UniqueConstraint(fields=["person", "firm", "capacity", "from_date"], name="membership_once"),
            models.CheckConstraint(condition=~Q(person=models.F("firm")), name="membership_between_two"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(Q(confirmed_by__isnull=False, confirmed_at__isnull=False), ~Q(confirmed_by=F("recorded_by"))),
                name="membership_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.firm_id}"


class UserManager(DjangoUserManager["User"]):
    """Django's own, except that its way to a first administrator is closed: accounts here have a role instead."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **more: object
    ) -> "User":
        """This will refuse: `manage.py createsuperuser` shows the sentence."""
        raise ValidationError("use: manage.py create_user NAME --role node_admin")


class User(AbstractUser):
    """Someone who signs in; the role says what they may do, and an account has exactly one."""

    first_name = None  # type: ignore[assignment]  # names of people do not stand in account rows
    last_name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    role = models.CharField(
        gettext_lazy("角色"), max_length=20, choices=[(r.value, r.value) for r in Role if r is not Role.AGENCY_SYSTEM]
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="officers",
        verbose_name=gettext_lazy("机构"),
    )
    holder = models.OneToOneField(
        Holder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=gettext_lazy("持证主体"),
    )
    staff_number = models.CharField(
        gettext_lazy("工号"), max_length=32, blank=True, validators=[RegexValidator(r"^[0-9A-Z-]+$")]
    )
    post = models.CharField(gettext_lazy("岗位"), max_length=60, blank=True)
    unit = models.CharField(gettext_lazy("部门"), max_length=60, blank=True)
    must_change_password = models.BooleanField(
        gettext_lazy("须改初始密码"),
        default=False,
        help_text=gettext_lazy("密码由别人设定：改成自己的密码之前什么也打不开"),
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = gettext_lazy("用户")
        verbose_name_plural = gettext_lazy("用户")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=OFFICER_ROLES, agency__isnull=False, holder__isnull=True)
                | Q(role=Role.HOLDER, holder__isnull=False, agency__isnull=True)
                | Q(role__in=(Role.NODE_ADMIN, Role.AUDITOR), agency__isnull=True, holder__isnull=True),
                name="user_role_fits",
            ),
        ]

    def get_full_name(self) -> str:
        """This will be empty: Django's own would be made of the two columns that are not kept, and read "None None"."""
        return ""

    def get_short_name(self) -> str:
        """This will be empty for the same reason; Django then shows the user name."""
        return ""


class ApiClient(models.Model):
    """An agency's system; it gets short-lived tokens with its own key and names the operator who acts in every call."""

    client_id = models.CharField(gettext_lazy("系统代号"), max_length=64, unique=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="api_clients", verbose_name=gettext_lazy("机构")
    )
    scopes = models.JSONField(gettext_lazy("权限"), default=list)
    is_active = models.BooleanField(gettext_lazy("启用"), default=True)
    created_at = models.DateTimeField(gettext_lazy("登记时间"))

    class Meta:
        verbose_name = gettext_lazy("业务系统")
        verbose_name_plural = gettext_lazy("业务系统")

    def __str__(self) -> str:
        return self.client_id


class ApiClientKey(models.Model):
    """A public key of a system, good from its first moment up to its last; the key's own suite decides the algorithm."""

    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, related_name="keys", verbose_name=gettext_lazy("业务系统")
    )
    kid = models.CharField(gettext_lazy("密钥编号"), max_length=64)
    suite = models.CharField(gettext_lazy("算法"), max_length=16)
    public_jwk = models.JSONField(gettext_lazy("公钥"))
    from_at = models.DateTimeField(gettext_lazy("启用时间"))
    to_at = models.DateTimeField(gettext_lazy("停用时间"), null=True, blank=True)
    created_at = models.DateTimeField(gettext_lazy("登记时间"))

    class Meta:
        verbose_name = gettext_lazy("系统密钥")
        verbose_name_plural = gettext_lazy("系统密钥")
        constraints = [
            models.UniqueConstraint(fields=["client", "kid"], name="client_key_once"),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")), name="client_key_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kid}"


class UsedAssertion(models.Model):
    """An assertion id already seen from an agency system, kept until the assertion has expired."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE)
    jti = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "jti"], name="assertion_used_once")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.expires_at}"


class AccessToken(models.Model):
    """A token given to a system, of which only the digest is kept; it dies with its key, its client or its agency."""

    digest = models.BinaryField(max_length=32, unique=True)
    key = models.ForeignKey(ApiClientKey, on_delete=models.PROTECT)
    scopes = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key_id} {self.expires_at}"


class RateCount(models.Model):
    """How often one caller or one address called in one minute; `bucket` is a keyed digest, so that no address stands here."""

    bucket = models.BinaryField(max_length=32)
    minute = models.BigIntegerField(help_text="minutes since 1970 (UTC)")
    used = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "minute"], name="rate_count_once")]

    def __str__(self) -> str:
        return f"{self.minute} {self.used}"
