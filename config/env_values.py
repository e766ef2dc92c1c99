"""Values of environment variables, each within what is allowed; a refusal names the variable and the rule, never the value."""

import math
import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE: Final = frozenset({"true", "on", "yes", "1"})
_FALSE: Final = frozenset({"false", "off", "no", "0", ""})
_WHOLE: Final = re.compile(r"[0-9]{1,9}")  # no sign, and within every database's integers

_env = environ.Env()


def whole(name: str, *, default: int, least: int = 1) -> int:
    """This will give a whole number of at least `least`. Raises ImproperlyConfigured."""
    text = _env.str(name, default=str(default)).strip()
    if not _WHOLE.fullmatch(text) or int(text) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to 999999999")
    return int(text)


def seconds(name: str, *, default: float) -> float:
    """This will give a number of seconds greater than 0, with decimals where stated. Raises ImproperlyConfigured."""
    refusal = ImproperlyConfigured(f"{name} must be a number of seconds, greater than 0")
    try:
        value = float(_env.str(name, default=str(default)))
    except ValueError:
        raise refusal from None  # the cause would show the value
    if not math.isfinite(value) or value <= 0:
        raise refusal
    return value


def one_of(name: str, allowed: Collection[str], *, default: str) -> str:
    """This will give one of the allowed words. Raises ImproperlyConfigured."""
    value = _env.str(name, default=default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(allowed)}")
    return str(value)


def some_of(name: str, allowed: Collection[str]) -> tuple[str, ...]:
    """This will give some of the allowed words, none by default, separated by commas. Raises ImproperlyConfigured."""
    values = tuple(_env.list(name, default=[]))
    if not set(values) <= set(allowed):
        raise ImproperlyConfigured(f"{name} must be empty or name, with commas between, some of: {', '.join(allowed)}")
    return values


def flag(name: str, *, default: bool) -> bool:
    """This will give what is on or off. Raises ImproperlyConfigured: a word not known would silently be off."""
    text = _env.str(name, default=str(default)).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false")
    return text in _TRUE


def address(name: str) -> str:
    """This will give an http(s) address with a host and no credentials, or nothing. Raises ImproperlyConfigured."""
    found = addresses(name)
    if len(found) > 1:
        raise ImproperlyConfigured(f"{name} must be one http or https address")
    return found[0] if found else ""


def addresses(name: str) -> tuple[str, ...]:
    """This will give http(s) addresses, separated by commas, none by default. Raises ImproperlyConfigured."""
    found = tuple(text.strip() for text in _env.list(name, default=[]) if text.strip())
    if not all(_is_address(text) for text in found):
        raise ImproperlyConfigured(f"{name} must be an http or https address")
    return found


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
