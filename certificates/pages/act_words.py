"""How the acts on an issued certificate and the reasons for them are worded on pages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from certificates.core.certificate_states import Act

REASON_WORDS: Final[Mapping[Act, Mapping[str, Promise]]] = MappingProxyType(
    {
        Act.SUSPEND: {
            "investigation": gettext_lazy("正在调查"),
            "inspection_failed": gettext_lazy("检查不合格"),
            "penalty": gettext_lazy("行政处罚"),
            "holder_request": gettext_lazy("持证人申请"),
        },
        Act.REINSTATE: {
            "cleared": gettext_lazy("调查已结束"),
            "rectified": gettext_lazy("已整改"),
            "period_ended": gettext_lazy("暂扣期满"),
        },
        Act.REVOKE: {
            "penalty": gettext_lazy("行政处罚"),
            "holder_request": gettext_lazy("持证人申请注销"),
            "issued_in_error": gettext_lazy("签发有误"),
            "obtained_improperly": gettext_lazy("以欺骗等不正当手段取得"),
            "holder_ceased": gettext_lazy("持证人终止或死亡"),
            "key_compromised": gettext_lazy("签发密钥泄露"),
        },
    }
)

COPY_REASON_WORDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "leaked": gettext_lazy("加注件已外泄"),
        "misused": gettext_lazy("加注件被用于别处"),
        "holder_request": gettext_lazy("持证人申请作废"),
        "obtained_improperly": gettext_lazy("冒用持证人名义制作"),
    }
)
