"""The sentences for whole families of reason codes: the part of a code before its first dot."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# For the many precise refusals of one kind that all mean the same at a counter; the code itself goes to whoever looks into it.
FAMILIES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "credential": (
            "凭证不合格式或已被改动，请勿采信。",
            "The credential is malformed or was changed. Do not accept it.",
        ),
        "signature": ("签名无效，请勿采信，并报告。", "The signature is not good. Do not accept it; report it."),
        "key": ("签名密钥不可信，请勿采信。", "The signing key is not trusted. Do not accept it."),
        "jws": (
            "内容格式不正确，请重新扫描或另行出示。",
            "The text has a wrong form. Scan again, or ask for another copy.",
        ),
        "json": (
            "内容格式不正确，请重新扫描或另行出示。",
            "The text has a wrong form. Scan again, or ask for another copy.",
        ),
        "base64": (
            "内容格式不正确，请重新扫描或另行出示。",
            "The text has a wrong form. Scan again, or ask for another copy.",
        ),
        "limit": ("内容超过允许的大小，请勿采信。", "It is larger than allowed. Do not accept it."),
        "seal_code": (
            "证照码读取不完整或不是本系统的，请重新扫描。",
            "The seal code was not read whole, or is not ours. Scan again.",
        ),
        "status_list": (
            "状态清单不可用，不能判断，请稍后重试。",
            "The status list cannot be used. Try again in a while.",
        ),
        "issuer": (
            "签发机关的证书不符合要求，请勿采信。",
            "The issuing agency's certificate does not hold. Do not accept it.",
        ),
        "agency_keys": (
            "签发地区的密钥清单不可用，不能判断，请报告管理员。",
            "The issuing region's key bundle cannot be used. Report it to your administrator.",
        ),
        "trust_list": (
            "信任清单不可用，不能判断，请报告管理员。",
            "The trust list cannot be used. Report it to your administrator.",
        ),
        "release": (
            "放行证明不可用，请持证人重新出示亮证码。",
            "The release does not hold. Ask the holder for a new code.",
        ),
        "receipt": ("回执不能成立，请勿采信。", "The receipt does not hold. Do not accept it."),
        "pdf": (
            "PDF 文件未通过核验，请勿采信；请持证人出示亮证码。",
            "The PDF does not pass. Do not accept it; ask for a code.",
        ),
        "code": ("亮证码不可用，请持证人重新生成。", "The code cannot be used. Ask the holder for a new one."),
        "peer": (
            "签发地区未能给出可用答复，请稍后重试。",
            "The issuing region gave no usable answer. Try again later.",
        ),
        "message": (
            "跨省消息未通过核验，请报告管理员。",
            "A message between regions did not pass. Report it to your administrator.",
        ),
        "policy": ("政策数据有误，请报告本单位管理员。", "The policy data are wrong. Report it to your administrator."),
        "lookup": (
            "查询内容填写不完整或有误，请核对。",
            "What was filled in for the check is not whole or not right. Check it.",
        ),
        "permission": ("您没有办理此事的权限。", "You may not do this."),
        "idempotency": (
            "同一请求编号已用于其他内容，请重新提交。",
            "This request number was used for something else. Submit it again.",
        ),
        "log": ("查询日志暂不可用，请稍后重试。", "The log of look-ups is not available. Try again in a while."),
    }
)
