"""What an OFD that somebody brings proves: facts for the verdict, or a named refusal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element

from certificates.adapters.ofd.container_read import read_container
from certificates.adapters.ofd.container_write import write_container
from certificates.adapters.ofd.package import ATTACHMENTS, CUSTOM_TAGS, DOCUMENT, SIGNATURES, TAGS, TAGS_NAMESPACE
from certificates.adapters.ofd.page_words import words_of
from certificates.adapters.ofd.sealed import SealedOfd, entry, located, only, read_sealed, text_of
from certificates.adapters.ofd.signature_xml import SIGNATURE, SIGNED_VALUE, signatures_xml
from certificates.adapters.ofd.xml_read import named, read_xml
from certificates.adapters.pdf.content import CREDENTIAL_NAME, LICENCE_TYPE_NAME, SEAL_CODE_NAME
from certificates.adapters.pdf.refusals import refusing
from certificates.core.errors import DocumentError
from certificates.core.ses_verify import in_force_when_sealed

MAX_METADATA_ITEMS: Final = 256  # the standard has some 30, a type adds at most as many
MAX_PAGES: Final = 50  # a licence has one to three

_FOLDER: Final = "Doc_0/Attachs/"
# What a licence is made of. Actions, annotations, extensions, templates and older versions have no place in one.
_BODY: Final = frozenset({"DocInfo", "DocRoot", "Signatures"})
_DOCUMENT: Final = frozenset({"CommonData", "Pages", "CustomTags", "Attachments"})
_COMMON: Final = frozenset({"MaxUnitID", "PageArea", "PublicRes", "DocumentRes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdFacts:
    """This will hold what was found in a sealed OFD of the strict profile, every byte of which is covered or fixed.

    `sealed_at` is the signer's own claim; `signer` and `maker` are DER, `seal_made_at` when the maker says the seal was made, `in_force`
    whether seal and certificates were valid then. `credential` and `code` are still to be verified by themselves. `text` is what the
    pages say, object by object, `printed` what they say of each item, by short name and without white space.
    """

    version: int
    sealed_at: datetime
    signer: bytes = field(repr=False)
    maker: bytes = field(repr=False)
    seal_made_at: datetime
    in_force: bool
    credential: str | None = field(repr=False)
    code: str | None = field(repr=False)
    licence_type: bytes | None = field(repr=False)
    metadata: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    printed: Mapping[str, str] = field(repr=False)
    carried: Mapping[str, bytes] = field(repr=False)


def read_ofd(data: bytes) -> OfdFacts:
    """This will read a sealed licence: 1 the container, 2 its seal over everything, 3 the one form we make, 4 nothing active, 5 its contents.

    Nothing in it is run, fetched or followed. The caller must still judge signer and maker. Raises DocumentError: those of `read_container` and
    `read_sealed`, `ofd.form`, `ofd.active`, `ofd.structure`, `ofd.metadata`.
    """
    files = read_container(data)
    found = read_sealed(files)
    _require_own_form(data, files, found)
    document = _document(files, found)
    sealed_at = found.sealed.sealed_at
    if sealed_at is None:
        raise DocumentError("ofd.form", "the seal states no time")
    carried, texts = _carried(files), _texts(files, document)
    return OfdFacts(
        version=found.sealed.version,
        sealed_at=sealed_at,
        signer=found.sealed.certificate,
        maker=found.sealed.seal.maker,
        seal_made_at=found.sealed.seal.made_at,
        in_force=in_force_when_sealed(found.sealed, at=sealed_at),
        credential=_ascii(carried.get(CREDENTIAL_NAME)),
        code=_ascii(carried.get(SEAL_CODE_NAME)),
        licence_type=carried.get(LICENCE_TYPE_NAME),
        metadata=_metadata(found.root),
        text="\n".join(texts.values()),
        printed=_printed(files, texts),
        carried=carried,
    )


def _require_own_form(data: bytes, files: Mapping[str, bytes], found: SealedOfd) -> None:
    """What lies outside of the seal is fixed: the container around the files, the list of seals, and no timestamp behind the signature."""
    if (
        found.uncovered != (SIGNATURES, SIGNATURE, SIGNED_VALUE)
        or found.document_path != DOCUMENT
        or found.sealed.has_timestamp
        or files[SIGNATURES] != signatures_xml()
        or write_container(files) != data
    ):
        raise DocumentError(
            "ofd.form", "the document has parts that no seal covers, in a form that licences do not have"
        )


def _document(files: Mapping[str, bytes], found: SealedOfd) -> Element:
    document = read_xml(entry(files, DOCUMENT))
    _require_known(only(found.root, "DocBody"), _BODY)
    _require_known(document, _DOCUMENT)
    _require_known(only(document, "CommonData"), _COMMON)
    return document


def _require_known(parent: Element, names: frozenset[str]) -> None:
    if any(child.tag not in {named(name) for name in names} for child in parent):
        raise DocumentError("ofd.active", "the document has parts that a licence does not have")


def _carried(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    if ATTACHMENTS not in files:
        return MappingProxyType({})
    listed = read_xml(files[ATTACHMENTS]).findall(named("Attachment"))
    found: dict[str, bytes] = {}
    for attachment in listed:
        path = located(ATTACHMENTS, text_of(only(attachment, "FileLoc")))
        name = path.removeprefix(_FOLDER)
        if name in found or not path.startswith(_FOLDER):
            raise DocumentError("ofd.structure", "an attachment is listed twice, or lies elsewhere")
        found[name] = entry(files, path)
    return MappingProxyType(found)


def _metadata(root: Element) -> Mapping[str, str]:
    listed = only(only(root, "DocBody"), "DocInfo").findall(f"{named('CustomDatas')}/{named('CustomData')}")
    found: dict[str, str] = {}
    for item in listed:
        name = item.get("Name")
        if not name or name in found or len(item) or len(found) >= MAX_METADATA_ITEMS:
            raise DocumentError("ofd.metadata", "the metadata have an unnamed or repeated item, or too many")
        found[name] = item.text or ""
    return MappingProxyType(found)


def _printed(files: Mapping[str, bytes], texts: Mapping[tuple[str, str], str]) -> Mapping[str, str]:
    """This will give the words of the page that the semantic index names for each item."""
    if CUSTOM_TAGS not in files or TAGS not in files:
        return MappingProxyType({})
    found: dict[str, str] = {}
    for item in read_xml(files[TAGS]).findall(f"{{{TAGS_NAMESPACE}}}Item"):
        name = item.get("Name")
        objects = [(reference.get("PageRef", ""), text_of(reference)) for reference in item.findall(named("ObjectRef"))]
        if not name or name in found or any(place not in texts for place in objects):
            raise DocumentError("ofd.structure", "the index names an item twice, or words that are not there")
        found[name] = "".join("".join(texts[place] for place in objects).split())
    return MappingProxyType(found)


def _texts(files: Mapping[str, bytes], document: Element) -> Mapping[tuple[str, str], str]:
    """This will give the words of every text object, by page and own number, in the order of drawing."""
    found: dict[tuple[str, str], str] = {}
    for place, words in _objects(files, document):
        if place in found:
            raise DocumentError("ofd.structure", "two parts of a page have one number")
        found[place] = words
    return MappingProxyType(found)


def _objects(files: Mapping[str, bytes], document: Element) -> Iterator[tuple[tuple[str, str], str]]:
    pages = only(document, "Pages").findall(named("Page"))
    if not 0 < len(pages) <= MAX_PAGES:
        raise DocumentError("ofd.structure", "a licence has one to fifty pages")
    for page in pages:
        content = read_xml(entry(files, located(DOCUMENT, page.get("BaseLoc", ""))))
        with refusing("ofd.structure", "a number on the page is none"):
            yield from (((page.get("ID", ""), number), words) for number, words in words_of(content))


def _ascii(data: bytes | None) -> str | None:
    if data is None:
        return None
    if not data.isascii():
        raise DocumentError("ofd.structure", "a carried text holds strange characters")
    return data.decode("ascii")
