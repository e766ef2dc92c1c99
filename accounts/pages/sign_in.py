"""Signing in and out with name and password; failed attempts are counted and locked by axes."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache


class SignInForm(AuthenticationForm):
    """This will take a user name and a password."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=150,
        error_messages={"required": gettext_lazy("请填写用户名。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        strip=False,
        error_messages={"required": gettext_lazy("请填写密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    # one sentence for a wrong name, a wrong password and a closed account: it must not tell which names exist
    error_messages: dict[str, Any] = {
        "invalid_login": gettext_lazy("用户名或密码不正确。"),
        "inactive": gettext_lazy("用户名或密码不正确。"),
    }


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):
    """This will show the sign-in page, and send whoever is already signed in home."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """This will end the session (POST only) and go home."""
