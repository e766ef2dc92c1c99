"""The page where anybody signed in chooses another password; whoever was given one must come here first."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.core.errors import RecordError
from accounts.pages.wording import sentence_for
from accounts.services.change_password import change_password


def password_field(label: Any, *, autocomplete: str = "new-password", hint: Any = "") -> forms.CharField:
    """This will make the input of a password."""
    return forms.CharField(
        label=label,
        strip=False,
        help_text=hint,
        error_messages={"required": gettext_lazy("请填写密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


PASSWORD_HINT = gettext_lazy("至少 12 个字符，不能是常见的密码。")


class PasswordForm(PasswordChangeForm):
    """This will take the present password and the new one twice; a wrong present one counts as a failed sign-in."""

    old_password = password_field(gettext_lazy("现在的密码"), autocomplete="current-password")
    new_password1 = password_field(gettext_lazy("新密码"), hint=PASSWORD_HINT)
    new_password2 = password_field(gettext_lazy("再填一次新密码"))
    error_messages = {
        "password_incorrect": gettext_lazy("现在的密码不正确。"),
        "password_mismatch": gettext_lazy("两次填写的新密码不同。"),
    }

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        """This will keep the request, for the count of failed attempts."""
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """This will check the present password where failures are counted, so that an open session cannot be used to guess it."""
        given = str(self.cleaned_data["old_password"])
        if authenticate(self.request, username=self.user.get_username(), password=given) is None:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return given

    def validate_password_for_user(self, *args: Any, **kwargs: Any) -> None:
        """This will leave the node's rules to the service, which is asked last."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own forms extend it in the same way
        if self.errors:
            return
        try:
            change_password(user=self.user, new_password=self.cleaned_data["new_password1"])
        except RecordError as refused:
            self.add_error("new_password1", sentence_for(refused.code))

    def save(self, commit: bool = True) -> Any:
        """This will give the user, whose password the service has set."""
        return self.user


@method_decorator(never_cache, name="dispatch")
class ChangePassword(PasswordChangeView):
    """This will show the form, change the password, end the account's other sessions, and go home."""

    template_name = "accounts/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("home")

    def get_form_kwargs(self) -> dict[str, Any]:
        """This will hand the form the request as well."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        """This will say that it is done."""
        messages.success(self.request, _("密码已改。其他地方的登录已经退出。"))
        return super().form_valid(form)
