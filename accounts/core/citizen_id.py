"""Citizen IDs by GB 11643-1999: exact, upper case, no blanks, no repair, no echo of the value."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from accounts.core.errors import IdentityCodeError
from accounts.core.regions import REGIONS

_ID_WEIGHTS: Final = tuple(pow(2, 17 - i, 11) for i in range(17))
_ID_CHECK: Final = "10X98765432"
_ID_LENGTH: Final = 18

# 83 is the prefix of residence permits of people from Taiwan (71 is the province of the house registers).
_ID_PROVINCES: Final = frozenset(code[:2] for code in REGIONS) | {"83"}


class Sex(StrEnum):
    """This will say what the sequence number of a citizen ID tells: odd for male, even for female."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenId:
    """This will hold what a valid citizen ID says of its owner; nothing of it appears in a repr."""

    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    province: str = field(repr=False)


def check_citizen_id(code: str) -> CitizenId:
    """This will check an 18-character citizen ID by GB 11643-1999 and return what it says.

    Only the two-digit province is compared: county codes are given for life, so retired and merged ones stay good.
    Raises IdentityCodeError `identity.citizen_id.length|format|region|birth_date|check_digit`.
    """
    if len(code) != _ID_LENGTH:
        raise IdentityCodeError("identity.citizen_id.length", "a citizen ID has 18 characters")
    if re.fullmatch(r"[0-9]{17}[0-9X]", code) is None:
        raise IdentityCodeError("identity.citizen_id.format", "a citizen ID is 17 digits and a digit or capital X")
    if code[:2] not in _ID_PROVINCES:
        raise IdentityCodeError("identity.citizen_id.region", "the citizen ID names no province")
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        # "from None": the chained message would print parts of the birth date.
        raise IdentityCodeError("identity.citizen_id.birth_date", "the citizen ID names no calendar day") from None
    total = sum(int(digit) * weight for digit, weight in zip(code[:17], _ID_WEIGHTS, strict=True))
    if _ID_CHECK[total % 11] != code[17]:
        raise IdentityCodeError("identity.citizen_id.check_digit", "the citizen ID's check character is wrong")
    return CitizenId(birth_date=born, sex=Sex.MALE if int(code[16]) % 2 else Sex.FEMALE, province=f"{code[:2]}0000")
