"""The sentences of verdicts about a past moment, by reason code: each says that it speaks of then."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PAST_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "status.valid_then": (
            "所问时刻，证照状态正常。只说明该时刻，不说明现在。",
            "At the moment asked about, the licence was in good standing. This says nothing about today.",
        ),
        "status.revoked_then": (
            "所问时刻，证照已被注销或撤销。",
            "At the moment asked about, the licence had been revoked.",
        ),
        "status.suspended_then": (
            "所问时刻，证照处于暂停使用状态。",
            "At the moment asked about, the licence was suspended.",
        ),
        "status.not_issued_then": (
            "所问时刻，此证照尚未签发。",
            "At the moment asked about, this licence had not been issued yet.",
        ),
        "status.unavailable_then": (
            "取不到证照在所问时刻的状态，不能判断。请稍后重新核验，或向签发机关核实。",
            "Its status at the moment asked about could not be fetched. Check again in a while, or ask the issuing agency.",
        ),
        "status.refused_then": (
            "签发地区不为此事项提供过去时刻的状态，不能判断。",
            "The issuing region does not say for this matter how things stood then.",
        ),
        "validity.in_force_then": (
            "所问时刻，在有效期内。",
            "At the moment asked about, it was within its period of validity.",
        ),
        "validity.not_yet_then": ("所问时刻，尚未生效。", "At the moment asked about, it was not yet valid."),
        "validity.expired_then": (
            "所问时刻，证照已过有效期。",
            "At the moment asked about, the licence had expired.",
        ),
        "validity.credential_expired_then": (
            "所问时刻，此电子凭证已过期（证照本身未必过期）。请持证人出示当时有效的凭证，或向签发机关核实。",
            "At the moment asked about, this copy had expired, though the licence may not have. Ask for the copy of then.",
        ),
        "verdict.only_then": (
            "结论只说明所问时刻的情形，不说明现在，也不得当作现在的结论使用。",
            "The verdict speaks of the moment asked about only. It says nothing about today and must not be used as if it did.",
        ),
        "matter.past_not_allowed": (
            "此事项不能询问过去时刻的情形，请改问现在。",
            "This matter does not allow asking how things stood in the past. Ask about now.",
        ),
        "usage.past_not_allowed": (
            "签发地区的用证清单不准许为此事项询问过去时刻的情形。",
            "The issuing region's usage list does not allow asking for this matter how things stood in the past.",
        ),
        "request.as_of_future": (
            "所问时刻还没有到，请核对日期和时间。",
            "The moment asked about has not been yet. Check date and time.",
        ),
        "request.as_of_too_old": (
            "所问时刻太久远，超出此事项允许的范围。",
            "The moment asked about is longer ago than this matter allows.",
        ),
        "release.as_of": (
            "放行是为另一时刻的结论作出的，请勿采信；请持证人重新出示亮证码。",
            "It was released for a verdict about another moment. Do not accept it; ask the holder for a new code.",
        ),
    }
)
