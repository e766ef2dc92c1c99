"""How far a licence's file is, in words: a state, a sentence that says what happens next, and when to look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWord:
    """This will hold what a page says of a file; `again` is when it looks again by itself, in seconds, 0 for never."""

    word: str | Promise = ""
    sentence: str | Promise = ""
    again: int = 0


_WORDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "pending": gettext_lazy("制作中"),
        "waiting": gettext_lazy("等待时间戳"),
        "ready": gettext_lazy("已完成"),
        "held": gettext_lazy("暂缓"),
    }
)
# By state and code; by state alone where the code needs no words of its own.
_SENTENCES: Final[Mapping[tuple[str, str], Promise]] = MappingProxyType(
    {
        ("pending", ""): gettext_lazy("文件正在制作，通常几秒钟就好，本页会自动刷新。"),
        ("pending", "document.storage"): gettext_lazy("文件存储暂时不可用，恢复后自动继续，不必重新办理。"),
        ("pending", "document.key_stopped"): gettext_lazy("签发机关的签章密钥暂停使用，恢复后自动继续。"),
        ("waiting", ""): gettext_lazy("文件已经签章，正在等待时间戳，之后自动完成；证照本身不受影响。"),
        ("waiting", "document.storage"): gettext_lazy("文件存储暂时不可用，恢复后自动继续，不必重新办理。"),
        ("held", ""): gettext_lazy("文件暂缓制作，由工作人员处理；证照本身不受影响。"),
        ("held", "document.glyph_missing"): gettext_lazy("有字形需要补全，补全后重新制作；证照本身不受影响。"),
        ("held", "document.licence_ended"): gettext_lazy("证照已经失效，不再制作文件。"),
        ("held", "document.no_key"): gettext_lazy("签发机关还没有可用的签章密钥，文件要等密钥就绪；证照本身不受影响。"),
        ("held", "document.waited"): gettext_lazy("等了一天仍没有得到时间戳，由工作人员处理；证照本身不受影响。"),
        ("held", "cipher.erased"): gettext_lazy("证照内容已按规定清除，不再有文件。"),
        ("held", "cipher.empty"): gettext_lazy("证照内容已按规定清除，不再有文件。"),
    }
)
_AGAIN: Final[Mapping[str, int]] = MappingProxyType({"pending": 5, "waiting": 30})


def document_word(*, state: str, code: str) -> DocumentWord:
    """This will word a file's state; nothing before the licence is issued."""
    if state not in _WORDS:
        return DocumentWord()
    sentence = _SENTENCES.get((state, code)) or _SENTENCES.get((state, "")) or ""
    return DocumentWord(word=_WORDS[state], sentence=sentence, again=_AGAIN.get(state, 0))
