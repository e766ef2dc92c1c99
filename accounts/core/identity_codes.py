"""The codes a licence holder may be named by: GB/T 36903-2018 Appendix A, and the one door to every code check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounts.core.citizen_id import CitizenId, Sex, check_citizen_id
from accounts.core.errors import IdentityCodeError
from accounts.core.organisation_codes import Uscc, check_organisation_code, check_uscc

__all__ = [
    "HOLDER_CODE_TYPES",
    "CitizenId",
    "HolderClass",
    "HolderCodeType",
    "Sex",
    "Uscc",
    "check_citizen_id",
    "check_holder_code",
    "check_organisation_code",
    "check_uscc",
    "holder_code_type",
]


class HolderClass(StrEnum):
    """This will group the code types by who carries them, as Appendix A does."""

    ORGANISATION = "organisation"
    CITIZEN = "citizen"
    MILITARY = "military"
    OVERSEAS = "overseas"
    TAIWAN = "taiwan"
    HONG_KONG_MACAO = "hong_kong_macao"
    OTHER_PERSON = "other_person"

    @property
    def is_person(self) -> bool:
        """This will tell natural persons from organisations."""
        return self is not HolderClass.ORGANISATION


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCodeType:
    """This will name one three-digit holder code type in both languages."""

    code: str
    name_zh: str
    name_en: str
    holder_class: HolderClass


_O, _M, _F = HolderClass.ORGANISATION, HolderClass.MILITARY, HolderClass.OVERSEAS
_TYPES = (
    ("001", "统一社会信用代码", "Unified social credit code", _O),
    ("099", "其他法人或其他组织有效证件代码", "Other code of an organisation", _O),
    ("111", "公民身份号码", "Citizen identity number", HolderClass.CITIZEN),
    ("114", "中国人民解放军军官证编号", "PLA officer card number", _M),
    ("115", "中国人民武装警察部队警官证编号", "Armed police officer card number", _M),
    ("118", "中国人民解放军士兵证编号", "PLA soldier card number", _M),
    ("119", "中国人民武装警察部队士兵证编号", "Armed police soldier card number", _M),
    ("120", "中国人民解放军文职人员证编号", "PLA civilian card number", _M),
    ("122", "中国人民武装警察部队文职人员证编号", "Armed police civilian card number", _M),
    ("411", "外交护照号", "Diplomatic passport number", _F),
    ("412", "公务护照号", "Service passport number", _F),
    ("413", "公务普通护照号", "Passport for public affairs number", _F),
    ("414", "普通护照号", "Ordinary passport number", _F),
    ("511", "台湾居民来往大陆通行证号码", "Mainland travel permit number (Taiwan)", HolderClass.TAIWAN),
    ("516", "港澳居民来往内地通行证号码", "Mainland travel permit number (HK, Macao)", HolderClass.HONG_KONG_MACAO),
    ("999", "其他自然人有效证件代码", "Other code of a natural person", HolderClass.OTHER_PERSON),
)

HOLDER_CODE_TYPES: Mapping[str, HolderCodeType] = MappingProxyType(
    {c: HolderCodeType(code=c, name_zh=zh, name_en=en, holder_class=kind) for c, zh, en, kind in _TYPES}
)

# Codes with no published check rule: letters, digits and the marks such documents really print (军字第0012345号, (A)).
_OTHER_SHAPE: Final = re.compile(r"[0-9A-Z\u4e00-\u9fff()-]{4,32}")


def holder_code_type(code_type: str) -> HolderCodeType:
    """This will return one code type. Raises IdentityCodeError `identity.holder_code_type.unknown`."""
    found = HOLDER_CODE_TYPES.get(code_type)
    if found is None:
        raise IdentityCodeError("identity.holder_code_type.unknown", "not a holder code type of GB/T 36903 Appendix A")
    return found


def check_holder_code(*, code_type: str, code: str) -> None:
    """This will check a holder's code by the rule of its type. Raises IdentityCodeError, never with the code in it."""
    kind = holder_code_type(code_type)
    if kind.code == "001":
        check_uscc(code)
    elif kind.code == "111":
        check_citizen_id(code)
    elif _OTHER_SHAPE.fullmatch(code) is None:
        raise IdentityCodeError("identity.holder_code.format", "the holder code has a form its type does not have")
