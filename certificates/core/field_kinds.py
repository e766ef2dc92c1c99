"""The closed list of what a licence field can be, and what each kind allows: masks, least sensitivity, length.

Licence types are data; these kinds are the only vocabulary that such data may use, so a new type needs no code.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class FieldKind(StrEnum):
    """This will name the kind of a field: its value rule, its mask and its place in a seal code follow from it.

    HOLDER_NAME and HOLDER_CODE are for types whose holder may be a person or a body.
    Every value travels as text (dates YYYY-MM-DD, integers and decimals as digits); LIST_TEXT as a list of texts.
    PHOTO is "sha256:" and the digest of a picture that is kept beside the values.
    """

    TEXT = "text"
    PERSON_NAME = "person_name"
    HOLDER_NAME = "holder_name"
    ORGANISATION_NAME = "organisation_name"
    CITIZEN_ID = "citizen_id"
    USCC = "uscc"
    HOLDER_CODE = "holder_code"
    HOLDER_CODE_TYPE = "holder_code_type"
    PHONE = "phone"
    ADDRESS = "address"
    BANK_ACCOUNT = "bank_account"
    LICENCE_NUMBER = "licence_number"
    DATE = "date"
    ENUM = "enum"
    REGION = "region"
    INTEGER = "integer"
    DECIMAL = "decimal"
    LIST_TEXT = "list_text"
    PHOTO = "photo"


class Sensitivity(StrEnum):
    """This will grade a field, least first; each field of a type must declare its own."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"

    @property
    def is_personal(self) -> bool:
        """This will tell what the law on personal information protects."""
        return self in {Sensitivity.PERSONAL, Sensitivity.SENSITIVE}


# Kinds with a mask. All others are either open (USCC, names of organisations) or shown whole or not at all.
MASKABLE: frozenset[FieldKind] = frozenset(
    {
        FieldKind.PERSON_NAME,
        FieldKind.HOLDER_NAME,
        FieldKind.CITIZEN_ID,
        FieldKind.HOLDER_CODE,
        FieldKind.PHONE,
        FieldKind.ADDRESS,
        FieldKind.BANK_ACCOUNT,
        FieldKind.LICENCE_NUMBER,
        FieldKind.DATE,
    }
)

# Kinds that name or reach a person by themselves: a type cannot declare them public or internal.
ALWAYS_PERSONAL: frozenset[FieldKind] = frozenset(
    {FieldKind.CITIZEN_ID, FieldKind.HOLDER_CODE, FieldKind.PHONE, FieldKind.BANK_ACCOUNT, FieldKind.PHOTO}
)

# Names that can be a person's: masked in a printed code, whatever sensitivity the type declares.
PERSON_NAMES: frozenset[FieldKind] = frozenset({FieldKind.PERSON_NAME, FieldKind.HOLDER_NAME})

# A printed code is read by anybody, for ever: these stay out of it at every grain.
NEVER_IN_SEAL_CODE: frozenset[FieldKind] = ALWAYS_PERSONAL

# Longest value in characters (code points), of one item where a field has several.
MAX_LENGTH: Mapping[FieldKind, int] = MappingProxyType(
    {
        FieldKind.TEXT: 2000,  # the longest real text, a firm's scope of business, stays below this
        FieldKind.PERSON_NAME: 60,
        FieldKind.HOLDER_NAME: 120,
        FieldKind.ORGANISATION_NAME: 120,
        FieldKind.CITIZEN_ID: 18,
        FieldKind.USCC: 18,
        FieldKind.HOLDER_CODE: 32,
        FieldKind.HOLDER_CODE_TYPE: 3,
        FieldKind.PHONE: 20,
        FieldKind.ADDRESS: 200,
        FieldKind.BANK_ACCOUNT: 30,
        FieldKind.LICENCE_NUMBER: 64,
        FieldKind.DATE: 10,
        FieldKind.ENUM: 64,
        FieldKind.REGION: 6,
        FieldKind.INTEGER: 15,
        FieldKind.DECIMAL: 20,
        FieldKind.LIST_TEXT: 200,
        FieldKind.PHOTO: 50,
    }
)

MAX_ITEMS = 64  # of a list, and holders of one licence
