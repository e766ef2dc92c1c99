"""Codes of organisations: USCC (GB 32100-2015) and the organisation code inside it (GB 11714-1997)."""

import re
from dataclasses import dataclass
from typing import Final

from accounts.core.errors import IdentityCodeError

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_USCC_LENGTH: Final = 18
_USCC_SHAPE: Final = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}", re.ASCII)
_USCC_DEPARTMENTS: Final = "123456789ANY"

_ORGANISATION_SHAPE: Final = re.compile(r"[0-9A-Z]{8}-?[0-9X]", re.ASCII)
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uscc:
    """This will hold the parts of a valid unified social credit code (GB 32100-2015)."""

    department: str
    category: str
    division: str
    organisation_code: str


def check_uscc(code: str) -> Uscc:
    """This will check an 18-character unified social credit code by GB 32100-2015 and return its parts.

    The division is not looked up: 100000 (national registrations) and retired divisions are good. The organisation
    code inside has a check digit of its own (GB 11714) and is checked too.
    Raises IdentityCodeError `identity.uscc.length|format|department|check_digit|organisation_code`.
    """
    if len(code) != _USCC_LENGTH:
        raise IdentityCodeError("identity.uscc.length", "a unified social credit code has 18 characters")
    if _USCC_SHAPE.fullmatch(code) is None:
        raise IdentityCodeError("identity.uscc.format", "a unified social credit code has a character out of place")
    if code[0] not in _USCC_DEPARTMENTS:
        raise IdentityCodeError("identity.uscc.department", "the code names no registering department")
    total = sum(_USCC_ALPHABET.index(char) * weight for char, weight in zip(code[:17], _USCC_WEIGHTS, strict=True))
    if _USCC_ALPHABET[-total % 31] != code[17]:
        raise IdentityCodeError(
            "identity.uscc.check_digit", "the unified social credit code's check character is wrong"
        )
    try:
        check_organisation_code(code[8:17])
    except IdentityCodeError:
        raise IdentityCodeError("identity.uscc.organisation_code", "the organisation code inside is wrong") from None
    return Uscc(department=code[0], category=code[1], division=code[2:8], organisation_code=code[8:17])


def check_organisation_code(code: str) -> None:
    """This will check an organisation code by GB 11714-1997: eight characters, an optional hyphen, one check character.

    Raises IdentityCodeError `identity.org_code.format|check_digit`.
    """
    if _ORGANISATION_SHAPE.fullmatch(code) is None:
        raise IdentityCodeError(
            "identity.org_code.format", "an organisation code has 8 characters and a check character"
        )
    # int(x, 36) gives exactly the standard's values: digits as they are, A = 10 to Z = 35.
    total = sum(int(char, 36) * weight for char, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    if "0X987654321"[total % 11] != code[-1]:
        raise IdentityCodeError("identity.org_code.check_digit", "the organisation code's check character is wrong")
