"""What nobody may find outside of an answer to somebody who may see it: the values of the fixture persons, however they are written."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from demo.people import Cast
from tests.functional.provinces.steps import ZHOU

# Of a licence that belongs to persons, every field that tells of them; what tells of the office or the type is public.
TELLING = (
    "certificate_number",
    "holder_name",
    "holder_code",
    "birth_date",
    "employer",
    "employer_code",
    "location",
    "unit_number",
    "shares",
    "legal_representative",
    "registered_address",
    "business_address",
)
SHORTEST_TEXT = 6  # bytes: below that a pattern stands by chance in ciphertext (shares such as 60%)
SHORTEST_BASE64 = 8


def personal_values(cast: Cast) -> tuple[str, ...]:
    """Names, identity numbers, addresses, numbers of licences: of citizens, of officers, and of every licence issued."""
    found = {citizen[name] for citizen in cast.people["citizens"] for name in ("name", "citizen_id")}
    found |= {officer["name"] for officer in cast.people["officers"]}
    for values in (*(licence["values"] for licence in cast.people["licences"]), ZHOU):
        found |= set(_telling(values))
    return tuple(sorted(value for value in found if len(value.encode()) >= SHORTEST_TEXT))


def _telling(values: Mapping[str, Any]) -> Iterator[str]:
    for name in TELLING:
        value = values.get(name, [])
        yield from [value] if isinstance(value, str) else value


def spellings(value: str) -> tuple[bytes, ...]:
    """The ways in which a value could stand in a file: as text, escaped, in hex, or in base64 at any offset."""
    text = value.encode()
    found = [text, json.dumps(value)[1:-1].encode(), quote(value).encode(), text.hex().encode()]
    if len(value) > 2:
        found.append(value.encode("utf-16-le"))
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\x00" * offset + text).rstrip(b"=")
            # the first characters mix with what stands before, the last with what stands behind
            middle = whole[(0, 2, 3)[offset] : len(whole) - (1 if (offset + len(text)) % 3 else 0)]
            if len(middle) >= SHORTEST_BASE64:
                found.append(middle)
    return tuple(dict.fromkeys(found))


class Searcher:
    """Finds personal values in bytes, and says which without saying them."""

    def __init__(self, values: Iterable[str]) -> None:
        self._spellings = {value: spellings(value) for value in values}

    def found_in(self, data: bytes) -> list[str]:
        """The values that stand in the data."""
        return [value for value, ways in self._spellings.items() if any(way in data for way in ways)]
