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
