"""What may come behind the certification: validation data and archive timestamps, and nothing that a reader could see.

DocMDP P=1 allows exactly that (ISO 32000-2 12.8.2.2.2). Each later revision is compared object by object with the one before.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    PdfObject,
    Reference,
    StreamObject,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from certificates.adapters.pdf.refusals import item
from certificates.adapters.pdf.revision_bytes import require_plain_revision
from certificates.core.errors import DocumentError

MAX_REVISIONS: Final = 200  # two for each archive timestamp, one of which is made every few years

_DSS_DEPTH: Final = 5
_TRAILER_KEYS: Final = frozenset({"/Size", "/Root", "/Info", "/ID", "/Prev"})
_FIELD_KEYS: Final = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V", "/TU"})
_VALUE_KEYS: Final = frozenset({"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"})
_STORE_KEYS: Final = frozenset({"/Type", "/Certs", "/CRLs", "/OCSPs", "/VRI", "/Cert", "/CRL", "/OCSP", "/TU", "/TS"})
_STREAM_KEYS: Final = frozenset({"/Length", "/Filter"})


def require_only_timestamps(
    data: bytes, reader: PdfFileReader, *, certified: EmbeddedPdfSignature, timestamps: Sequence[EmbeddedPdfSignature]
) -> None:
    """This will demand that all revisions behind the certification hold but validation data and the given timestamps.

    Raises DocumentError (`pdf.modified`, `pdf.limit`).
    """
    first = reader.xrefs.get_introducing_revision(reference_of(certified)) + 1
    last = reader.xrefs.total_revisions
    if last - first > MAX_REVISIONS:
        raise DocumentError("pdf.limit", "the document has too many revisions")
    _, _, second, rest = (int(number) for number in certified.byte_range)
    start = second + rest
    stamped = {reference_of(stamp): stamp for stamp in timestamps}
    for number in range(first, last):
        table = reader.xrefs.get_startxref_for_revision(number)
        end = data.find(b"%%EOF", table) + len(b"%%EOF")
        end += data[end : end + 1] == b"\n"
        numbers = require_plain_revision(data, start=start, end=end, table=table)
        _Revision(reader, number, numbers, stamped).require()
        start = end
    if start != len(data) or stamped:
        raise changed()


def reference_of(signature: EmbeddedPdfSignature) -> Reference:
    """This will give the signature's own object; one that is written into its field is refused (`pdf.signatures`)."""
    own = signature.sig_object.container_ref
    if not isinstance(own, Reference):
        raise DocumentError("pdf.signatures", "a signature is no object of its own")
    return own


def changed() -> DocumentError:
    """This will say that the document is not what was certified."""
    return DocumentError("pdf.modified", "the document was changed after it was signed")


class _Revision:
    """One revision beside the one before it."""

    def __init__(
        self,
        reader: PdfFileReader,
        number: int,
        numbers: frozenset[int],
        stamped: dict[Reference, EmbeddedPdfSignature],
    ) -> None:
        self._number = number
        self._stamped = stamped
        self._old: HistoricalResolver = reader.get_historical_resolver(number - 1)
        self._new: HistoricalResolver = reader.get_historical_resolver(number)
        self._reader = reader
        refs = {ref for ref in reader.xrefs.explicit_refs_in_revision(number) if ref.idnum}
        if {ref.idnum for ref in refs} != numbers or any(ref.generation for ref in refs):
            raise changed()
        self._open = refs  # what is not yet accounted for
        size, next_size = (int(view.raw_get("/Size")) for view in (self._old.trailer_view, self._new.trailer_view))
        if next_size < size or any(ref.idnum >= next_size for ref in refs):
            raise changed()  # a size that shrinks would let a later revision pass off an old object as new
        self._is_new = {ref for ref in refs if ref.idnum >= size}

    def require(self) -> None:
        """This will account for every object of the revision, or refuse it."""
        old, new = self._old.trailer_view, self._new.trailer_view
        if not set(new) <= _TRAILER_KEYS or any(_raw(old, key) != _raw(new, key) for key in ("/Root", "/Info")):
            raise changed()
        root_ref = new.raw_get("/Root").reference
        before, after = self._old.get_object(root_ref), self._new.get_object(root_ref)
        self._open.discard(root_ref)
        self._same(before, after, but=("/DSS", "/AcroForm", "/Extensions"))
        self._extensions(before, after)
        self._store(before, after)
        self._form(before, after)
        if self._open:
            raise changed()

    def _extensions(self, before: DictionaryObject, after: DictionaryObject) -> None:
        """Names of extensions of the format: direct, and only more of them."""
        old, new = item(before, "/Extensions"), item(after, "/Extensions")
        if _written(old) == _written(new):
            return
        if not isinstance(new, DictionaryObject) or any(True for _ in _references(new, 0)):
            raise changed()
        for name in new:
            entry = new.raw_get(name)
            if not isinstance(entry, DictionaryObject | ArrayObject):
                raise changed()

    def _store(self, before: DictionaryObject, after: DictionaryObject) -> None:
        old, new = _raw(before, "/DSS"), _raw(after, "/DSS")
        if new is None:
            if old is not None:
                raise changed()
            return
        if not isinstance(new, IndirectObject) or (old is not None and old != new):
            raise changed()
        kept = set() if old is None else set(self._reachable(self._old, old))
        found = set(self._reachable(self._new, new))
        if not kept <= found:
            raise changed()  # what proved a signature is never taken away
        self._open -= {ref for ref in found if ref in self._is_new}
        if old is not None and new.reference in self._open:
            self._open.discard(new.reference)
        self._open -= {ref for ref in kept & found & self._open if not self._is_stream(ref)}

    def _is_stream(self, ref: Reference) -> bool:
        return isinstance(self._new.get_object(ref), StreamObject)

    def _reachable(self, resolver: HistoricalResolver, start: IndirectObject) -> Iterator[Reference]:
        """All that a store names, each in its only form: dictionaries and arrays of streams without a type."""
        waiting, seen = [(start.reference, 0)], set()
        while waiting:
            ref, depth = waiting.pop()
            if ref in seen:
                continue
            seen.add(ref)
            yield ref
            value = resolver.get_object(ref)
            allowed = _STREAM_KEYS if isinstance(value, StreamObject) else None
            if depth > _DSS_DEPTH or not isinstance(value, DictionaryObject | ArrayObject):
                raise changed()
            if allowed is not None and not set(value) <= allowed:
                raise changed()
            if allowed is None and isinstance(value, DictionaryObject):
                _require_store_keys(value)
            waiting += [(found, depth + 1) for found in _references(value, 0)]

    def _form(self, before: DictionaryObject, after: DictionaryObject) -> None:
        old_raw, new_raw = _raw(before, "/AcroForm"), _raw(after, "/AcroForm")
        is_indirect = isinstance(new_raw, IndirectObject)
        if is_indirect != isinstance(old_raw, IndirectObject) or (is_indirect and old_raw != new_raw):
            raise changed()
        if is_indirect:
            self._open.discard(new_raw.reference)
        old = self._old.get_object(old_raw.reference) if is_indirect else old_raw
        new = self._new.get_object(new_raw.reference) if is_indirect else new_raw
        self._same(old, new, but=("/Fields",))
        for ref in _grown(_raw(old, "/Fields"), _raw(new, "/Fields")):
            self._timestamp(ref)

    def _timestamp(self, ref: Reference) -> None:
        """One invisible field with the timestamp of this revision, named by its page."""
        field = self._new.get_object(ref)
        value, page = _raw(field, "/V"), _raw(field, "/P")
        if ref not in self._is_new or not set(field) <= _FIELD_KEYS or not isinstance(value, IndirectObject):
            raise changed()
        rectangle = [float(number) for number in field["/Rect"]]
        shape = (
            field["/FT"],
            field["/Subtype"],
            len(rectangle),
            rectangle[0] == rectangle[2],
            rectangle[1] == rectangle[3],
        )
        if shape != ("/Sig", "/Widget", 4, True, True) or not isinstance(page, IndirectObject):
            raise changed()
        stamp = self._stamped.pop(value.reference, None)
        if stamp is None or value.reference not in self._is_new or not set(stamp.sig_object) <= _VALUE_KEYS:
            raise changed()
        self._open -= {ref, value.reference}
        if page.reference in self._open:
            self._page(page.reference, ref)

    def _page(self, page: Reference, field: Reference) -> None:
        self._open.discard(page)
        before, after = self._old.get_object(page), self._new.get_object(page)
        if before.get("/Type") != "/Page":
            raise changed()
        self._same(before, after, but=("/Annots",))
        if list(_grown(_raw(before, "/Annots"), _raw(after, "/Annots"))) != [field]:
            raise changed()

    @staticmethod
    def _same(before: Any, after: Any, *, but: tuple[str, ...]) -> None:
        if not isinstance(before, DictionaryObject) or not isinstance(after, DictionaryObject):
            raise changed()
        keys = (set(before) | set(after)) - set(but)
        if any(_written(_raw(before, key)) != _written(_raw(after, key)) for key in keys):
            raise changed()


def _grown(old: Any, new: Any) -> Iterator[Reference]:
    """The references that a direct array has more than before, all behind the old ones."""
    if not isinstance(old, ArrayObject) or not isinstance(new, ArrayObject):
        raise changed()
    before = [old.raw_get(index) for index in range(len(old))]
    after = [new.raw_get(index) for index in range(len(new))]
    if after[: len(before)] != before:
        raise changed()
    for entry in after[len(before) :]:
        if not isinstance(entry, IndirectObject):
            raise changed()
        yield entry.reference


def _references(value: PdfObject, depth: int) -> Iterator[Reference]:
    if depth > _DSS_DEPTH:
        raise changed()
    if isinstance(value, IndirectObject):
        yield value.reference
    elif isinstance(value, DictionaryObject):
        for key in value:
            yield from _references(value.raw_get(key), depth + 1)
    elif isinstance(value, ArrayObject):
        for index in range(len(value)):
            yield from _references(value.raw_get(index), depth + 1)


def _require_store_keys(value: DictionaryObject) -> None:
    for key in value:
        is_signature = len(key) == 41 and key[1:].isalnum()  # noqa: PLR2004 - VRI: the SHA-1 of a signature in hexadecimal
        if key not in _STORE_KEYS and not is_signature:
            raise changed()


def _raw(dictionary: DictionaryObject, key: str) -> Any:
    return dictionary.raw_get(key) if key in dictionary else None


def _written(value: PdfObject | None) -> bytes | None:
    if value is None:
        return None
    output = io.BytesIO()
    value.write_to_stream(output, None)
    return output.getvalue()
