"""The sentences for what was found in a file, by reason code: Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FORM = {
    "pdf.unreadable": (
        "这不是完整的 PDF 文件，请重新取得文件，或请持证人出示亮证码。",
        "This is no whole PDF. Get the file again, or ask the holder for a code.",
    ),
    "pdf.other_format": (
        "只能核验 PDF 和 OFD 文件；照片和扫描件证明不了什么，请持证人交来原文件，或出示亮证码。",
        "Only PDF and OFD files can be checked; a photograph or scan proves nothing. Ask for the file itself, or for a code.",
    ),
    "credential.not_read": (
        "文件本身没有通过检查，其中的电子凭证没有读取。",
        "The file itself did not pass, so the credential in it was not looked at.",
    ),
    "pdf.limit": (
        "文件的大小或页数超过证照文件应有的限度，请勿采信。",
        "The file is larger, or has more parts, than a licence can have. Do not accept it.",
    ),
    "pdf.encrypted": (
        "文件已加密，证照文件从不加密，请勿采信。",
        "The file is encrypted, which a licence never is. Do not accept it.",
    ),
    "pdf.trailing": (
        "文件在签名内容之外还有其他内容，请勿采信，并报告。",
        "The file has something outside of what is signed. Do not accept it; report it.",
    ),
    "pdf.active": (
        "文件含有脚本、链接、批注或不明附件，证照文件不会有，请勿采信，并报告。",
        "The file holds a script, link, note or unknown attachment, as no licence does. Do not accept it; report it.",
    ),
    "pdf.metadata": (
        "文件中的证照元数据不合格式，请勿采信。",
        "The licence's data in the file have a wrong form. Do not accept it.",
    ),
    "limit.decode": (
        "文件解压后超过允许的大小，请勿采信，并报告。",
        "The file unpacks to more than is allowed. Do not accept it; report it.",
    ),
    "limit.time": (
        "读取该文件所需时间超过限度，证照文件不会如此，请勿采信。",
        "The file takes longer to read than any licence. Do not accept it.",
    ),
    "limit.memory": (
        "读取该文件所需内存超过限度，证照文件不会如此，请勿采信。",
        "The file takes more memory to read than any licence. Do not accept it.",
    ),
}

_SIGNATURES = {
    "pdf.unsigned": (
        "文件没有签名，其中的印章和二维码图样不能证明文件为真，请勿采信。",
        "The file is not signed; pictures of a seal or code in it prove nothing. Do not accept it.",
    ),
    "pdf.signatures": (
        "文件的签名数目或顺序与证照文件不符，请勿采信，并报告。",
        "The file has other signatures than a licence. Do not accept it; report it.",
    ),
    "pdf.byterange": (
        "签名所指的范围残缺或矛盾，请勿采信，并报告。",
        "The signature's range is broken or contradicts itself. Do not accept it; report it.",
    ),
    "pdf.gap": (
        "签名的留空处藏有其他内容，请勿采信，并报告。",
        "The gap of the signature holds something else. Do not accept it; report it.",
    ),
    "pdf.coverage": (
        "签名没有覆盖整个文件，请勿采信，并报告。",
        "The signature does not cover the whole file. Do not accept it; report it.",
    ),
    "pdf.modified": (
        "文件在签名之后被改动，请勿采信，并报告。",
        "The file was changed after it was signed. Do not accept it; report it.",
    ),
    "pdf.docmdp": (
        "文件的签名不是禁止改动的签发签名，请勿采信。",
        "The signature does not certify the file against every change. Do not accept it.",
    ),
    "pdf.algorithm": (
        "签名所用的算法不在准许之列，请勿采信。",
        "The signature uses an algorithm that is not allowed. Do not accept it.",
    ),
    "pdf.cms": ("签名数据不合规定格式，请勿采信。", "The signature's data have a wrong form. Do not accept it."),
    "pdf.padding": (
        "签名数据之后藏有其他内容，请勿采信，并报告。",
        "Something is hidden behind the signature's data. Do not accept it; report it.",
    ),
    "pdf.timestamp": (
        "文件中的时间戳无效，请勿采信，并报告。",
        "A timestamp in the file is not good. Do not accept it; report it.",
    ),
}

_TIME = {
    "document.judged_now": (
        "文件没有可信时间戳，只按此刻判断：签发机关的证书到期或吊销后将不能再证明。",
        "The file has no trusted timestamp: it is judged by the present alone, and proves nothing once the signer's certificate ends.",
    ),
    "document.judged_then": (
        "可信时间戳证明了签署时间，按签署之时判断。",
        "A trusted timestamp proves when it was signed; it is judged by that time.",
    ),
    "document.not_byte_exact": (
        "内容与证照一致，但不是签发机关存档的那一份文件，逐字节比对不同。",
        "The content agrees, but this is not byte for byte the file that the issuing node keeps.",
    ),
    "document.signed_after_revocation": (
        "文件签署时，签章机关的证书已被吊销，请勿采信，并报告。",
        "The signer's certificate was revoked before the file was signed. Do not accept it; report it.",
    ),
    "document.signed_before_issue": (
        "文件所称的签署时间早于其中电子凭证的签发时间，请勿采信，并报告。",
        "The file says it was signed before the credential in it was issued. Do not accept it; report it.",
    ),
    "document.signed_after_key_ended": (
        "文件签署时，签章机关的密钥已停用，请勿采信，并报告。",
        "The signer's key had been retired when the file was signed. Do not accept it; report it.",
    ),
    "document.revocation_data": (
        "文件缺少证明签章证书当时有效的资料，或资料不属于该证书，不能判断。请持证人重新下载文件或出示亮证码。",
        "The file lacks what proves its signer's certificate good at the time, or has another's. Ask for a new download or a code.",
    ),
    "document.timestamp_untrusted": (
        "时间戳不是信任清单中的机构出具的，不能判断签署时间。请持证人出示亮证码。",
        "Nobody on the trust list made the timestamp, so the time of signing is open. Ask the holder for a code.",
    ),
    "document.timestamp_expired": (
        "时间戳已过期且未续期，不能判断。请持证人重新下载文件或出示亮证码。",
        "The timestamp has expired and was not renewed. Ask the holder for a new download or a code.",
    ),
    "document.timestamp_revoked": (
        "时间戳机构的证书已被吊销，不能判断签署时间。请持证人出示亮证码。",
        "The timestamp's maker was revoked, so the time of signing is open. Ask the holder for a code.",
    ),
    "document.reader_lost": (
        "读取文件的进程中断，不能判断。请再试一次，仍如此请报告，并请持证人出示亮证码。",
        "The process that read the file broke down. Try again; if it stays so, report it and ask the holder for a code.",
    ),
    "document.reader_busy": (
        "正在核验的文件太多，请稍后再试。",
        "Too many files are being checked. Try again in a moment.",
    ),
    "cross.mismatch": (
        "文件页面上印的内容与其中的电子凭证不一致，请勿采信，并立即报告。",
        "What the page says is not what the credential in the file says. Do not accept it; report it at once.",
    ),
}

DOCUMENT_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({**_FORM, **_SIGNATURES, **_TIME})
