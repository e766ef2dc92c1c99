"""A licence as an OFD, from the same content and the same template as its PDF."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certificates.adapters.ofd.fonts import fonts_of
from certificates.adapters.ofd.package import CarriedFile, Package, Paper, build_package
from certificates.adapters.ofd.page import Text
from certificates.adapters.ofd.pdf_pages import pages_of
from certificates.adapters.ofd.seal_place import PLACEHOLDER, without_placeholder
from certificates.adapters.ofd.signature_xml import Box
from certificates.adapters.ofd.tags import Wanted, tagged
from certificates.adapters.pdf.content import SEAL_CODE_NAME, DocumentContent
from certificates.adapters.pdf.metadata import METADATA_NAME, metadata_xml
from certificates.adapters.pdf.render import render
from certificates.core.digests import sm3

_ID_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedOfd:
    """This will hold the files of the licence, not yet sealed, what its page says line by line, and where its seal goes: the page from 0,
    and its box in mm.
    """

    package: Package
    text: str = field(repr=False)
    page: int
    box: Box


def compose_ofd(content: DocumentContent, *, tags: Mapping[str, Wanted]) -> ComposedOfd:
    """This will lay out one licence; `tags` are what its items print, by their national short names.

    The same content gives the same bytes. Raises DocumentError `ofd.layout`, and what `render` raises.
    """
    pdf = render(content, seal=PLACEHOLDER)
    pages, page, box = without_placeholder(pages_of(pdf))
    pages, places = tagged(pages, tags)
    paper = Paper(
        document_id=sm3(content.identifier.encode("utf-8")).hex()[:_ID_DIGITS],
        title=content.title_zh,
        author=content.agency_name,
        created=content.issue_date,
        metadata=content.metadata,
        pages=pages,
        fonts=fonts_of(pdf),
        carried=(
            *(CarriedFile(name=one.name, title=one.name, data=one.data) for one in content.attachments),
            CarriedFile(name=METADATA_NAME, title=METADATA_NAME, data=metadata_xml(content.metadata)),
            CarriedFile(name=SEAL_CODE_NAME, title=SEAL_CODE_NAME, data=content.seal_code.encode("ascii")),
        ),
        tags=places,
    )
    text = "\n".join(item.characters for one in pages for item in one.items if isinstance(item, Text))
    return ComposedOfd(package=build_package(paper), text=text, page=page, box=box)
