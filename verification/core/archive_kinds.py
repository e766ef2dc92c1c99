"""Looks that told nobody a verdict, as an archived receipt words them: the kind in the entry says which they are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from verification.core.lookup_entry import EntryKind


class KindWords(NamedTuple):
    """This will hold what stands in a verdict's place: a word and a sentence, each in Chinese and English."""

    zh: str
    en: str
    sentence: tuple[str, str]


KIND_WORDS: Final[Mapping[EntryKind, KindWords]] = MappingProxyType(
    {
        EntryKind.LOOKUP_SELF: KindWords(
            "本人查看",
            "SEEN BY THE HOLDER",
            ("持证人或其代表查看了自己的证照。", "The holder looked at the own licence."),
        ),
        EntryKind.LOOKUP_ANSWERED: KindWords(
            "已提供",
            "PROVIDED",
            (
                "已按请求提供给外省，结论由对方作出。",
                "It was given to another region, which came to a verdict of its own.",
            ),
        ),
        EntryKind.LOOKUP_COPIED: KindWords(
            "已提供加注件",
            "COPY PROVIDED",
            ("为办件制作或取走了加注件。", "A purpose copy was made for a case, or its file was taken."),
        ),
        EntryKind.LOOKUP_FETCHED: KindWords(
            "已取文件", "FILE TAKEN", ("签发机关取走了证照文件。", "The agency that issued the licence took its file.")
        ),
        EntryKind.LOOKUP_COPY_REVOKED: KindWords(
            "作废加注件",
            "COPY REVOKED",
            ("签发机关作废了这份加注件。", "The agency that issued the licence revoked this copy."),
        ),
        EntryKind.LOOKUP_TRACED: KindWords(
            "追查加注件",
            "COPY TRACED",
            ("为追查外泄查询了这份加注件。", "It was found out by which look a leaked copy was made."),
        ),
        EntryKind.LOOKUP_VERIFIED: KindWords(
            "已答复", "ANSWERED", ("答复了状态列表当时的情形。", "It was told how a status list stood then.")
        ),
    }
)
# Where a verdict was told it must be opened: an entry of these kinds never holds one.
WITHOUT_VERDICT: Final = frozenset(KIND_WORDS) - {EntryKind.LOOKUP_VERIFIED}

OWN_ACTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "own.masked": ("打开了证照（遮挡）", "opened the licence, masked"),
        "own.unmasked": ("显示了全部内容", "showed everything"),
        "own.document": ("下载了证照文件", "downloaded the file"),
        "own.seal_code": ("打开了印刷码", "opened the printed code"),
        "own.credential": ("下载了凭证", "downloaded the credential"),
        "own.copy_made": ("制作了加注件", "made a purpose copy"),
        "own.copy": ("下载了加注件", "downloaded a purpose copy"),
        "copy_revoked.leaked": ("加注件已外泄", "the copy was seen where it should not be"),
        "copy_revoked.misused": ("加注件被用于别处", "the copy was used for something else"),
        "copy_revoked.holder_request": ("持证人申请作废", "the holder asked for it"),
        "copy_revoked.obtained_improperly": ("冒用持证人名义制作", "made in the holder's name by somebody else"),
    }
)
