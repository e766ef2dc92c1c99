"""Licences are paper: nothing in them may act, ask, link or hide."""

from collections.abc import Iterator

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.adapters.pdf.refusals import MAX_OBJECTS, MAX_PAGES, item
from certificates.core.errors import DocumentError

_MAX_DEPTH = 40  # direct objects of our own documents nest under ten deep
_ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA", "/RichMedia", "/URI", "/Launch", "/3DD", "/Movie", "/Sound",
     # What a reader may show or leave out, and what is one thing on the screen and another on paper.
     "/OCProperties", "/OC", "/Alternates", "/OPI"}
)  # fmt: skip
# A stream whose bytes are in another file, and a drawing that stands for a page of one (ISO 32000-2 7.3.8.2, 8.10.4).
_ELSEWHERE = frozenset({"/F", "/FFilter", "/FDecodeParms", "/Ref"})
_FONT_FILES = frozenset({"/FontFile", "/FontFile2", "/FontFile3"})
_PLAIN_FONTS = frozenset({"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"})
_ACTION_TYPES = frozenset(
    {"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/URI", "/SubmitForm", "/ImportData", "/ResetForm", "/Rendition",
     "/Movie", "/Sound", "/Hide", "/Named", "/Trans", "/SetOCGState", "/RichMediaExecute"}
)  # fmt: skip


def _inside(value: PdfObject, depth: int = 0) -> Iterator[DictionaryObject | IndirectObject]:
    """Direct dictionaries and the references in one object; those lead to objects that the scan meets by itself."""
    if depth > _MAX_DEPTH:
        raise DocumentError("pdf.limit", "an object is nested too deeply")
    if isinstance(value, IndirectObject):
        yield value
    elif isinstance(value, DictionaryObject):
        yield value
        for key in value:
            yield from _inside(value.raw_get(key), depth + 1)
    elif isinstance(value, ArrayObject):
        for index in range(len(value)):
            yield from _inside(value.raw_get(index), depth + 1)


def _is_action(dictionary: DictionaryObject) -> bool:
    kind = item(dictionary, "/S")
    return isinstance(kind, NameObject) and kind in _ACTION_TYPES


def _is_decided_elsewhere(dictionary: DictionaryObject) -> bool:
    """This will tell whether another file, an address or the reader's own fonts decide what is shown."""
    if isinstance(dictionary, StreamObject) and not _ELSEWHERE.isdisjoint(dictionary):
        return True
    if item(dictionary, "/FS") == "/URL":
        return True
    if item(dictionary, "/Type") != "/Font":
        return False
    kind = item(dictionary, "/Subtype")
    if kind == "/Type0":  # its one descendant is looked at by itself
        return False
    described = item(dictionary, "/FontDescriptor")
    return kind not in _PLAIN_FONTS or described is None or _FONT_FILES.isdisjoint(described)


def require_inert(reader: PdfFileReader, *, signature_field: object, file_count: int) -> None:
    """This will refuse scripts, actions, links, forms, annotations other than the signature's own widget, more than the
    `file_count` known files, optional layers, fonts that are not embedded, and whatever lies in another file.

    Looks at every object that the file defines, so that nothing needs to be reached from the page to be found. A reference to
    what is not defined is refused, too: an update could define it, and so change what is shown.
    Raises DocumentError (`pdf.active`, `pdf.modified`, `pdf.limit`).
    """
    pages = reader.root["/Pages"]["/Count"]
    if not isinstance(pages, int) or not 0 < pages <= MAX_PAGES:
        raise DocumentError("pdf.limit", f"a licence has 1 to {MAX_PAGES} pages")
    references = {
        reference
        for revision in range(reader.xrefs.total_revisions)
        for reference in reader.xrefs.explicit_refs_in_revision(revision)
    }
    if len(references) > MAX_OBJECTS:
        raise DocumentError("pdf.limit", "the document has too many objects")
    files = 0
    for reference in references:
        for dictionary in _inside(reader.get_object(reference)):  # type: ignore[no-untyped-call]  # of the library
            if isinstance(dictionary, IndirectObject):
                if dictionary.reference not in references:
                    raise DocumentError("pdf.modified", "the document names an object that it does not have")
                continue
            if not _ACTIVE_KEYS.isdisjoint(dictionary) or _is_action(dictionary):
                raise DocumentError("pdf.active", "the document holds an action, script or link")
            if _is_decided_elsewhere(dictionary):
                raise DocumentError("pdf.active", "the document shows what is not in it")
            _require_no_other_annotation(dictionary, signature_field)
            files += "/EF" in dictionary
    if files != file_count:
        raise DocumentError("pdf.active", "the document holds a file that is not a licence's")


def _require_no_other_annotation(dictionary: DictionaryObject, signature_field: object) -> None:
    annotations = item(dictionary, "/Annots", ())
    for index in range(len(annotations)):
        entry = annotations.raw_get(index)
        if not isinstance(entry, IndirectObject) or entry.reference != signature_field:
            raise DocumentError("pdf.active", "the document holds an annotation")
