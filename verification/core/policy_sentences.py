"""The sentences about presence (check 6) and policy (check 7, matters, cases, purposes), by reason code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_PRESENCE = {
    "presenter.not_checked": (
        "未核实是否由持证人本人出示。请持证人现场打开亮证码。",
        "Nobody checked that the holder presents it. Ask the holder to show a code here and now.",
    ),
    "presenter.other_lookup": (
        "亮证码是为另一次核验出示的，请持证人重新出示。",
        "The code was presented for another check. Ask the holder for a new one.",
    ),
    "code.expired": ("亮证码已过期，请持证人刷新后重新出示。", "The code has expired. Ask the holder to refresh it."),
    "code.used": (
        "亮证码已被使用过，请持证人重新生成；如并非本人使用，请提醒其查看记录。",
        "The code was used before. Ask for a new one; if the holder did not use it, point to the list of look-ups.",
    ),
    "agency.not_relying": (
        "本单位未获准核验证照，请联系本单位管理员。",
        "Your agency is not among those that look licences up. Ask your administrator.",
    ),
    "peer.agency_not_theirs": (
        "外省以本地区单位的名义查询，已拒绝。",
        "Another region asked in the name of an agency of this one. It was refused.",
    ),
    "code.erased": (
        "该证照的内容已按规定删除，不能再出示。请到签发机关查询。",
        "The details of the licence were erased; it can no longer be shown. Ask the issuing agency.",
    ),
    "code.membership": (
        "出示人已不再是该单位的代表，请由现任代表重新出示。",
        "Who made the code may no longer act for the holder. Ask a present representative for a new one.",
    ),
    "code.unknown": ("没有这个亮证码，请持证人重新生成。", "There is no such code. Ask the holder for a new one."),
    "code.foreign": (
        "这是其他地区的亮证码，请按跨省核验办理。",
        "The code is of another region. Check it across regions.",
    ),
    "code.malformed": ("亮证码读取不完整，请重新扫描。", "The code was not read whole. Scan it again."),
    "code.audience": (
        "此亮证码是为其他单位出示的，请持证人为本单位重新生成。",
        "The code is meant for another agency. Ask the holder for one for yours.",
    ),
    "release.signature": (
        "放行证明不是签发地区签署的，请勿采信，并报告。",
        "The issuing region did not sign this release. Do not accept it; report it.",
    ),
    "release.format": ("放行证明格式不对，请重新核验。", "The release is malformed. Check again."),
    "release.issuer": (
        "放行证明的地区与签名不符，请勿采信。",
        "The release names another region than its signer. Do not accept it.",
    ),
    "release.audience": (
        "此凭证是放行给其他地区的，请勿采信；请持证人重新出示亮证码。",
        "It was released to another region. Do not accept it; ask the holder for a new code.",
    ),
    "release.lookup": (
        "此凭证是为另一次核验放行的，请持证人重新出示亮证码。",
        "It was released for another check. Ask the holder for a new code.",
    ),
    "release.sd_hash": (
        "放行的内容与出示的不同，请勿采信，并报告。",
        "What was released differs from what is shown. Do not accept it; report it.",
    ),
    "release.from_future": (
        "放行时间晚于本机时间，请检查本机时钟。",
        "The release is dated after this computer's clock. Have the clock checked.",
    ),
    "release.expired": (
        "放行已超过五分钟，请持证人重新出示亮证码。",
        "The release is older than five minutes. Ask for a new code.",
    ),
}

_POLICY = {
    "recognition.no_matter": (
        "本次核验没有选定办理事项，请选定事项后重新核验。",
        "No matter was chosen. Choose one and check again.",
    ),
    "recognition.no_rule": (
        "此事项没有认可该地区此类证照的互认规则，请按原办法收取材料。",
        "No rule accepts this type from that region for this matter. Ask for papers as before.",
    ),
    "recognition.grain_missing": (
        "所见内容不够本事项的要求，请持证人多出示几项；如已全部出示，则是签发地区的用证清单不准许，请按原件办理。",
        "Too little is shown. Ask the holder for more; if all was shown, the issuing region's usage list does not allow it: use the originals.",
    ),
    "recognition.ambiguous": (
        "互认规则互相冲突，不能判断，请报告本单位管理员。",
        "Two recognition rules contradict each other. Report it to your administrator.",
    ),
    "usage.no_rule": (
        "用证清单没有准许本单位为此事项查看此类证照。请核对所选事项和证照类型；如无误，请按原办法收取材料。",
        "The usage list does not allow it. Check the chosen matter and licence type; if they are right, take documents as before.",
    ),
    "usage.nothing_allowed": (
        "所要内容均不在准许范围内，或持证人未选择出示。",
        "Nothing of what was asked is allowed, or the holder chose not to show it.",
    ),
    "matter.other_agency": (
        "该事项不属于本单位，请选择本单位的事项。",
        "The matter is another agency's. Choose one of your own.",
    ),
    "presentation.unreadable": (
        "不是亮证码、证照码或电子凭证，请重新扫描。",
        "It is no code, seal code or credential. Scan again.",
    ),
    "request.form": (
        "填写的内容不完整或过长，请核对后重新提交。",
        "A part of the request is missing or too long. Check it and send it again.",
    ),
    "session.missing": ("请先登录再查看本人的证照。", "Sign in first to see your own licences."),
    "matter.unknown": ("没有这个事项，请重新选择。", "There is no such matter. Choose again."),
    "matter.not_in_force": (
        "此事项现不在实施期内，请选择现行事项。",
        "The matter is not in force today. Choose one that is.",
    ),
    "case.pattern": (
        "办件编号不符合本单位的编号格式，请核对。",
        "The case number is not in your agency's form. Check it.",
    ),
    "purpose.placeholder": ("请写明真实的用证事由。", "State the real reason for the check."),
    "purpose.only_matter": (
        "事由不能只重复事项名称，请写明具体用途。",
        "Do not just repeat the matter; say what it is needed for.",
    ),
    "purpose.only_case": (
        "事由不能只写办件编号，请写明具体用途。",
        "Do not just repeat the case number; say what it is needed for.",
    ),
    "purpose.too_short": ("事由太短，请写明具体用途。", "The reason is too short. Say what it is needed for."),
    "purpose.too_long": ("事由太长，请简要说明。", "The reason is too long. Be brief."),
    "purpose.repeated": (
        "事由只是重复字符，请写明具体用途。",
        "The reason only repeats characters. Say what it is needed for.",
    ),
    "purpose.copied": (
        "同一事由已用过太多次，请写明本次的用途。",
        "This reason was used too often. State this case's own.",
    ),
    "purpose.characters": (
        "事由中有无法显示的字符，请重新输入。",
        "The reason holds characters that cannot be shown. Type it again.",
    ),
    "policy.pattern": (
        "编号规则设置有误，请报告本单位管理员。",
        "A pattern in the policy is wrong. Report it to your administrator.",
    ),
}

POLICY_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({**_PRESENCE, **_POLICY})
