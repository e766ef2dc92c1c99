"""An address cut to its county. No table of counties is kept: they are merged and renamed each year, so suffixes decide.

Where the suffixes leave a doubt, less is kept: province and city only, or nothing.
"""

import re
from typing import Final

from accounts.core.regions import REGIONS

HIDDEN: Final = "***"

_LONG = tuple(region.name_zh for region in REGIONS.values())
_SHORT = tuple(re.sub(r"(壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$", "", name) for name in _LONG)
_PROVINCE: Final = re.compile("|".join((*_LONG, *_SHORT)))
_HAN = r"[\u4e00-\u9fff]"

# A city: short, and free of what only stands below it. 自治州 have long names (黔西南布依族苗族自治州).
_CITY: Final = re.compile(rf"{_HAN}{{2,16}}?自治州|(?:(?![区县旗街路巷号村])[\u4e00-\u9fff]){{2,5}}?(?:市|盟|地区)")

# 自治县 and 旗 can be long, other counties have at most six characters; 沙市区 and 新市区 must not end at their 市.
_COUNTY: Final = re.compile(rf"(?:(?![区县市])[\u4e00-\u9fff]){{1,13}}?(?:自治县|旗)|{_HAN}{{1,5}}?(?:县|区|市(?!区))")

# Signs that the match ran past the county into a street, a village, a building or a zone that is no county.
_BELOW_COUNTY: Final = re.compile(
    r"[街巷弄号村屯组楼栋幢室厦院厂店城]|.[路道镇]|乡(?![市县])|(?:开发|园|社|小|校|厂|高新|示范|保税|住宅|商业|工业|生活|景|牧|辖)区$"
)
_COUNTIES_WITH_SUCH_SIGNS: Final = re.compile(rf"{_HAN}{{0,2}}城区|城[关中东西南北]{_HAN}?[区县]|{_HAN}{{1,2}}城[县市]")


def mask_address(value: str) -> str:
    """This will keep an address down to its county (区, 县, 市, 旗) and hide the rest behind three stars.

    When the county is unclear, only province and city are kept; when these are, nothing. An address that is no longer
    than what would be kept loses its last kept part, so that the mask is never the value.
    """
    kept: list[str] = []
    rest = value
    for pattern in (_PROVINCE, _CITY):
        found = pattern.match(rest)
        if found:
            kept.append(found.group())
            rest = rest[found.end() :]
    county = _COUNTY.match(rest) if kept else None
    if county and _is_clear(county.group(), value):
        kept.append(county.group())
        rest = rest[county.end() :]
    if kept and not rest.strip():
        kept.pop()
    return "".join(kept) + HIDDEN


def _is_clear(county: str, address: str) -> bool:
    if county.endswith("旗"):
        return address.startswith("内蒙古")  # elsewhere it is the beginning of a Red Flag Street
    return bool(_COUNTIES_WITH_SUCH_SIGNS.fullmatch(county)) or not _BELOW_COUNTY.search(county)
