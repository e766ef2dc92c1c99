"""What an agency hands in to have a licence issued, and what it is told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from certificates.core.canonical import canonical_json
from certificates.core.errors import IssueError
from certificates.core.licence_types import FieldValues
from certificates.core.photos import photo_value

_IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRequest:
    """This will hold one licence to issue; `values` stay out of the text form, `valid_until` None is long-term 长期.

    `photo` is the picture as handed in (JPEG or PNG), for a type that has one; its field is filled in by the node.
    """

    type_code: str
    values: FieldValues = field(repr=False)
    valid_from: date
    valid_until: date | None = None
    photo: bytes | None = field(default=None, repr=False)

    def canonical(self, *, replaces: UUID | None) -> bytes:
        """This will give the bytes by which a repeat is told from another request; raises CanonicalError."""
        photo = {"photo": photo_value(self.photo)} if self.photo is not None else {}
        return canonical_json(
            {
                **photo,
                "type_code": self.type_code,
                "values": plain_values(self.values),
                "valid_from": self.valid_from.isoformat(),
                "valid_until": self.valid_until.isoformat() if self.valid_until else None,
                "replaces": str(replaces) if replaces else None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueAnswer:
    """This will hold the answer to an accepted request; a repeat of the request gets an equal one."""

    id: UUID
    identifier: str
    version: int
    state: str = "accepted"

    @property
    def location(self) -> str:
        """This will name the place to ask how far the issue is."""
        return f"/api/v1/certificates/{self.id}"


def plain_values(values: FieldValues) -> Mapping[str, Any]:
    """This will give the values as JSON has them: texts and lists of texts."""
    return {name: value if isinstance(value, str) else list(value) for name, value in values.items()}


def require_idempotency_key(key: str) -> str:
    """This will give the key back if it is 1 to 80 visible ASCII characters; raises IssueError `idempotency.malformed`."""
    if _IDEMPOTENCY_KEY.fullmatch(key) is None:
        raise IssueError("idempotency.malformed", "an Idempotency-Key is 1 to 80 visible ASCII characters")
    return key
