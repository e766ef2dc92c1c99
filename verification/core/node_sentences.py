"""The sentences about the node itself, by reason code: what people who run it must look at."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NODE_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "log.stalled": (
            "查询记录暂时无法入日志，为保护持证人，暂停查询；请立即报告管理员。",
            "Look-ups cannot be logged at present, so none are made. Report it to your administrator at once.",
        ),
        "log.storage_older": (
            "数据库比已签名的日志旧，为保护持证人，暂停查询；请立即报告管理员。",
            "The database is older than the log already signed, so no look-up is made. Report it to your administrator at once.",
        ),
        "log.witness.ahead": (
            "见证方见过的日志比本节点保存的更长，暂停查询；请立即报告管理员。",
            "A witness has seen more of the log than is stored, so no look-up is made. Report it to your administrator at once.",
        ),
        "log.mark": (
            "本节点关于日志的记号无法读取，暂停查询；请立即报告管理员。",
            "The node's own mark of its log cannot be read, so no look-up is made. Report it to your administrator at once.",
        ),
        "log.publisher_silent": (
            "日志发布进程没有动静，请立即报告管理员。",
            "The process that publishes the log gives no sign of life. Report it to your administrator at once.",
        ),
        "node.crl_ends": (
            "某个电子认证机构的吊销清单一周内到期，请导入新的清单（node_key add-crl）。",
            "A CA's list of revoked certificates ends within a week: import the next one (node_key add-crl).",
        ),
        "document.timestamp_waits": (
            "现在取不到时间戳，文件还不能给出；请稍后再试。",
            "No timestamp is to be had at the moment, so the file is not given yet. Try again soon.",
        ),
        "issue.key_stopped": (
            "一把签发密钥签出了别的内容，已停用，查明后方可恢复；请立即报告管理员。",
            "An issue key signed other bytes than it was given and is stopped until it is cleared. Report it to your administrator at once.",
        ),
        "trust_list.mark": (
            "本节点关于信任清单的记号无法读取，一律不能判断，请立即报告管理员。",
            "The node's own mark of its trust list cannot be read; nothing can be judged. Report it at once.",
        ),
        "trust_list.altered": (
            "信任清单与登记的不符，一律不能判断，请立即报告管理员。",
            "The trust list is not the one that was taken into use; nothing can be judged. Report it at once.",
        ),
        "trust_list.older": (
            "信任清单比本节点已采用的旧，一律不能判断，请立即报告管理员。",
            "The trust list is older than one in use before; nothing can be judged. Report it at once.",
        ),
        "cipher.erased": ("此证照的内容已按规定删除。", "The contents of this licence were erased for good."),
        "rate.files_caller": (
            "一分钟内要的归档回执太多，请稍后再试。",
            "Too many receipts for the archive were asked for in a minute. Try again soon.",
        ),
        "trust_list.expired": (
            "信任清单已过期，在更新之前一律不能判断，请立即报告管理员。",
            "The trust list has expired; nothing can be judged until it is renewed. Report it at once.",
        ),
    }
)
