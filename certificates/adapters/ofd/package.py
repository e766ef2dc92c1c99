"""The files of one OFD: GB/T 33190-2016, for a licence as GB/T 36905 wants it (metadata as custom data, one licence, one file)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from certificates.adapters.ofd.fonts import characters_of
from certificates.adapters.ofd.page import Page, Picture, Text
from certificates.adapters.ofd.page_xml import attribute, content, document_xml, number, page_xml
from certificates.adapters.ofd.tags import Place
from certificates.core.errors import DocumentError

ROOT = "OFD.xml"
DOCUMENT = "Doc_0/Document.xml"
ATTACHMENTS = "Doc_0/Attachs/Attachments.xml"
CUSTOM_TAGS = "Doc_0/Tags/CustomTags.xml"
TAGS = "Doc_0/Tags/Licence.xml"
TAGS_NAMESPACE = "urn:huzheng:licence-tags"
SIGNATURES = "Doc_0/Signs/Signatures.xml"

_PRODUCER = "<ofd:Creator>Huzheng</ofd:Creator><ofd:CreatorVersion>1</ofd:CreatorVersion>"
_TAG_FILE = f'<ofd:CustomTag TypeID="licence" NameSpace="{TAGS_NAMESPACE}"><ofd:FileLoc>Licence.xml</ofd:FileLoc></ofd:CustomTag>'
_SUFFIXES = {"PNG": "png", "JPEG": "jpg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedFile:
    """This will hold one attachment; `title` is what a reader shows, `name` the file's own."""

    name: str
    title: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """This will hold what an OFD is made of; `document_id` has 32 hexadecimal digits, `tags` name the objects of each item."""

    document_id: str
    title: str
    author: str
    created: date
    metadata: Mapping[str, str] = field(repr=False)
    pages: tuple[Page, ...] = field(repr=False)
    fonts: Mapping[str, bytes] = field(repr=False)
    carried: tuple[CarriedFile, ...] = field(repr=False)
    tags: Mapping[str, tuple[Place, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """This will hold the files by name, in the order of the container, and the number of each page."""

    files: dict[str, bytes] = field(repr=False)
    page_ids: tuple[int, ...]


class _Numbers:
    """Hands out the numbers that are unique in a document (ST_ID)."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def build_package(paper: Paper) -> Package:
    """This will write everything but the signature; the same paper gives the same bytes. Raises DocumentError `ofd.layout`."""
    _require_characters(paper)
    numbers = _Numbers()
    page_ids = tuple(numbers.next() for _ in paper.pages)
    fonts = {name: numbers.next() for name in paper.fonts}
    images: dict[bytes, tuple[int, str]] = {}

    def image(picture: Picture) -> int:
        if picture.data not in images:
            images[picture.data] = (numbers.next(), f"image_{len(images)}.{_SUFFIXES[picture.kind]}")
        return images[picture.data][0]

    contents, objects = [], {}
    for index, page in enumerate(paper.pages):
        layer = numbers.next()
        ids = {position: numbers.next() for position in range(len(page.items))}
        objects.update({(index, position): own for position, own in ids.items()})
        contents.append(page_xml(page, ids=ids, layer=layer, fonts=fonts, images=image))
    files = {ROOT: _root(paper)}
    files[DOCUMENT] = _document(paper, page_ids, has_images=bool(images), last=numbers.last)
    font_files = {
        name: f"font_{own}.{'otf' if paper.fonts[name].startswith(b'OTTO') else 'ttf'}" for name, own in fonts.items()
    }
    files["Doc_0/PublicRes.xml"] = _font_list(fonts, font_files)
    if images:
        files["Doc_0/DocumentRes.xml"] = _image_list(images)
    files.update({f"Doc_0/Pages/Page_{index}/Content.xml": data for index, data in enumerate(contents)})
    files.update({f"Doc_0/Res/{file}": paper.fonts[name] for name, file in font_files.items()})
    files.update({f"Doc_0/Res/{name}": data for data, (_, name) in images.items()})
    files[ATTACHMENTS] = _attachments(paper)
    files.update({f"Doc_0/Attachs/{carried.name}": carried.data for carried in paper.carried})
    files[CUSTOM_TAGS] = document_xml("CustomTags", _TAG_FILE)
    files[TAGS] = _tag_list(paper, page_ids, objects)
    return Package(files=files, page_ids=page_ids)


def _require_characters(paper: Paper) -> None:
    from_fonts = {name: characters_of(data) for name, data in paper.fonts.items()}
    for page in paper.pages:
        for item in page.items:
            if isinstance(item, Text) and not set(item.characters) - {" "} <= from_fonts.get(item.font, frozenset()):
                raise DocumentError("ofd.layout", "a character of the page has no outline in its face")


def _root(paper: Paper) -> bytes:
    custom = "".join(
        f"<ofd:CustomData Name={attribute(name)}>{content(paper.metadata[name])}</ofd:CustomData>"
        for name in sorted(paper.metadata)
    )
    about = (
        f"<ofd:DocID>{paper.document_id}</ofd:DocID><ofd:Title>{content(paper.title)}</ofd:Title>"
        f"<ofd:Author>{content(paper.author)}</ofd:Author><ofd:CreationDate>{paper.created.isoformat()}</ofd:CreationDate>"
        f"<ofd:DocUsage>Normal</ofd:DocUsage>{_PRODUCER}<ofd:CustomDatas>{custom}</ofd:CustomDatas>"
    )
    body = (
        f"<ofd:DocBody><ofd:DocInfo>{about}</ofd:DocInfo><ofd:DocRoot>{DOCUMENT}</ofd:DocRoot>"
        f"<ofd:Signatures>{SIGNATURES}</ofd:Signatures></ofd:DocBody>"
    )
    return document_xml("OFD", body, ' Version="1.0" DocType="OFD"')


def _document(paper: Paper, page_ids: tuple[int, ...], *, has_images: bool, last: int) -> bytes:
    first = paper.pages[0]
    box = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {number(first.width)} {number(first.height)}</ofd:PhysicalBox></ofd:PageArea>"
    images = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if has_images else ""
    pages = "".join(
        f'<ofd:Page ID="{own}" BaseLoc="Pages/Page_{index}/Content.xml"/>' for index, own in enumerate(page_ids)
    )
    return document_xml(
        "Document",
        f"<ofd:CommonData><ofd:MaxUnitID>{last}</ofd:MaxUnitID>{box}<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{images}"
        f"</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
    )


def _font_list(fonts: Mapping[str, int], files: Mapping[str, str]) -> bytes:
    items = "".join(
        f'<ofd:Font ID="{own}" FontName={attribute(_plain(name))} FamilyName={attribute(_plain(name))}>'
        f"<ofd:FontFile>{files[name]}</ofd:FontFile></ofd:Font>"
        for name, own in fonts.items()
    )
    return document_xml("Res", f"<ofd:Fonts>{items}</ofd:Fonts>", ' BaseLoc="Res"')


def _plain(name: str) -> str:
    return name.partition("+")[2] or name


def _image_list(images: Mapping[bytes, tuple[int, str]]) -> bytes:
    items = "".join(
        f'<ofd:MultiMedia ID="{own}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for own, name in images.values()
    )
    return document_xml("Res", f"<ofd:MultiMedias>{items}</ofd:MultiMedias>", ' BaseLoc="Res"')


def _attachments(paper: Paper) -> bytes:
    items = "".join(
        f'<ofd:Attachment ID="A{index}" Name={attribute(carried.title)} Format={attribute(carried.name.rpartition(".")[2])}'
        f' Visible="false"><ofd:FileLoc>{carried.name}</ofd:FileLoc></ofd:Attachment>'
        for index, carried in enumerate(paper.carried, start=1)
    )
    return document_xml("Attachments", items)


def _tag_list(paper: Paper, page_ids: tuple[int, ...], objects: Mapping[Place, int]) -> bytes:
    items = "".join(
        f"<tag:Item Name={attribute(name)}>"
        + "".join(f'<ofd:ObjectRef PageRef="{page_ids[place[0]]}">{objects[place]}</ofd:ObjectRef>' for place in places)
        + "</tag:Item>"
        for name, places in sorted(paper.tags.items())
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tag:Licence xmlns:tag="{TAGS_NAMESPACE}"'
        f' xmlns:ofd="http://www.ofdspec.org/2016">{items}</tag:Licence>\n'
    ).encode()
