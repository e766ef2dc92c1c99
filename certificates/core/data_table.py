"""Reading a data file's table strictly: each key once, of the right type, and none that nobody asked for.

A key that is mistyped must not pass for a key that is absent: `sensitvity` would leave a field without a grade.
"""

from collections.abc import Mapping
from typing import TypeVar, cast

from certificates.core.errors import LicenceTypeError

T = TypeVar("T")


class Table:
    """This will hand out the members of one table and, at `finish`, refuse those that nobody took."""

    def __init__(self, data: object) -> None:
        if not isinstance(data, Mapping):
            raise LicenceTypeError("licence_type.key.type", "a table is expected")
        self._rest: dict[object, object] = dict(data)

    def has(self, key: str) -> bool:
        """This will tell whether a key is there and not yet taken."""
        return key in self._rest

    def text(self, key: str, default: str | None = None) -> str:
        """This will take a non-empty text without blanks at its ends."""
        value = self._take(key, str, default)
        if value != value.strip() or (not value and default is None):
            raise LicenceTypeError("licence_type.key.type", f"{key}: text without blanks at its ends is expected")
        return value

    def integer(self, key: str, default: int | None = None, *, least: int = 0, most: int = 1000) -> int:
        """This will take a whole number within its bounds."""
        value = self._take(key, int, default)
        if isinstance(value, bool) or not least <= value <= most:
            raise LicenceTypeError("licence_type.key.type", f"{key}: a number from {least} to {most} is expected")
        return value

    def optional_integer(self, key: str, *, least: int, most: int) -> int | None:
        """This will take a whole number, or None where the key is absent."""
        return self.integer(key, least=least, most=most) if self.has(key) else None

    def flag(self, key: str, default: bool | None = None) -> bool:
        """This will take true or false."""
        return self._take(key, bool, default)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """This will take a list of texts, none of them twice."""
        items = self._list(key, default)
        if not all(isinstance(item, str) and item for item in items) or len(set(items)) != len(items):
            raise LicenceTypeError("licence_type.key.type", f"{key}: a list of different texts is expected")
        return cast("tuple[str, ...]", items)

    def table(self, key: str) -> "Table":
        """This will take a table of its own."""
        return Table(self._take(key, dict, None))

    def tables(self, key: str, default: tuple[()] | None = None) -> tuple["Table", ...]:
        """This will take a list of tables."""
        return tuple(Table(item) for item in self._list(key, default))

    def finish(self) -> None:
        """This will raise LicenceTypeError `licence_type.key.unknown` if a key is left."""
        if self._rest:
            raise LicenceTypeError("licence_type.key.unknown", "the table has a key that means nothing")

    def _list(self, key: str, default: tuple[object, ...] | None) -> tuple[object, ...]:
        return tuple(self._take(key, list, None if default is None else list(default)))

    def _take(self, key: str, kind: type[T], default: T | None) -> T:
        if key not in self._rest:
            if default is None:
                raise LicenceTypeError("licence_type.key.missing", f"the key {key} is missing")
            return default
        value = self._rest.pop(key)
        if not isinstance(value, kind):
            raise LicenceTypeError("licence_type.key.type", f"{key}: another type of value is expected")
        return value
