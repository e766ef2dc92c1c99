"""Settings for a node behind nginx with TLS: https everywhere, cookies only over it, HSTS."""

from config.settings.base import *  # noqa: F403  # Django's own idiom for a derived settings module
from config.settings.base import NODE

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NODE.behind_tls_proxy else None
