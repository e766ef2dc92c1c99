"""The Idempotency-Key header: a client's own name for one request, so that a repeat has no second effect."""

import re

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

_KEY = re.compile(r"[A-Za-z0-9_-]{8,80}", re.ASCII)


def idempotency_key(request: Request) -> str:
    """This will give the header's value; raises ParseError `idempotency.missing` unless it is 8 to 80 base64url characters."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise ParseError("the Idempotency-Key header must hold 8 to 80 of A-Z a-z 0-9 _ -", code="idempotency.missing")
    return key
