"""What somebody at a counter asks: what was presented, what for, and which fields at which grain."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from accounts.core.caller import Operator
from certificates.core.canonical import canonical_json
from certificates.core.grains import Grain
from certificates.core.sd_jwt_format import FIELD_NAME, MAX_SD_JWT_CHARS
from verification.core.errors import PolicyError
from verification.core.moment import moment_text

MAX_FIELDS: Final = 64  # a type has 40, and facts
MAX_TEXT_CHARS: Final = 1000  # what a purpose may be at most before its own rules shorten it further
_CODE: Final = re.compile(r"[0-9A-Za-z._:-]{1,64}", re.ASCII)
_MAX_CASE_CHARS: Final = 64  # as long as a case number may be
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")  # half a character, which has no bytes to hash or store


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRequest:
    """This will hold one request; `presentation` is the scanned or pasted text, empty where a document comes instead.

    A key of `fields` is the name of a field, or of a fact with grain `fact`. `as_of` (whole seconds) asks how things stood at that
    moment instead of now.
    """

    presentation: str = field(repr=False)
    matter_code: str
    case_number: str = field(repr=False)
    purpose: str = field(repr=False)
    fields: Mapping[str, Grain]
    as_of: datetime | None = None

    def digest(self, *, more: bytes = b"", operator: Operator | None = None) -> bytes:
        """This will give SHA-256 of the request in canonical JSON, with the operator where one is stated at each call.

        `more` is the digest of a document beside it.
        """
        members = self._members()
        if operator is not None:
            members["operator"] = {"name": operator.name, "post": operator.post, "unit": operator.unit}
        return sha256(canonical_json(members) + more).digest()

    def _members(self) -> dict[str, object]:
        members: dict[str, object] = {
            "presentation": self.presentation,
            "matter_code": self.matter_code,
            "case_number": self.case_number,
            "purpose": self.purpose,
            "fields": {name: grain.value for name, grain in self.fields.items()},
        }
        return members if self.as_of is None else members | {"as_of": moment_text(self.as_of)}


def require_form(request: VerificationRequest) -> None:
    """This will return for a request within its bounds; raises PolicyError `request.form` naming no value."""
    texts_hold = (
        len(request.presentation) <= MAX_SD_JWT_CHARS
        and _CODE.fullmatch(request.matter_code) is not None
        and 0 < len(request.case_number) <= _MAX_CASE_CHARS
        and request.case_number.isprintable()
        and 0 < len(request.purpose) <= MAX_TEXT_CHARS
        and _SURROGATE.search(request.presentation + request.purpose) is None
    )
    if request.as_of is not None and (request.as_of.tzinfo is None or request.as_of.microsecond):
        raise PolicyError("request.form", "the past moment has no time zone, or parts of a second")
    if not texts_hold or len(request.fields) > MAX_FIELDS:
        raise PolicyError("request.form", "a member of the request is empty, too long or of another form")
    if not all(FIELD_NAME.fullmatch(name) for name in request.fields):
        raise PolicyError("request.form", "a wanted field has a name that no field has")
