"""Every address of the accounts app: pages for people, the API for systems."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.pages.urls")),
    path("", include("accounts.api.urls")),
]
