"""The sentences for what was found in an OFD file and its electronic seal, by reason code: Chinese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FORM = {
    "ofd.container": (
        "文件不是完整、规范的 OFD 容器，请勿采信，并重新取得文件。",
        "The file is no whole and orderly OFD container. Do not accept it; get the file again.",
    ),
    "ofd.limit": (
        "文件的大小、条目数或解压后的大小超过证照文件应有的限度，请勿采信，并报告。",
        "The file is larger, has more parts or unpacks to more than a licence can have. Do not accept it; report it.",
    ),
    "ofd.encrypted": (
        "文件含有加密内容，证照文件从不加密，请勿采信。",
        "Parts of the file are encrypted, which a licence never is. Do not accept it.",
    ),
    "ofd.entry_name": (
        "文件中有重名或指向文件之外的条目，请勿采信，并报告。",
        "The file has parts of one name, or names that lead out of it. Do not accept it; report it.",
    ),
    "ofd.xml": (
        "文件的组成部分不是规范的 XML，请勿采信。",
        "Parts of the file are no proper XML. Do not accept it.",
    ),
    "ofd.structure": (
        "文件的结构不符合 GB/T 33190，请勿采信。",
        "The file is not built as GB/T 33190 says. Do not accept it.",
    ),
    "ofd.active": (
        "文件含有动作、批注或其他证照文件不会有的内容，请勿采信，并报告。",
        "The file holds an action, a note or something else that no licence has. Do not accept it; report it.",
    ),
    "ofd.form": (
        "文件有未被印章覆盖的部分，且不是证照文件的固定格式，请勿采信。",
        "The file has parts that no seal covers, in a form that licences do not have. Do not accept it.",
    ),
    "ofd.metadata": (
        "文件中的证照元数据不合格式，请勿采信。",
        "The licence's data in the file have a wrong form. Do not accept it.",
    ),
}

_SEAL = {
    "ofd.unsigned": (
        "文件没有电子印章，其中的印章图样不能证明文件为真，请勿采信。",
        "The file bears no electronic seal; a picture of one proves nothing. Do not accept it.",
    ),
    "ofd.signatures": (
        "文件的签章数目或种类与证照文件不符，请勿采信，并报告。",
        "The file has other signatures than the one seal of a licence. Do not accept it; report it.",
    ),
    "ofd.coverage": (
        "电子印章没有恰好覆盖文件的全部内容，请勿采信，并报告。",
        "The seal does not cover exactly what the file holds. Do not accept it; report it.",
    ),
    "ofd.modified": (
        "文件在盖章之后被改动，请勿采信，并报告。",
        "The file was changed after it was sealed. Do not accept it; report it.",
    ),
    "ofd.algorithm": (
        "电子印章所用的算法不在准许之列，请勿采信。",
        "The seal uses an algorithm that is not allowed. Do not accept it.",
    ),
    "ofd.seal_form": (
        "电子印章的数据不符合 GB/T 38540，请勿采信。",
        "The seal's data are not those of GB/T 38540. Do not accept it.",
    ),
    "ofd.certificate": (
        "电子印章中的证书无法读取，请勿采信。",
        "A certificate in the seal cannot be read. Do not accept it.",
    ),
    "ofd.signature": (
        "盖章的签名无效，请勿采信，并报告。",
        "The signature of who set the seal is not good. Do not accept it; report it.",
    ),
    "ofd.signer_not_in_seal": (
        "盖章者不是该印章的持有者，请勿采信，并报告。",
        "Who set the seal is not whom it was made for. Do not accept it; report it.",
    ),
    "ofd.seal_signature": (
        "印章不是制章者制作的那一枚，请勿采信，并报告。",
        "The seal is not as its maker signed it. Do not accept it; report it.",
    ),
    "ofd.seal_not_in_force": (
        "盖章时印章或证书不在有效期内，请勿采信。",
        "The seal, or a certificate in it, was not valid when it was set. Do not accept it.",
    ),
    "ofd.maker_untrusted": (
        "印章不是本地区受信任的制章者制作的，请勿采信，并报告。",
        "No trusted maker of the region made the seal. Do not accept it; report it.",
    ),
    "ofd.maker_revoked": (
        "制章者的证书已被吊销，不能判断印章真伪。请持证人出示亮证码。",
        "The certificate of the seal's maker was revoked, so the seal proves nothing. Ask the holder for a code.",
    ),
    "ofd.sealed_in_future": (
        "文件所写的盖章时间尚未到，请勿采信，并报告。",
        "The file says it was sealed at a time that has not come yet. Do not accept it; report it.",
    ),
    "ofd.not_made": (
        "本节点按国际算法运行，证照只有 PDF 文件，没有 OFD 文件。",
        "This node works by the international profile: licences have a PDF and no OFD.",
    ),
    "ofd.layout": (
        "证照页面无法转为 OFD，请报告本单位管理员；PDF 文件不受影响。",
        "The page cannot be carried over to OFD. Report it to your administrator; the PDF is not affected.",
    ),
}

OFD_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({**_FORM, **_SEAL})
