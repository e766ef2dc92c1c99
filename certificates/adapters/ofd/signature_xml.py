"""The list of what a seal covers, as an OFD carries it (GB/T 33190-2016 chapter 18)."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

from certificates.adapters.ofd.package import SIGNATURES
from certificates.adapters.ofd.page_xml import document_xml, number
from certificates.core.digests import sm3
from certificates.core.ses import SM2_WITH_SM3

FOLDER: Final = "Doc_0/Signs/Sign_0"
SIGNATURE: Final = f"{FOLDER}/Signature.xml"
SEAL: Final = f"{FOLDER}/Seal.esl"
SIGNED_VALUE: Final = f"{FOLDER}/SignedValue.dat"
SM3_OID: Final = "1.2.156.10197.1.401"
UNCOVERED: Final = frozenset({SIGNATURES, SIGNATURE, SIGNED_VALUE})  # what a seal cannot cover, and nothing else

_BEIJING: Final = timezone(timedelta(hours=8))
Box = tuple[float, float, float, float]  # left, top, width, height in mm


def signatures_xml() -> bytes:
    """This will give Signatures.xml of a document with its one seal: always these bytes."""
    return document_xml(
        "Signatures",
        f'<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Seal" BaseLoc="/{SIGNATURE}"/>',
    )


def signature_xml(files: Mapping[str, bytes], *, at: datetime, page_id: int, box: Box) -> bytes:
    """This will give Signature.xml over all those files, for a seal set at `box` of a page at `at` (aware)."""
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{b64encode(sm3(data)).decode("ascii")}</ofd:CheckValue></ofd:Reference>'
        for name, data in files.items()
        if name not in UNCOVERED
    )
    return document_xml(
        "Signature",
        '<ofd:SignedInfo><ofd:Provider ProviderName="Huzheng" Version="1" Company="Huzheng"/>'
        f"<ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{at.astimezone(_BEIJING):%Y%m%d%H%M%S}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{SM3_OID}">{references}</ofd:References>'
        f'<ofd:StampAnnot ID="1" PageRef="{page_id}" Boundary="{" ".join(map(number, box))}"/>'
        f"<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{SIGNED_VALUE}</ofd:SignedValue>",
    )
