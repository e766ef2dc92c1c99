"""Signing in and out with name and password; failed attempts are counted and locked by axes, from one address.

From wherever they come, tries of one name are held to a rate: slow enough for guessing to lead nowhere, and over in ten minutes.
"""

import unicodedata
from http import HTTPStatus
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.core.errors import RateLimited
from accounts.services.count_call import Rate, count_call


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

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """This will try a password, or answer 429 with Retry-After where the name was tried too often."""
        name = request.POST.get("username", "").strip()
        # What axes refuses is not counted: or else one closed address could use up everybody's tries of that name.
        if name and AxesProxyHandler.is_allowed(request, {"username": name}):
            try:
                count_call(rate=Rate.SIGN_IN_NAME, who=_folded(name), at=timezone.now())
            except RateLimited as refused:
                answer = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
                answer["Retry-After"] = str(refused.retry_after)
                return answer
        return super().post(request, *args, **kwargs)


def _folded(name: str) -> str:
    """One spelling of all that the look-up of a name could take for one, and of some more."""
    return unicodedata.normalize("NFKC", name).casefold()


class SignOut(LogoutView):
    """This will end the session (POST only) and go home."""
