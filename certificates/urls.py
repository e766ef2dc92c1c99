"""Every address of the certificates app: pages for people, the API for systems."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("certificates.pages.urls")),
    path("", include("certificates.api.urls")),
]
