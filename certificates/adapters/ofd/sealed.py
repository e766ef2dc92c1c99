"""A sealed OFD of any maker: one seal that covers every entry, and whose arithmetic holds (GB/T 33190 chapter 18, GB/T 38540)."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname, normpath
from typing import Final
from xml.etree.ElementTree import Element

from certificates.adapters.ofd.xml_read import named, read_xml
from certificates.core.digests import sm3
from certificates.core.errors import DocumentError
from certificates.core.ses import SM2_WITH_SM3, SealedData, read_sealed_data
from certificates.core.ses_verify import verify_sealed_data

ROOT: Final = "OFD.xml"

_CHECK_METHODS: Final = frozenset({"SM3", "1.2.156.10197.1.401"})  # makers write the one or the other


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOfd:
    """This will hold a document whose one seal covers everything; `root` is OFD.xml, `document_path` names its Document.xml.

    `uncovered` are the three entries that no seal can cover. Whether its signer is to be trusted is not said.
    """

    root: Element = field(repr=False)
    document_path: str
    sealed: SealedData = field(repr=False)
    uncovered: tuple[str, str, str]


def read_sealed(files: Mapping[str, bytes]) -> SealedOfd:
    """This will read and verify the seal over the files of a container.

    Steps: 1 the document's root, 2 its one seal, 3 the list of files it covers is exactly all of them, 4 their digests, 5 the
    digest of that list, 6 the signer's and the maker's signatures. Raises DocumentError `ofd.xml`, `ofd.limit`, `ofd.structure`, `ofd.unsigned`,
    `ofd.signatures`, `ofd.algorithm`, `ofd.coverage`, `ofd.modified`, and what `read_sealed_data` and `verify_sealed_data` raise.
    """
    root = read_xml(entry(files, ROOT))
    body = only(root, "DocBody")
    if root.tag != named("OFD") or len(root) != 1:
        raise _structure()
    document_path = located(ROOT, text_of(only(body, "DocRoot")))
    named_signatures = body.findall(named("Signatures"))
    if not named_signatures:
        raise DocumentError("ofd.unsigned", "the document bears no seal")
    signatures = located(ROOT, text_of(only(body, "Signatures")))
    signature = _only_seal(files, signatures)
    listed = read_xml(entry(files, signature))
    information = only(listed, "SignedInfo")
    value = located(signature, text_of(only(listed, "SignedValue")))
    uncovered = (signatures, signature, value)
    if text_of(only(information, "SignatureMethod")) != SM2_WITH_SM3:
        raise DocumentError("ofd.algorithm", "seals are signed by SM2 with SM3 only")
    _require_covered(files, only(information, "References"), signature, uncovered)
    sealed = read_sealed_data(entry(files, value))
    verify_sealed_data(sealed, content=files[signature])
    if located(signature, sealed.path) != signature:
        raise DocumentError("ofd.modified", "the seal names another list of files")
    _require_same_seal(files, information, signature, sealed)
    return SealedOfd(root=root, document_path=document_path, sealed=sealed, uncovered=uncovered)


def entry(files: Mapping[str, bytes], path: str) -> bytes:
    """This will give an entry's bytes; raises DocumentError `ofd.structure` where there is none."""
    if path not in files:
        raise _structure()
    return files[path]


def only(parent: Element, name: str) -> Element:
    """This will give the one child of that name; raises DocumentError `ofd.structure`."""
    found = parent.findall(named(name))
    if len(found) != 1:
        raise _structure()
    return found[0]


def text_of(element: Element) -> str:
    """This will give an element's text without the space around it."""
    return (element.text or "").strip()


def located(base: str, path: str) -> str:
    """This will give the name of the entry that a path (ST_Loc) in the entry `base` stands for; raises DocumentError `ofd.structure`."""
    found = normpath(path[1:] if path.startswith("/") else f"{dirname(base)}/{path}".removeprefix("/"))
    if not path or found.startswith(("/", "..")) or "\\" in path:
        raise _structure()
    return found


def _structure() -> DocumentError:
    return DocumentError("ofd.structure", "the document is not built as GB/T 33190 says")


def _only_seal(files: Mapping[str, bytes], path: str) -> str:
    listed = read_xml(entry(files, path)).findall(named("Signature"))
    if not listed:
        raise DocumentError("ofd.unsigned", "the document bears no seal")
    if len(listed) != 1 or listed[0].get("Type", "Seal") != "Seal":
        raise DocumentError("ofd.signatures", "a licence bears exactly one seal and no other signature")
    return located(path, listed[0].get("BaseLoc", ""))


def _require_covered(
    files: Mapping[str, bytes], references: Element, signature: str, uncovered: tuple[str, str, str]
) -> None:
    """A seal that leaves an entry out says nothing about it: another page could stand there."""
    if references.get("CheckMethod") not in _CHECK_METHODS:
        raise DocumentError("ofd.algorithm", "files are covered by SM3 only")
    covered: dict[str, bytes] = {}
    for reference in references:
        path = located(signature, reference.get("FileRef", ""))
        if reference.tag != named("Reference") or path in covered:
            raise DocumentError("ofd.coverage", "a file is listed twice under the seal")
        covered[path] = _digest(text_of(only(reference, "CheckValue")))
    if covered.keys() != files.keys() - set(uncovered) or len(set(uncovered)) != len(uncovered):
        raise DocumentError("ofd.coverage", "the seal does not cover exactly the document's files")
    if any(sm3(files[path]) != digest for path, digest in covered.items()):
        raise DocumentError("ofd.modified", "a file is not the one that was sealed")


def _digest(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:  # includes binascii.Error
        raise DocumentError("ofd.structure", "a digest under the seal is not readable") from error


def _require_same_seal(files: Mapping[str, bytes], information: Element, signature: str, sealed: SealedData) -> None:
    kept = information.findall(f"{named('Seal')}/{named('BaseLoc')}")
    if kept and entry(files, located(signature, text_of(kept[0]))) != sealed.seal.der:
        raise DocumentError("ofd.modified", "the document shows another seal than the one it was sealed with")
