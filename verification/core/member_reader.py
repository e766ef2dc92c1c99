"""Reading the members of a signed JSON object strictly: right type, bounded, or the caller's own named refusal."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError
from verification.core.errors import VerificationError

# 9999-12-31T23:59:59Z: beyond it a datetime cannot hold the moment, and nobody means it.
_LAST_SECOND: Final = 253_402_300_799
_MAX_TEXT: Final = 256  # names, codes and addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReader:
    """This will read the members of one object, each at its type and bounds; `refuse` builds the error to raise."""

    members: Mapping[str, Any]
    refuse: Callable[[], VerificationError]

    def text(self, name: str, *, pattern: re.Pattern[str] | None = None, max_length: int = _MAX_TEXT) -> str:
        """This will give a string that is not empty, not too long, printable, and matches the whole pattern."""
        value = self.members.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= max_length or not value.isprintable():
            raise self.refuse()
        if pattern is not None and pattern.fullmatch(value) is None:
            raise self.refuse()
        return value

    def whole(self, name: str) -> int:
        """This will give a whole number from 0 to 253402300799; booleans are no numbers."""
        value = self.members.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LAST_SECOND:
            raise self.refuse()
        return value

    def moment(self, name: str) -> datetime:
        """This will give the moment of a NumericDate (RFC 7519 section 2) of whole seconds."""
        return datetime.fromtimestamp(self.whole(name), tz=UTC)

    def optional_moment(self, name: str) -> datetime | None:
        """This will give the moment, or None where the member is absent or null."""
        return None if self.members.get(name) is None else self.moment(name)

    def items(self, name: str, *, most: int) -> tuple[Any, ...]:
        """This will give the items of an array of at most `most`."""
        value = self.members.get(name)
        if not isinstance(value, list) or len(value) > most:
            raise self.refuse()
        return tuple(value)

    def texts(
        self, name: str, *, most: int, pattern: re.Pattern[str] | None = None, max_length: int
    ) -> tuple[str, ...]:
        """This will give an array of strings, each read like `text`, none twice."""
        found = tuple(
            MemberReader(members={"item": item}, refuse=self.refuse).text(
                "item", pattern=pattern, max_length=max_length
            )
            for item in self.items(name, most=most)
        )
        if len(set(found)) != len(found):
            raise self.refuse()
        return found

    def objects(self, name: str, *, most: int) -> tuple["MemberReader", ...]:
        """This will give readers for the objects of an array of at most `most`."""
        return tuple(self.over(item) for item in self.items(name, most=most))

    def der(self, text: str) -> bytes:
        """This will decode ordinary padded base64 (RFC 4648 section 4) in its only correct form."""
        try:
            data = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise self.refuse() from error
        if not data or base64.b64encode(data).decode("ascii") != text:
            raise self.refuse()
        return data

    def over(self, value: object) -> "MemberReader":
        """This will give a reader for another object of the same statement."""
        if not isinstance(value, dict):
            raise self.refuse()
        return MemberReader(members=value, refuse=self.refuse)


def read_object(data: bytes, *, max_bytes: int, refuse: Callable[[], VerificationError]) -> MemberReader:
    """This will parse strict JSON that is an object, or raise the caller's refusal."""
    try:
        value = strict_json_loads(data, max_bytes=max_bytes, floats=False)
    except CanonicalError as error:
        raise refuse() from error
    return MemberReader(members={}, refuse=refuse).over(value)
