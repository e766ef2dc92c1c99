"""Forms of the administration: each asks one service, whose refusal appears on the form."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.admin_wording import admin_sentence
from accounts.core.errors import AccountsError, RecordError
from accounts.core.permissions import OPENED_ON_MACHINE, Role
from accounts.models import ApiClient, ApiClientKey, User
from accounts.queries.membership_content import membership_content
from accounts.services.add_client_key import add_client_key
from accounts.services.confirm_membership import confirm_membership
from accounts.services.create_agency import create_agency
from accounts.services.create_user import create_user
from accounts.services.end_membership import end_membership
from accounts.services.read_seal_picture import MAX_SEAL_BYTES, read_seal_picture
from accounts.services.record_membership import record_membership
from accounts.services.register_api_client import SCOPES, register_api_client
from accounts.services.retire_client_key import retire_client_key

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
    NewUserForm = BaseUserCreationForm[User]
else:
    ModelForm, NewUserForm = forms.ModelForm, BaseUserCreationForm


class ServiceForm(ModelForm):
    """A form whose saving is a service: asked last, in the page's transaction, so that a refusal appears on the form.

    Each form names its own service call as `act`; a class without one cannot be made (`__init_subclass__`).
    """

    saved_pk: int | None = None
    actor_id: ClassVar[int] = 0  # the signed-in administrator, set for each request on a class of its own
    refusals: ClassVar[tuple[type[Exception], ...]] = (AccountsError,)
    act: Callable[[dict[str, Any]], int]  # asks the service and gives the row's number

    def __init_subclass__(cls, **words: Any) -> None:
        super().__init_subclass__(**words)
        if not callable(getattr(cls, "act", None)):
            raise TypeError("a form of a service says how it asks the service")

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own forms extend it in the same way
        if self.errors:
            return
        try:
            self.saved_pk = self.act(self.cleaned_data)
        except self.refusals as refused:
            code = str(getattr(refused, "code", ""))
            told = admin_sentence(code) or str(refused)
            self.add_error(None, forms.ValidationError(f"{told} ({code})", code=code))


class NewAgency(ServiceForm):
    """An agency to enter."""

    def act(self, data: dict[str, Any]) -> int:
        return create_agency(**data)


class ChangedAgency(ModelForm):
    """What may change of an agency, with the picture of its own seal."""

    seal_file = forms.FileField(
        label=gettext_lazy("印章图形"),
        required=False,
        help_text=gettext_lazy(
            "只含图形的 SVG（不超过 200 KiB），或透明背景的 PNG（300 到 1400 像素，不超过 256 KiB）。不上传就按名称和编码绘制。"
        ),
    )
    drop_seal = forms.BooleanField(label=gettext_lazy("不再使用上传的印章图形"), required=False)

    def clean_seal_file(self) -> bytes | None:
        """This will take a picture that is nothing but a seal, in our own writing."""
        chosen = self.cleaned_data.get("seal_file")
        if not chosen:
            return None
        try:
            return read_seal_picture(data=chosen.read(MAX_SEAL_BYTES + 1))
        except RecordError as refused:
            raise forms.ValidationError(f"{admin_sentence(refused.code)} ({refused.code})", code=refused.code) from None

    def save(self, commit: bool = True) -> Any:
        """This will put the picture into the row beside the other columns."""
        if self.cleaned_data.get("drop_seal"):
            self.instance.seal_image = None
        if self.cleaned_data.get("seal_file"):
            self.instance.seal_image = self.cleaned_data["seal_file"]
        return super().save(commit)


OPENED_HERE = tuple(role for role in Role if role not in {Role.AGENCY_SYSTEM, Role.HOLDER} | OPENED_ON_MACHINE)


class NewUser(ServiceForm, NewUserForm):
    """An account to open for an officer or an auditor, with a first password that its owner must change."""

    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        choices=[(role.value, role.value) for role in OPENED_HERE],
    )

    def act(self, data: dict[str, Any]) -> int:
        agency = data["agency"]
        return create_user(
            username=data["username"],
            password=data["password1"],
            role=Role(data["role"]),
            agency_uscc=agency.uscc if agency else None,
            staff_number=data["staff_number"],
            post=data["post"],
            unit=data["unit"],
            must_change_password=True,
        )


KEY_HELP = gettext_lazy("公钥文件的内容（JWK 或 JWKS，P-256 或 SM2）。不要交来私钥。")


class NewApiClient(ServiceForm):
    """An agency's system to register."""

    keys = forms.JSONField(label=gettext_lazy("公钥"), help_text=KEY_HELP)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限"),
        choices=[(scope, scope) for scope in sorted(SCOPES)],
        widget=forms.CheckboxSelectMultiple,
    )

    def act(self, data: dict[str, Any]) -> int:
        register_api_client(
            client_id=data["client_id"],
            agency_uscc=data["agency"].uscc,
            keys=data["keys"],
            scopes=data["scopes"],
            at=timezone.now(),
        )
        return ApiClient.objects.get(client_id=data["client_id"]).pk


class NewApiClientKey(ServiceForm):
    """Another key of a system."""

    keys = forms.JSONField(label=gettext_lazy("公钥"), help_text=KEY_HELP)
    from_at = forms.SplitDateTimeField(
        label=gettext_lazy("启用时间"), required=False, help_text=gettext_lazy("不填就是现在。")
    )

    def act(self, data: dict[str, Any]) -> int:
        client: ApiClient = data["client"]
        (kid, *_) = add_client_key(
            client_id=client.client_id,
            keys=data["keys"],
            at=timezone.now(),
            from_at=data["from_at"],
            to_at=data["to_at"],
        )
        return ApiClientKey.objects.get(client=client, kid=kid).pk


class EndedApiClientKey(ServiceForm):
    """A key whose last moment is set."""

    to_at = forms.SplitDateTimeField(
        label=gettext_lazy("停用时间"), required=False, help_text=gettext_lazy("不填就是现在。")
    )

    def act(self, data: dict[str, Any]) -> int:
        key: ApiClientKey = self.instance
        retire_client_key(client_id=key.client.client_id, kid=key.kid, at=timezone.now(), to_at=data["to_at"])
        return key.pk


class NewMembership(ServiceForm):
    """A membership to record."""

    def act(self, data: dict[str, Any]) -> int:
        return record_membership(
            person_id=data["person"].pk,
            firm_id=data["firm"].pk,
            capacity=data["capacity"],
            from_date=data["from_date"],
            to_date=data["to_date"],
            recorded_by=self.actor_id,
            at=timezone.now(),
        )


class ConfirmedMembership(ServiceForm):
    """A membership that a second administrator agrees to, as it is shown."""

    seen = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("复核同意"), help_text=gettext_lazy("已核对以上内容和证明材料。登记人本人不能复核。")
    )

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.initial["seen"] = membership_content(self.instance)

    def act(self, data: dict[str, Any]) -> int:
        confirm_membership(
            membership_id=self.instance.pk, confirmed_by=self.actor_id, seen=data["seen"], at=timezone.now()
        )
        return int(self.instance.pk)


class EndedMembership(ServiceForm):
    """A membership whose last day is set."""

    to_date = forms.DateField(label=gettext_lazy("最后一天"))

    def act(self, data: dict[str, Any]) -> int:
        end_membership(membership_id=self.instance.pk, to_date=data["to_date"])
        return int(self.instance.pk)
