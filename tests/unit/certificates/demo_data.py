"""The shipped data files, read once for the tests of this directory."""

import copy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from certificates.core.licence_types import LicenceTypeDefinition, parse_licence_type

DEMO = Path(__file__).parents[3] / "demo"
AT = date(2026, 11, 20)

_TYPES = {
    data["code"]: data
    for data in (tomllib.loads(path.read_text("utf-8")) for path in sorted((DEMO / "licence_types").glob("*.toml")))
}
PEOPLE: dict[str, Any] = tomllib.loads((DEMO / "people.toml").read_text("utf-8"))
GALLERY: dict[str, Any] = tomllib.loads((DEMO / "gallery" / "samples.toml").read_text("utf-8"))
LICENCES: tuple[dict[str, Any], ...] = (*PEOPLE["licences"], *GALLERY["samples"])
POLICIES: dict[str, Any] = tomllib.loads((DEMO / "policies.toml").read_text("utf-8"))
PROVINCES: dict[str, Any] = tomllib.loads((DEMO / "provinces.toml").read_text("utf-8"))

CONSTRUCTOR = "11100000000013338W001"
REAL_ESTATE = "11100000MB03271699001"
FOOD = "11100000MB0000000P001"
TYPE_CODES = tuple(_TYPES)


def type_data(code: str) -> dict[str, Any]:
    """A copy of a type's data that a test may spoil."""
    return copy.deepcopy(_TYPES[code])


def definition(code: str) -> LicenceTypeDefinition:
    return parse_licence_type(type_data(code))


def licence(code: str) -> dict[str, Any]:
    """The first sample licence of a type, as a copy."""
    return copy.deepcopy(next(sample for sample in PEOPLE["licences"] if sample["type"] == code))
