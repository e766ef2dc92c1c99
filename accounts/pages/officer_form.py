"""The form by which an agency's administrator opens an account; saving it is a service, asked last."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.core.caller import Caller
from accounts.core.errors import RecordError
from accounts.core.permissions import Role
from accounts.pages.password import PASSWORD_HINT, password_field
from accounts.pages.wording import sentence_for
from accounts.services.add_officer import add_officer

ROLE_WORDS: Mapping[Role, Promise] = MappingProxyType(
    {
        Role.ISSUING_OFFICER: gettext_lazy("签发人员"),
        Role.COUNTER_OFFICER: gettext_lazy("窗口人员"),
        Role.AGENCY_ADMIN: gettext_lazy("机构管理员"),
    }
)
_FIELD_OF: Final = {"user.exists": "username", "user.password": "password", "user.role": "role"}
_PLAIN: Final = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class OfficerForm(forms.Form):
    """This will take an account's name, role, place and first password, and open the account when all of it is good."""

    username = forms.RegexField(
        label=gettext_lazy("用户名"),
        regex=r"^[\w.@+-]+\Z",
        max_length=150,
        help_text=gettext_lazy("登录时使用，在本节点不能重复。"),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("岗位类别"),
        help_text=gettext_lazy("机构管理员的账号不在这里开立，由运行节点的人员在服务器上开立。"),
    )
    staff_number = forms.RegexField(
        label=gettext_lazy("工号"),
        regex=r"^[0-9A-Z-]+\Z",
        max_length=32,
        help_text=gettext_lazy("持证人在“谁看过”里看到的是工号、岗位和部门。"),
        widget=forms.TextInput(attrs={**_PLAIN, "autocapitalize": "characters", "class": "code"}),
    )
    post = forms.CharField(label=gettext_lazy("岗位"), max_length=60, widget=forms.TextInput(attrs=_PLAIN))
    unit = forms.CharField(label=gettext_lazy("部门"), max_length=60, widget=forms.TextInput(attrs=_PLAIN))
    password = password_field(gettext_lazy("初始密码"), hint=PASSWORD_HINT)
    password_again = password_field(gettext_lazy("再填一次初始密码"))

    def __init__(self, *args: Any, caller: Caller, roles: Sequence[Role], **kwargs: Any) -> None:
        """This will offer the roles that the agency has."""
        super().__init__(*args, **kwargs)
        self.caller = caller
        self.fields["role"].choices = [(role.value, ROLE_WORDS[role]) for role in roles]  # type: ignore[attr-defined]  # a ChoiceField
        for shown in self.fields.values():
            shown.error_messages.update(required=_("请填写这一项。"), invalid=_("格式不正确。"))
        self.fields["staff_number"].error_messages["invalid"] = _("工号只用数字、大写字母和连字符。")

    def clean(self) -> dict[str, Any]:
        """This will compare the two passwords and then open the account; a refusal appears at its field."""
        cleaned = super().clean() or self.cleaned_data
        if "password_again" in cleaned and cleaned.get("password") != cleaned["password_again"]:
            self.add_error("password_again", _("两次填写的密码不同。"))
        if not self.errors:
            self._open(cleaned)
        return cleaned

    def _open(self, cleaned: Mapping[str, Any]) -> None:
        try:
            add_officer(
                caller=self.caller,
                role=Role(cleaned["role"]),
                **{name: cleaned[name] for name in ("username", "password", "staff_number", "post", "unit")},
            )
        except RecordError as refused:
            self.add_error(_FIELD_OF.get(refused.code), sentence_for(refused.code))
