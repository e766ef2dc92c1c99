"""The sentences about purpose copies 加注件, by reason code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

COPY_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "copy.only_for": (
            "这是加注件，只能用于所载用途、只能由所载接收方使用。请核对用途和接收方，不符的请勿采信。",
            "This is a copy for the stated purpose and recipient alone. Compare both; do not accept it for anything else.",
        ),
        "copy.in_force": ("加注件在有效期内。", "The copy is within its period of validity."),
        "copy.valid": ("加注件和原证照的状态正常。", "The copy and its licence are in good standing."),
        "copy.expired": (
            "加注件已过期。请持证人另行制作。",
            "The copy has expired. Ask the holder for a new one.",
        ),
        "copy.revoked": (
            "加注件已作废，或者原证照已撤销、变更。请勿采信。",
            "The copy was revoked, or its licence was revoked or replaced. Do not accept it.",
        ),
        "copy.suspended": (
            "原证照已暂扣，加注件现在不能使用。",
            "The licence is suspended; the copy cannot be used now.",
        ),
        "copy.licence_ended": (
            "原证照不在有效状态，不能制作或取用加注件。",
            "The licence is not in force; no copy of it is made or handed out.",
        ),
        "copy.grain": (
            "请至少选择一项内容；证照上没有的内容，或没有的显示方式，不能放入加注件。",
            "Choose one item at least. A copy cannot show what the licence does not have, or not in this way.",
        ),
        "copy.days": ("有效天数超过允许的期限，请改短。", "The copy may not be good for so many days. Choose fewer."),
        "copy.recipient": (
            "请填写接收方名称，不超过 50 个字，不要有特殊符号或印不出来的字。",
            "Name the recipient in one line of at most 50 characters that can be printed.",
        ),
        "copy.purpose": (
            "请填写用途，不超过 60 个字，不要有特殊符号或印不出来的字。",
            "State the purpose in one line of at most 60 characters that can be printed.",
        ),
        "copy.not_allowed": (
            "用证清单没有准许为此事项制作加注件。",
            "The usage list does not allow copies for this matter.",
        ),
        "copy.more_than_shown": (
            "加注件不能多于那次核验所示、且用证清单准许的内容。",
            "A copy cannot hold more than that look showed and the usage list allows.",
        ),
        "copy.look_unknown": (
            "没有这次核验，或者它不是本单位本人所做的、结论为有效的本省证照核验。",
            "There is no such look, or it was not yours, not of a licence of this region, or not found valid.",
        ),
        "copy.look_too_old": (
            "那次核验已过去太久，请重新核验后再制作加注件。",
            "That look is too long ago. Look again, then ask for the copy.",
        ),
        "copy.same_number": (
            "证件号码在这张证照上出现两处，请选择同样的粒度：要么都遮挡，要么都完整。",
            "The holder's number stands in two fields of this licence. Choose the same for both: masked, or whole.",
        ),
        "copy.not_of_licence": (
            "这张证照没有这个编号的加注件，请核对编号。",
            "No copy of this licence bears this number. Check the number.",
        ),
        "copy.reason": ("请从列表中选择作废的原因。", "Choose the reason from the list."),
        "copy.unknown": (
            "没有这份加注件，或者它不是您或本单位制作的。",
            "There is no such copy, or neither you nor your agency had it made.",
        ),
        "copy.too_many": (
            "这本证照今天制作的加注件已经太多，请沿用已有的，或者明天再做。",
            "Too many copies of this licence were made today. Use one of them, or make another tomorrow.",
        ),
        "copy.handed_no_more": (
            "用证清单已不再准许此事项取用这份加注件的内容。",
            "The usage list no longer allows what this copy shows for its matter.",
        ),
        "copy.terms": ("加注件的记录不完整，请报告管理员。", "The copy's record is not whole. Report it."),
    }
)
