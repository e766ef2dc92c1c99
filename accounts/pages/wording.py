"""Words on pages: a title in the reader's language, and a sentence for every code a page may have to explain."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

# What the reader can act on, by code or by the beginning of a code (ending in a dot); the longest that fits is taken.
SENTENCES: Mapping[str, Promise] = MappingProxyType(
    {
        "auth.agency_inactive": gettext_lazy("您所在的机构已停用。"),
        "auth.password_first": gettext_lazy("请先把初始密码改成自己的密码。"),
        "user.exists": gettext_lazy("这个用户名已有人使用。"),
        "user.password": gettext_lazy("密码至少 12 个字符，不能是常见的密码。"),
        "user.password_same": gettext_lazy("新密码不能和现在的密码相同。"),
        "user.role": gettext_lazy("本机构没有这种岗位的人员。"),
        "user.self": gettext_lazy("不能停用或恢复自己的账号。"),
        "user.unknown": gettext_lazy("本机构没有这个账号。"),
        "user.": gettext_lazy("账号内容不符合规定，请逐项检查。"),
        "permission.denied": gettext_lazy("您的账号没有这项权限。"),
        "issue.not_released": gettext_lazy("证照还没有写入日志，请稍后再试。"),
        "issue.unknown": gettext_lazy("没有这份证照，或者它不属于本机关。"),
        "idempotency.": gettext_lazy("这份表单已经提交过，而内容不同。请重新打开页面再填写。"),
        "identity.": gettext_lazy("证件号码不正确，请检查位数和校验码。"),
        "issue.agency": gettext_lazy("本机关没有签发这类证照的权限。"),
        "issue.no_key": gettext_lazy("本机关还没有可用于这类证照的签发密钥，请联系本单位管理员。"),
        "issue.state": gettext_lazy("证照现在的状态不能这样改变。"),
        "licence_type.unknown": gettext_lazy("没有这种证照类型。"),
        "licence_type.validity.": gettext_lazy("有效期不符合这类证照的规定。"),
        "licence_type.number": gettext_lazy("证照号码的格式不正确。"),
        "licence_type.field.missing": gettext_lazy("有必填的内容没有填写。"),
        "licence_type.field.length": gettext_lazy("有内容过长。"),
        "licence_type.holders": gettext_lazy("持证人的人数不符合这类证照的规定。"),
        "licence_type.": gettext_lazy("内容不符合这类证照的规定，请逐项检查。"),
        "presentation.not_live": gettext_lazy("证照不在有效状态，或还没有写入日志，现在不能亮证。"),
        "presentation.": gettext_lazy("现在不能这样亮证，请检查选择的内容。"),
        "issue.holder": gettext_lazy("没有这位持证人。"),
        "issue.holder_kind": gettext_lazy("持证人的类别和证件类型不相符，请核对。"),
        "issue.holders": gettext_lazy("请为每位持证人填写姓名、证件号码和证件类型。"),
        "issue.number_in_use": gettext_lazy("这个证照号码已有一份有效的证照。请核对号码；如要改内容，请办变更。"),
        "issue.type_not_allowed": gettext_lazy("本机关的签发密钥不能签发这类证照，请换一种类型，或联系本单位管理员。"),
        "issue.busy": gettext_lazy("现在办理的人多，没有取到编号。请稍后再提交一次。"),
        "issue.key_compromised": gettext_lazy(
            "签发密钥已停用，这份证照没有签发。请联系本单位管理员换用新的密钥后重新办理。"
        ),
        "issue.key_expired": gettext_lazy(
            "本机关签发密钥的证书已到期，这份证照没有签发。请联系本单位管理员换用新的密钥。"
        ),
        "issue.other_type": gettext_lazy("变更不能换证照类型。如需换类型，请撤销后另行签发。"),
        "issue.photo_size": gettext_lazy("照片不合要求：不超过 160 KiB 和 400 万像素，短边至少 120 像素。"),
        "issue.photo_format": gettext_lazy("照片不能读取，请用 JPEG 或 PNG 格式。"),
        "issue.photo_unexpected": gettext_lazy("这类证照没有照片。"),
        "issue.photo_stated": gettext_lazy("照片要以图片提交，不能填写。"),
        "licence_type.template": gettext_lazy("这类证照的版式不能使用，请报告节点管理员。"),
        "issue.reason": gettext_lazy("请选择原因。"),
        "issue.signed_other_bytes": gettext_lazy("签名和要签的内容不一致，这份证照没有签发。请立即报告管理员。"),
        "issue.mass_needed": gettext_lazy(
            "一小时内撤销、暂扣的证照已到上限。再多的撤销须由两位管理员办理批量撤销；暂扣请稍后再办。"
        ),
        "issue.mass_selection": gettext_lazy("没有这个机关、证照类型或密钥，或者日期先后不对。请核对后再试算。"),
        "issue.mass_empty": gettext_lazy("没有符合条件的有效证照。"),
        "issue.mass_too_many": gettext_lazy("一次最多撤销 100000 份，请缩小范围。"),
        "issue.mass_count": gettext_lazy("份数和试算的不一致，没有办理。请重新试算。"),
        "issue.mass_unknown": gettext_lazy("没有这项批量撤销，或者它不属于本机关。"),
        "issue.mass_same_person": gettext_lazy("提出和复核必须是两个人，不能由同一人办理。"),
        "issue.mass_person_unknown": gettext_lazy(
            "两位管理员的账号都要有工号，才能确认是两个人。请由有工号的管理员办理。"
        ),
        "issue.mass_account_new": gettext_lazy(
            "这个账号是提出之后才开立的，不能复核这一项。请由提出之前已有账号的管理员复核，或重新提出。"
        ),
        "issue.mass_early": gettext_lazy("提出后要等一段时间才能复核，请稍后再办。"),
        "issue.mass_decided": gettext_lazy("这项批量撤销已经有了结果，这次没有再办。"),
        "issue.mass_changed": gettext_lazy("其中的证照在提出后有了变化，这项批量撤销已作废。请重新试算并提出。"),
        "issue.mass_requester_gone": gettext_lazy("提出人已不能再办理批量撤销，这项已作废。"),
        "issue.": gettext_lazy("签发没有完成，请报告本单位管理员。"),
        "identifier.": gettext_lazy("证照编号不能生成，请报告本单位管理员。"),
        "licence_type.validity.too_long": gettext_lazy("有效期超过这类证照允许的最长年限，请改截止日期。"),
        "licence_type.validity.past": gettext_lazy("截止日期已经过去，请核对。"),
        "licence_type.validity.order": gettext_lazy("截止日期早于开始日期，请核对。"),
        "licence_type.validity.long_term": gettext_lazy("这类证照必须有截止日期。"),
        "licence_type.validity.mismatch": gettext_lazy("证照上的日期和有效期不一致，请核对。"),
        "licence_type.issuer.mismatch": gettext_lazy("发证机关不是本机关。"),
        "licence_type.field.future": gettext_lazy("日期不能晚于今天。"),
        "licence_type.field.contradicts_id": gettext_lazy("和持证主体的号码不一致，请核对。"),
        "licence_type.field.contains_id": gettext_lazy("公开的内容里有身份证号码，请删去。"),
        "licence_type.field.character": gettext_lazy("有无法显示或不允许的字符，请重新输入。"),
        "licence_type.field.format": gettext_lazy("格式不正确。"),
        "licence_type.field.items": gettext_lazy("请按每行一项填写，最多 64 项。"),
        "licence_type.field.unknown": gettext_lazy("这类证照没有这一项。"),
        "presentation.audience": gettext_lazy("单位的统一社会信用代码不正确，请核对 18 位代码；不限单位就留空。"),
        "presentation.grain": gettext_lazy("请至少选择一项来出示，并检查每项的选择。"),
        "cipher.": gettext_lazy("证照内容现在不能打开，请报告管理员。"),
        "credential.": gettext_lazy("电子凭证没有做成，请报告本单位管理员。"),
        "seal_code.": gettext_lazy("印刷码没有做成，请报告本单位管理员。"),
        "status_list.": gettext_lazy("状态清单没有更新，请稍后再试；仍不行请报告管理员。"),
        "key.rate": gettext_lazy("签发密钥这一分钟内的签名次数已满，请一分钟后再提交一次。"),
        "key.backend_unavailable": gettext_lazy("密码设备现在没有应答，请稍后再提交一次；仍不行请报告本单位管理员。"),
        "key.": gettext_lazy("签发密钥不可用，请报告本单位管理员。"),
        "limit.": gettext_lazy("内容超过允许的大小。"),
        "auth.": gettext_lazy("没有认出您是谁，请重新登录。"),
        "agency.": gettext_lazy("机构信息不符合规定，请联系节点管理员。"),
        "membership.": gettext_lazy("代表关系的信息不符合规定，请核对。"),
        "cipher.erased": gettext_lazy("这份内容已按规定删除，不能再显示。"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """This will hold what a page says about a named error; nothing the reader typed is repeated."""

    title: str
    sentence: str
    code: str
    lookup_id: str = ""


def in_language(zh: str, en: str) -> str:
    """This will choose the reader's language between a Chinese and an English text, the other where one is empty."""
    return (en or zh) if (get_language() or "").startswith("en") else (zh or en)


def sentence_for(code: str) -> str:
    """This will explain a code in one sentence; an unlisted code gets a general one, the page shows the code itself."""
    fitting = [key for key in SENTENCES if code == key or (key.endswith(".") and code.startswith(key))]
    return str(SENTENCES[max(fitting, key=len)]) if fitting else _("系统没有接受这次请求。")


def refusal(code: str) -> Refusal:
    """This will word a refusal for a page."""
    return Refusal(title=_("没有完成"), sentence=sentence_for(code), code=code)
