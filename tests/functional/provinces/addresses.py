"""Every address of a node, read from its address map, so that no new one escapes the tests."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver

from config.urls import urlpatterns

MACHINE_ROOTS = ("api/", "oauth/", ".well-known/", "recognition/", "log/", "crl/", "status-lists", "healthz", "readyz")
PAGES_FOR_PEOPLE = ("api/docs",)


def machine_addresses() -> tuple[str, ...]:
    """The routes that machines call, as patterns: `api/v1/certificates/<uuid:certificate_id>`."""
    found = sorted(set(_routes(urlpatterns, "")))
    return tuple(route for route in found if route.startswith(MACHINE_ROOTS) and route not in PAGES_FOR_PEOPLE)


def _routes(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
