"""A sealed OFD verified from the standards alone: zipfile, ElementTree, asn1crypto and openssl, nothing of ours.

GB/T 33190-2016 chapter 18 (signatures), GB/T 38540-2020 chapters 6 and 7 (seals, sealing, verification).
"""

import base64
import hashlib
import io
import posixpath
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from asn1crypto import core

NS = {"ofd": "http://www.ofdspec.org/2016"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What another implementation finds: the version, the metadata, how many files were checked, the signer's certificate."""

    version: int
    metadata: dict[str, str]
    checked: int
    signer: bytes
    picture: tuple[str, bytes, int, int]


def verify(data: bytes, folder: Path) -> Seen:
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    assert len(set(names)) == len(names)
    root = ET.fromstring(archive.read("OFD.xml"))
    signatures = _path("OFD.xml", root.find("ofd:DocBody/ofd:Signatures", NS))
    (entry,) = ET.fromstring(archive.read(signatures)).findall("ofd:Signature", NS)
    listed = posixpath.normpath(entry.attrib["BaseLoc"]).lstrip("/")
    content = ET.fromstring(archive.read(listed))
    value = _path(listed, content.find("ofd:SignedValue", NS))
    references = content.findall("ofd:SignedInfo/ofd:References/ofd:Reference", NS)
    for reference in references:
        stated = base64.b64decode(reference.findtext("ofd:CheckValue", namespaces=NS) or "")
        assert sm3(archive.read(reference.attrib["FileRef"].lstrip("/"))) == stated
    covered = [reference.attrib["FileRef"].lstrip("/") for reference in references]
    assert sorted(covered) == sorted(set(names) - {signatures, listed, value})
    return _seal(archive.read(value), archive.read(listed), root, len(references), folder)


def _seal(value: bytes, listed: bytes, root: ET.Element, checked: int, folder: Path) -> Seen:
    whole: Any = core.load(value, strict=True)
    to_sign, certificate, algorithm, signature = (whole[index] for index in range(4))
    version, seal, _, digest, _ = (to_sign[index] for index in range(5))
    info, maker, maker_algorithm, maker_signature = (seal[index] for index in range(4))
    assert algorithm.native == maker_algorithm.native == "1.2.156.10197.1.501"
    assert _bits(digest) == sm3(listed)
    assert certificate.native in [item.native for item in _items(info[2][3])]
    _openssl(folder, certificate.native, to_sign.dump(), _bits(signature))
    _openssl(folder, maker.native, info.dump(), _bits(maker_signature))
    picture = info[3]
    return Seen(
        version=version.native,
        metadata={item.attrib["Name"]: item.text or "" for item in root.iterfind(".//ofd:CustomData", NS)},
        checked=checked,
        signer=certificate.native,
        picture=(picture[0].native, picture[1].native, picture[2].native, picture[3].native),
    )


def sm3(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def _items(sequence: Any) -> list[Any]:
    return [sequence[index] for index in range(len(sequence))]


def _bits(value: Any) -> bytes:
    return bytes(value.contents[1:])


def _path(base: str, element: ET.Element | None) -> str:
    assert element is not None
    assert element.text
    text = element.text
    return text.lstrip("/") if text.startswith("/") else posixpath.join(posixpath.dirname(base), text)


def _openssl(folder: Path, certificate: bytes, data: bytes, signature: bytes) -> None:
    (folder / "c.der").write_bytes(certificate)
    (folder / "data").write_bytes(data)
    (folder / "sig").write_bytes(signature)
    key = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-in", "c.der", "-noout", "-pubkey"],
        cwd=folder,
        capture_output=True,
        check=True,
    ).stdout
    (folder / "key.pem").write_bytes(key)
    done = subprocess.run(
        [
            "openssl",
            "dgst",
            "-sm3",
            "-sigopt",
            "distid:1234567812345678",
            "-verify",
            "key.pem",
            "-signature",
            "sig",
            "data",
        ],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
