"""Addresses by which agencies' systems get their tokens; everything else of the accounts app only says who is calling."""

from django.urls import URLPattern, path

from accounts.api.token import TOKEN_PATH, Token, server_metadata

urlpatterns: list[URLPattern] = [
    path(TOKEN_PATH.lstrip("/"), Token.as_view(), name="token"),
    path(".well-known/oauth-authorization-server", server_metadata, name="server_metadata"),
]
