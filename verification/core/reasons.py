"""From a reason code to the sentences for the person at the counter, in Chinese and English."""

from dataclasses import dataclass
from typing import Final

from verification.core.family_sentences import FAMILIES
from verification.core.reason_sentences import SENTENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """This will hold the sentence for a code in both languages: what it means and what to do next."""

    zh: str
    en: str


UNKNOWN_REASON: Final = Reason(
    zh="未能核验，请报告本单位管理员。", en="It could not be checked. Report it to your administrator."
)


def reason(code: str) -> Reason:
    """This will give the sentence of a code, else that of its family (the part before the first dot), else a last resort.

    A counter must get an answer even to a code that a newer peer invented.
    """
    found = SENTENCES.get(code) or FAMILIES.get(code.split(".", 1)[0])
    return UNKNOWN_REASON if found is None else Reason(zh=found[0], en=found[1])
