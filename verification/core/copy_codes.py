"""What checks 4 and 5 say of a purpose copy 加注件: codes of its own, for its end is not the licence's end."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from verification.core.verdict import Check

# Stands with every answer about a copy: who it is for cannot be told from the copy, so it has to be read.
ONLY_FOR: Final = "copy.only_for"

_OF_COPY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "validity.credential_expired": "copy.expired",
        "validity.in_force": "copy.in_force",
        "status.revoked": "copy.revoked",
        "status.suspended": "copy.suspended",
        "status.valid": "copy.valid",
    }
)


def spoken_of_copy(check: Check) -> Check:
    """This will give the check in a copy's words: its status stands for the copy and for the licence that it was made of."""
    return replace(check, code=_OF_COPY.get(check.code, check.code))
