"""What checks about a past moment say: codes of their own, so that no sentence about then can pass for one about now."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from verification.core.verdict import Check, Outcome

# Stands with every verdict about a past moment, whatever became of the licence since: it tells nothing about today.
ONLY_THEN: Final = "verdict.only_then"

_THEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "validity.in_force": "validity.in_force_then",
        "validity.not_yet": "validity.not_yet_then",
        "validity.expired": "validity.expired_then",
        "validity.credential_expired": "validity.credential_expired_then",
        "validity.unreadable": "validity.unreadable",
        "status.valid": "status.valid_then",
        "status.revoked": "status.revoked_then",
        "status.suspended": "status.suspended_then",
        "status.not_issued_then": "status.not_issued_then",
        "status.other_credential": "status.other_credential",
        "status.refused_then": "status.refused_then",
    }
)
_UNKNOWN: Final = "status.unavailable_then"
_STATUS: Final = 5


def spoken_of_then(check: Check) -> Check:
    """This will give the check in the words for a past moment, without an age: what held then does not grow old.

    Whatever else left the status open means one thing here: how it stood then is not known.
    """
    if check.outcome is Outcome.UNDETERMINED and check.number == _STATUS:
        return replace(check, code=_THEN.get(check.code, _UNKNOWN), age_seconds=None)
    return replace(check, code=_THEN.get(check.code, check.code), age_seconds=None)
