"""The sentences for the person at the counter, by reason code: what it means, and what to do next. Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from verification.core.copy_sentences import COPY_SENTENCES
from verification.core.document_sentences import DOCUMENT_SENTENCES
from verification.core.node_sentences import NODE_SENTENCES
from verification.core.ofd_sentences import OFD_SENTENCES
from verification.core.past_sentences import PAST_SENTENCES
from verification.core.picture_sentences import PICTURE_SENTENCES
from verification.core.policy_sentences import POLICY_SENTENCES

_PASSED = {
    "input.readable": ("可以读取。", "It can be read."),
    "signature.good": ("签名有效，内容未被改动。", "The signature is good; nothing was changed."),
    "issuer.authorised": ("签发机关有权签发此类证照。", "The issuing agency is authorised for this type."),
    "validity.in_force": ("在有效期内。", "It is within its period of validity."),
    "status.valid": ("证照状态正常。", "The licence is in good standing."),
    "presenter.code_spent": ("持证人已为本次核验出示亮证码。", "The holder presented a code for this very check."),
    "presenter.released": ("签发地已为本次核验放行。", "The issuing region released it for this very check."),
    "recognition.home": (
        "本地区证照，用证清单准许此事项使用。",
        "A licence of this region; the usage list allows it for this matter.",
    ),
    "recognition.by_rule": ("按互认规则，可用于此事项。", "The recognition rule accepts it for this matter."),
    "document.agrees": ("文件与其中的凭证一致。", "The document and the credential inside agree."),
    "receipt.included": ("此记录已在日志中，可以证明。", "The entry is in the log, and that is proved."),
    "check.not_applicable": ("此类材料不做此项核验。", "This check does not apply to this kind of input."),
    "usage.allowed": ("用证清单准许。", "The usage list allows it."),
}

_ISSUER = {
    "issuer.key_unknown": (
        "签发地区的密钥清单中没有该签名密钥，请勿采信，并向本单位管理员报告。",
        "The issuing region lists no such key. Do not accept it; report it to your administrator.",
    ),
    "issuer.type_unknown": (
        "不是本系统认识的证照类型，请勿采信。",
        "The licence type is unknown here. Do not accept it.",
    ),
    "issuer.region_unknown": (
        "信任清单中没有该签发地区，请勿采信。",
        "The trust list knows no such issuing region. Do not accept it.",
    ),
    "issuer.scope": (
        "签名机关的证书不适用于该地区或此类证照，请勿采信，并报告。",
        "The signing agency's certificate is not for that region or this type. Do not accept it; report it.",
    ),
    "issuer.type_not_of_region": (
        "该地区无权签发此类证照，请勿采信。",
        "That region may not issue this type. Do not accept it.",
    ),
    "issuer.type_not_of_agency": (
        "该机关无权签发此类证照，请勿采信。",
        "That agency may not issue this type. Do not accept it.",
    ),
    "issuer.key_not_in_force": (
        "签发时该密钥不在有效期内，请勿采信。",
        "The agency's key was not in force at issue. Do not accept it.",
    ),
    "issuer.issued_in_future": (
        "所写签发时间尚未到，请勿采信，并报告。",
        "It states a time of issue that has not come yet. Do not accept it; report it.",
    ),
    "issuer.key_use": (
        "签名用的是该机关的文件密钥，不是证照密钥，请勿采信。",
        "It was signed with the agency's key for files, not for licences. Do not accept it.",
    ),
    "issuer.key_compromised": (
        "签发晚于密钥失密时间，请勿采信，请持证人向签发机关申请换发。",
        "It was signed after the agency's key was compromised. Do not accept it; the holder should ask for a new one.",
    ),
    "issuer.revoked": (
        "签发时签发机关的证书已被吊销，请勿采信，请持证人向签发机关申请换发。",
        "The agency's certificate was revoked before it was signed. Do not accept it; the holder should ask for a new one.",
    ),
    "issuer.crl_stale": (
        "签发地区的证书吊销列表已过期，不能判断。请过一会儿再试；仍不行请报告管理员。",
        "The issuing region's list of revoked certificates is out of date. Try again in a while; report it if it stays so.",
    ),
    "issuer.issue_time_unproven": (
        "签发机关的密钥曾失密，无法证明此证在此之前签发。请持证人出示亮证码联网核验。",
        "The agency's key was compromised and nothing proves an earlier issue. Ask the holder for a code and check online.",
    ),
}

_SIGNATURE = {
    "credential.malformed": (
        "这不是完整的电子凭证，请重新扫描或另行出示。",
        "This is no whole credential. Scan again, or ask for another copy.",
    ),
    "credential.x5c": (
        "凭证中的签发机关证书无法读取，请勿采信。",
        "The agency's certificate in the credential cannot be read. Do not accept it.",
    ),
    "seal_code.signature": (
        "证照码的签名无效，请勿采信，并报告。",
        "The seal code's signature is not good. Do not accept it; report it.",
    ),
    "seal_code.key_algorithm": (
        "证照码的签名算法与密钥不符，请勿采信。",
        "The seal code states another algorithm than its key's. Do not accept it.",
    ),
}

_TIME_AND_STATUS = {
    "validity.not_yet": ("尚未生效，请在生效日之后办理。", "It is not yet valid. Come back when it is."),
    "validity.expired": (
        "证照已过有效期，请持证人先到签发机关换发。",
        "The licence has expired. The holder must renew it first.",
    ),
    "validity.credential_expired": (
        "此电子凭证已过期（证照本身未必过期），请持证人重新出示最新的亮证码。",
        "This copy has expired, though the licence may not have. Ask the holder for a fresh code.",
    ),
    "validity.unreadable": (
        "证照上的日期无法读取，请向签发机关核实。",
        "A date on the licence cannot be read. Ask the issuing agency.",
    ),
    "status.revoked": ("证照已被注销或撤销，不得使用。", "The licence was revoked and must not be used."),
    "status.suspended": (
        "证照已被暂停使用，恢复前不得使用；请持证人联系签发机关。",
        "The licence is suspended. It may be reinstated: the holder should contact the issuing agency.",
    ),
    "status.stale": (
        "掌握的状态信息已过时，不能判断。请稍后联网重新核验。",
        "What is known of its status is too old. Check again online in a while.",
    ),
    "status.unavailable": (
        "取不到证照状态，不能判断。请稍后重新核验。",
        "Its status could not be fetched. Check again in a while.",
    ),
    "status.other_list": (
        "取到的状态清单不是此证照所指的清单，不能判断。请重新核验，仍如此请报告。",
        "The status list at hand is not the one this licence names. Check again; report it if it stays so.",
    ),
    "status.other_credential": (
        "登记中该状态编号属于另一份证照，本机关未签发过此份，请勿采信，并立即报告。",
        "The register has another licence under its status number: this one was never issued. Do not accept it; report it.",
    ),
    "status.from_future": (
        "状态信息的时间晚于本机时间，请检查本机时钟。",
        "The status is dated after this computer's clock. Have the clock checked.",
    ),
}

_DOCUMENT = {
    "document.missing": ("没有收到可核验的文件，请重新上传。", "No document was received. Upload it again."),
    "document.refused": (
        "文件不能采信，其中的凭证未作核验。",
        "The document was refused; the credential in it was not looked at.",
    ),
    "document.signer_untrusted": (
        "文件签章人不在信任清单之内，请勿采信。",
        "Nobody trusted signed the document. Do not accept it.",
    ),
    "document.signer_unlisted": (
        "签发地区的密钥清单中没有该文件的签名密钥，不能判断。请过几分钟再试，或请持证人出示亮证码。",
        "The region does not list the key that signed the file. Try again in some minutes, or ask the holder for a code.",
    ),
    "document.signer_revoked": (
        "签署该文件的密钥曾失密，不能判断文件是否可信。请持证人出示亮证码，或重新下载文件。",
        "Others may hold the key that signed the file. Ask the holder for a code, or to download the file again.",
    ),
    "document.other_signer": (
        "文件签章机关与凭证签发机关不同，请勿采信。",
        "The document and the credential have different signers. Do not accept it.",
    ),
    "document.differs": (
        "文件内容与凭证不一致，请勿采信，并报告。",
        "The document says something else than the credential. Do not accept it; report it.",
    ),
    "document.not_comparable": (
        "文件内容无法与凭证逐项比对，请持证人出示亮证码。",
        "The document cannot be compared with the credential. Ask the holder for a code.",
    ),
    "credential.missing": (
        "文件中没有电子凭证，请持证人出示亮证码。",
        "There is no credential in the file. Ask for a code.",
    ),
    "credential.not_released": ("签发地区没有放行凭证。", "The issuing region released no credential."),
    "credential.not_verified": (
        "签名未能核实，其余各项无从判断。",
        "The signature was not verified, so this cannot be known.",
    ),
    "credential.key_binding": (
        "凭证附有不能核验的绑定，请勿采信。",
        "It carries a binding that cannot be checked. Do not accept it.",
    ),
    "document.is_receipt": (
        "这是一份用证回执，不是证照；请出示证照本身，回执可离线核验。",
        "This is the receipt of a look-up, not a licence. Ask for the licence itself; a receipt is verified offline.",
    ),
    "receipt.waiting": (
        "日志还没有证明这次查询，通常一分钟内完成；请稍后再试。",
        "The log does not prove this look-up yet. That takes a minute at most: try again soon.",
    ),
    "receipt.erased": (
        "这次查询的明细已按规定删除，不能再做成归档回执。",
        "The details of this look-up were erased, so that no receipt for the archive can be made of it.",
    ),
    "receipt.archive_signer": (
        "归档回执不是由出具回执的节点签名的，请勿采信。",
        "The file was not signed by the node that gave the receipt. Do not accept it.",
    ),
    "receipt.archive_differs": (
        "归档回执所写与日志承诺的不一致，请勿采信。",
        "The file says something else than the log's entry commits to. Do not accept it.",
    ),
    "receipt.promised": (
        "回执签名有效，记录尚未入日志，请在承诺时间后再核验。",
        "The receipt is signed; its entry is not logged yet. Check again after the promised time.",
    ),
    "receipt.promise_overdue": (
        "已过承诺时间仍未证明入日志，请向该节点查询；这是对该节点不利的证据。",
        "The promised time is over without proof. Ask the node; this is evidence against its log.",
    ),
    "receipt.head_unwitnessed": (
        "证明入日志的签名出自已停用的日志密钥，且无见证方的签名，不能判断。请向该节点索取新的回执。",
        "The proof is signed with a log key that is no longer in force, and no witness signed it. Ask the node for the receipt again.",
    ),
    "receipt.not_verified": ("回执未能核实。", "The receipt could not be verified."),
}

_FETCHING = {
    "peer.timeout": (
        "签发地区未及时答复，不能判断，请稍后重试。",
        "The issuing region did not answer in time. Try again in a while.",
    ),
    "peer.unreachable": (
        "暂时联系不上签发地区，不能判断，请稍后重试，或请持证人出示印有证照码的纸质件。",
        "The issuing region cannot be reached. Try again later, or ask for a printed licence with its seal code.",
    ),
    "peer.refused": (
        "签发地区拒绝了本次查询，请核对事项和内容。",
        "The issuing region refused. Check the matter and the fields.",
    ),
    "peer.pending": (
        "签发地区仍在处理，请稍后查看结果。",
        "The issuing region is still working on it. Look again in a while.",
    ),
    "peer.answer_invalid": (
        "签发地区的答复无法核实，不能判断，请报告。",
        "The issuing region's answer cannot be verified. Report it to your administrator.",
    ),
    "agency_keys.unavailable": (
        "取不到签发地区的密钥清单，不能判断，请稍后重试。",
        "The issuing region's keys could not be fetched. Try again in a while.",
    ),
    "agency_keys.expired": (
        "签发地区的密钥清单已过期，不能判断，请报告本单位管理员。",
        "The issuing region's key bundle has expired. Report it to your administrator.",
    ),
    "trust_list.absent": (
        "本节点还没有信任清单，请报告管理员。",
        "This node has no trust list yet. Report it to your administrator.",
    ),
    "trust_list.region": (
        "信任清单中没有该签发地区，不能判断，请勿采信。",
        "The trust list knows no such issuing region. Do not accept it.",
    ),
}

SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        **_PASSED,
        **_ISSUER,
        **_SIGNATURE,
        **_TIME_AND_STATUS,
        **_DOCUMENT,
        **DOCUMENT_SENTENCES,
        **OFD_SENTENCES,
        **_FETCHING,
        **NODE_SENTENCES,
        **COPY_SENTENCES,
        **PAST_SENTENCES,
        **PICTURE_SENTENCES,
        **POLICY_SENTENCES,
    }
)
