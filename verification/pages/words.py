"""The words of verdicts, checks and refusals, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.wording import Refusal, in_language
from certificates.pages.rows import StateWord
from verification.core.reasons import reason
from verification.core.verdict import Outcome, VerdictOutcome

CHECK_TITLES: Mapping[int, Promise] = MappingProxyType(
    {
        1: gettext_lazy("内容可读"),
        2: gettext_lazy("签名"),
        3: gettext_lazy("签发机关有权签发"),
        4: gettext_lazy("有效期"),
        5: gettext_lazy("状态"),
        6: gettext_lazy("持证人出示"),
        7: gettext_lazy("本地本事项认可"),
        8: gettext_lazy("文件与凭证一致"),
    }
)
CHECK_OUTCOMES: Mapping[Outcome, StateWord] = MappingProxyType(
    {
        Outcome.PASSED: StateWord(word=gettext_lazy("通过"), tone="good"),
        Outcome.FAILED: StateWord(word=gettext_lazy("未通过"), tone="bad"),
        Outcome.UNDETERMINED: StateWord(word=gettext_lazy("无法确定"), tone="unsure"),
        Outcome.NOT_APPLICABLE: StateWord(word=gettext_lazy("不适用")),
    }
)
VERDICTS: Mapping[VerdictOutcome, StateWord] = MappingProxyType(
    {
        VerdictOutcome.VALID: StateWord(word=gettext_lazy("有效"), tone="good"),
        VerdictOutcome.INVALID: StateWord(word=gettext_lazy("无效"), tone="bad"),
        VerdictOutcome.UNDETERMINED: StateWord(word=gettext_lazy("无法确定"), tone="unsure"),
    }
)


# About a past moment: words that nobody can take for a verdict about now.
VERDICTS_THEN: Mapping[VerdictOutcome, StateWord] = MappingProxyType(
    {
        VerdictOutcome.VALID: StateWord(word=gettext_lazy("当时有效"), tone="then"),
        VerdictOutcome.INVALID: StateWord(word=gettext_lazy("当时无效"), tone="bad"),
        VerdictOutcome.UNDETERMINED: StateWord(word=gettext_lazy("当时情形无法确定"), tone="unsure"),
    }
)


def shown_moment(text: str) -> str:
    """This will word a moment of an answer, in China's time."""
    return f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M:%S}"


def said(code: str) -> str:
    """This will give the sentence of a reason code."""
    sentence = reason(code)
    return in_language(sentence.zh, sentence.en)


def refused(code: str, *, recorded_as: str = "") -> Refusal:
    """This will word a refused look; `recorded_as` is the look-up's id where the refusal itself was recorded."""
    return Refusal(
        title=_("已拒绝，并已记录") if recorded_as else _("没有完成"),
        sentence=said(code),
        code=code,
        lookup_id=recorded_as,
    )


def age_words(seconds: int | None) -> str:
    """This will word how old a piece of evidence is; nothing where its age does not matter."""
    if seconds is None:
        return ""
    minute, hour = 60, 3600
    if seconds < minute:
        return _("%(number)d 秒前") % {"number": seconds}
    if seconds < 2 * hour:
        return _("%(number)d 分钟前") % {"number": seconds // minute}
    return _("%(number)d 小时前") % {"number": seconds // hour}
