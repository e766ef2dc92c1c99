"""What the administration says of a refused record, by its code: Chinese here, English in the catalogue."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, Promise] = MappingProxyType(
    {
        "agency.exists": gettext_lazy("这个统一社会信用代码的机构已经登记。"),
        "agency.invalid": gettext_lazy("机构信息不符合规定，请逐项检查长度和格式。"),
        "agency.seal_content": gettext_lazy(
            "印章图形只能由图形组成：不能有文字、图片、链接、样式、脚本。请把文字转成轮廓再上传。"
        ),
        "agency.seal_format": gettext_lazy("印章图形不能读取：要 SVG（有 viewBox，宽高相近）或 PNG。"),
        "agency.seal_opaque": gettext_lazy("印章图形会遮住下面的机构名称和日期：请去掉底色，换成透明背景的 PNG。"),
        "agency.seal_size": gettext_lazy(
            "印章图形太大、太小或太复杂：SVG 不超过 200 KiB，PNG 为 300 到 1400 像素、不超过 256 KiB。"
        ),
        "api_client.agency": gettext_lazy("没有这个机构，或者它已停用。"),
        "api_client.dates": gettext_lazy("时间不对：不能早于现在，停用要晚于启用。"),
        "api_client.exists": gettext_lazy("这个系统代号已有人使用。"),
        "api_client.id": gettext_lazy("系统代号由 3 到 64 个小写字母、数字和连字符组成。"),
        "api_client.key": gettext_lazy("不是可用的公钥：要 P-256 或 SM2 的 JWK 或 JWKS，每个密钥只写一次。"),
        "api_client.key_ended": gettext_lazy("停用时间只能提前。要继续使用，请登记新的密钥。"),
        "api_client.key_exists": gettext_lazy("这个系统已有，或曾有过，这个密钥或密钥编号。"),
        "api_client.keys": gettext_lazy("这个系统的密钥太多，请先停用一个。"),
        "api_client.private_key": gettext_lazy("这是私钥。请立即销毁它，另行生成，只交来公钥。"),
        "api_client.scopes": gettext_lazy("权限超出机构的职能：签发类权限要签发机构，核验权限要用证机构；至少选一项。"),
        "api_client.unknown": gettext_lazy("没有这个系统或密钥。"),
        "four_eyes.administrator": gettext_lazy("登记人和复核人都必须是在任的节点管理员。"),
        "four_eyes.same_person": gettext_lazy("自己登记的不能由自己复核，换个账号也不行。"),
        "four_eyes.staff_number": gettext_lazy("登记人和复核人的账号都要有工号。"),
        "identity.": gettext_lazy("代码不正确，请检查位数和校验码。"),
        "identity.region.unknown": gettext_lazy("没有这个行政区划代码的省级地区。"),
        "membership.changed": gettext_lazy("内容在显示之后有变动，请重新核对。"),
        "membership.confirmed": gettext_lazy("已经有人复核过了。"),
        "membership.dates": gettext_lazy("结束日期早于开始日期。"),
        "membership.ended": gettext_lazy("已经结束的代表关系不能延长，请另行登记。"),
        "membership.exists": gettext_lazy("这个代表关系已经登记。"),
        "membership.firm": gettext_lazy("被代表的必须是已登记的法人。"),
        "membership.invalid": gettext_lazy("代表关系的信息不符合规定，请逐项检查长度和格式。"),
        "membership.person": gettext_lazy("代表人必须是已登记的公民。"),
        "membership.unknown": gettext_lazy("没有这个代表关系。"),
        "user.agency": gettext_lazy("机构人员要选启用中的机构，管理员和审计员不选。"),
        "user.exists": gettext_lazy("这个用户名已有人使用。"),
        "user.holder": gettext_lazy("持证主体的账号不在这里开设。"),
        "user.invalid": gettext_lazy("账号内容不符合规定，请逐项检查长度和格式。"),
        "user.password": gettext_lazy("密码至少 12 个字符，不能是常见的密码。"),
        "user.role": gettext_lazy("没有这种角色的账号：业务系统用密钥登记。"),
    }
)


def admin_sentence(code: str) -> str | None:
    """This will explain a code in the reader's language, by the longest key that fits; None where the table has none."""
    fitting = [key for key in SENTENCES if code == key or (key.endswith(".") and code.startswith(key))]
    return str(SENTENCES[max(fitting, key=len)]) if fitting else None
