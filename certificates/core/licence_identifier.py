"""The licence identifier 证照标识 of GB/T 36904-2018, with its ISO/IEC 7064 MOD 37,36 check character."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from accounts.core.errors import IdentityCodeError
from accounts.core.identity_codes import check_uscc
from certificates.core.errors import IdentifierError

ROOT: Final = "1.2.156.3005.2"
FIRST_VERSION: Final = 1
LAST_VERSION: Final = 999
MAX_SERIAL: Final = 64  # the longest printed ones have 32

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TYPE_CODE: Final = re.compile(r"[0-9A-Z]{18}[0-9]{3}", re.ASCII)
_AGENCY: Final = re.compile(r"[0-9A-Z]{18}|[0-9]{6}", re.ASCII)
_SERIAL: Final = re.compile(rf"[0-9A-Z]{{1,{MAX_SERIAL}}}", re.ASCII)
_VERSION: Final = re.compile(r"[0-9]{3}", re.ASCII)
_PARTS: Final = 5


class IdentifierFault(StrEnum):
    """This will name what is wrong with an identifier that another region printed: recorded, never repaired."""

    CHECK_CHARACTER = "identifier.check_character"
    SHORT_ISSUER = "identifier.short_issuer"
    ISSUER_CODE = "identifier.issuer_code"
    AUTHORITY_CODE = "identifier.authority_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceIdentifier:
    """This will name one version of one licence; `str()` gives the dotted form with root and check character.

    `type_code` is the defining authority's USCC and three digits, `agency_uscc` the issuer's USCC, `version` 1 to 999.
    `printed_check` is set only on an identifier read from elsewhere: `str()` then prints it as it was, right or wrong.
    Made here (without it), an identifier with any fault raises IdentifierError with the fault's code.
    """

    type_code: str
    agency_uscc: str
    serial: str
    version: int
    printed_check: str = ""

    def __post_init__(self) -> None:
        if _TYPE_CODE.fullmatch(self.type_code) is None:
            raise IdentifierError("identifier.type_code", "a type code is a USCC and three digits")
        if _AGENCY.fullmatch(self.agency_uscc) is None:
            raise IdentifierError("identifier.issuer_code", "the issuer is named by its USCC")
        if _SERIAL.fullmatch(self.serial) is None:
            raise IdentifierError("identifier.serial", "a serial is 1 to 64 digits and capital letters")
        if not FIRST_VERSION <= self.version <= LAST_VERSION:
            raise IdentifierError("identifier.version", "a version is 001 to 999")
        if not self.printed_check:
            self.require_faultless()

    @property
    def body(self) -> str:
        """This will give what the check character covers: the four parts joined, no root and no dots."""
        return f"{self.type_code}{self.agency_uscc}{self.serial}{self.version:03d}"

    @property
    def faults(self) -> tuple[IdentifierFault, ...]:
        """This will list what is wrong with the identifier as it was printed; empty for a good one."""
        found = []
        if self.printed_check and self.printed_check != check_character(self.body):
            found.append(IdentifierFault.CHECK_CHARACTER)
        if not _is_uscc(self.type_code[:18]):
            found.append(IdentifierFault.AUTHORITY_CODE)
        if len(self.agency_uscc) == 6:  # noqa: PLR2004 - a division code where one city put it instead of its USCC
            found.append(IdentifierFault.SHORT_ISSUER)
        elif not _is_uscc(self.agency_uscc):
            found.append(IdentifierFault.ISSUER_CODE)
        return tuple(found)

    def require_faultless(self) -> None:
        """This will raise IdentifierError with the code of the first fault, if there is one."""
        for fault in self.faults:
            raise IdentifierError(fault.value, "the identifier is not good enough to be issued or accepted")

    def next_version(self) -> "LicenceIdentifier":
        """This will name the next version of the same licence. Raises IdentifierError after 999."""
        return LicenceIdentifier(
            type_code=self.type_code, agency_uscc=self.agency_uscc, serial=self.serial, version=self.version + 1
        )

    def __str__(self) -> str:
        check = self.printed_check or check_character(self.body)
        return f"{ROOT}.{self.type_code}.{self.agency_uscc}.{self.serial}.{self.version:03d}.{check}"


def parse_identifier(text: str, *, strict: bool = True) -> LicenceIdentifier:
    """This will read a dotted identifier; `str()` of the answer is the text itself.

    Strict refuses every fault. Not strict is for import from another region: a bad check character, a six-digit
    issuer or a USCC that does not check are listed in `faults`, for the record of data quality, and nothing is repaired.
    Raises IdentifierError `identifier.root|format|type_code|issuer_code|serial|version` and, if strict, fault codes.
    """
    if not text.startswith(f"{ROOT}."):
        raise IdentifierError("identifier.root", "an identifier begins with the root of GB/T 36904")
    parts = text[len(ROOT) + 1 :].split(".")
    if len(parts) != _PARTS or len(parts[4]) != 1 or parts[4] not in _ALPHABET:
        raise IdentifierError("identifier.format", "an identifier has four parts and a check character after its root")
    if _VERSION.fullmatch(parts[3]) is None:
        raise IdentifierError("identifier.version", "a version is 001 to 999")
    identifier = LicenceIdentifier(
        type_code=parts[0], agency_uscc=parts[1], serial=parts[2], version=int(parts[3]), printed_check=parts[4]
    )
    if strict:
        identifier.require_faultless()
    return identifier


def check_character(body: str) -> str:
    """This will compute the ISO/IEC 7064 MOD 37,36 character of a text of digits and capital letters.

    Raises IdentifierError `identifier.format` for any other character.
    """
    product = 36
    for char in body:
        value = _ALPHABET.find(char)
        if value < 0:
            raise IdentifierError("identifier.format", "only digits and capital letters are covered by the check")
        product = ((product + value) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def _is_uscc(code: str) -> bool:
    try:
        check_uscc(code)
    except IdentityCodeError:
        return False
    return True
