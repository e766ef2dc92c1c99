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
        "ofd": (
            "OFD 文件未通过核验，请勿采信；请持证人出示亮证码。",
            "The OFD file does not pass. Do not accept it; ask for a code.",
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
        "issue": (
            "这份证照现在不能打开：还没有写入日志，或者不属于您。",
            "This licence cannot be opened now: it is not in the log yet, or is not yours.",
        ),
        "document": (
            "证照文件还没有做好，或者现在不能提供，请稍后再试。",
            "The document is not ready or cannot be handed out now. Try again in a while.",
        ),
        "cipher": (
            "证照内容现在不能打开，请报告管理员。",
            "The content cannot be opened at present. Report it to your administrator.",
        ),
        "presentation": (
            "现在不能这样亮证，请检查选择的内容。",
            "It cannot be shown this way now. Check what was chosen.",
        ),
        "licence_type": ("不是本节点认识的证照类型。", "This node does not know the licence type."),
        "status": (
            "证照状态不可用，不能判断，请稍后重试。",
            "The licence's status cannot be used. Try again in a while.",
        ),
        "auth": ("没有认出您是谁，请重新登录。", "It is not known who you are. Sign in again."),
        "agency": (
            "本单位的登记不符合要求，请联系本单位管理员。",
            "Your agency's record is not right. Ask your administrator.",
        ),
        "identity": ("证件号码不正确，请核对。", "An identity code is wrong. Check it."),
        "log": ("查询日志暂不可用，请稍后重试。", "The log of look-ups is not available. Try again in a while."),
    }
)
