"""The address map of a node."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.pages.home import home
from config.api_docs import api_docs
from config.api_schema import api_schema
from config.favicon import favicon

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("certificates.urls")),
    path("", include("verification.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/schema", api_schema, name="schema"),
    path("api/docs", api_docs, name="api_docs"),
    path("favicon.ico", favicon),
]

handler500 = "config.error_answers.server_error"
handler404 = "config.error_answers.not_found"
handler403 = "config.error_answers.forbidden"
handler400 = "config.error_answers.bad_request"
