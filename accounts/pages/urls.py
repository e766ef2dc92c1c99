"""Addresses of signing in, of the own password, and of an agency's people."""

from django.urls import URLPattern, path

from accounts.pages import officers
from accounts.pages.password import ChangePassword
from accounts.pages.sign_in import SignIn, SignOut

urlpatterns: list[URLPattern] = [
    path("sign-in", SignIn.as_view(), name="sign_in"),
    path("sign-out", SignOut.as_view(), name="sign_out"),
    path("password", ChangePassword.as_view(), name="password"),
    path("agency/officers", officers.officers, name="officers"),
    path("agency/officers/add", officers.add, name="officer_add"),
    path("agency/officers/<int:user_id>/active", officers.change_active, name="officer_active"),
]
