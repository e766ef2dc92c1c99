"""Every address of the verification app: pages for people, the API for systems."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "verification"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("verification.pages.urls")),
    path("", include("verification.api.urls")),
]
