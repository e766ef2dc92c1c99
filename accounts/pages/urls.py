"""Addresses of the sign-in pages."""

from django.urls import URLPattern, path

from accounts.pages.sign_in import SignIn, SignOut

urlpatterns: list[URLPattern] = [
    path("sign-in", SignIn.as_view(), name="sign_in"),
    path("sign-out", SignOut.as_view(), name="sign_out"),
]
