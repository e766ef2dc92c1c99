"""Hide-and-replace: an update that writes nothing anew, but sends a reader to another place of the signed bytes."""

import io
from datetime import timedelta

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.unit.certificates.adapters.pdf.attack_steps import number_of, offset_of, refusal_code, tables_update
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa, archived
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

LATER = AT + timedelta(seconds=30)


class TestTables:
    """Hide-and-replace: nothing is written anew, only the table sends a number to another place of the signed bytes."""

    def forged(self, levels: Levels, tsa: SampleTsa, **given: object) -> list[bytes]:
        bare = tables_update(levels.b, **given)  # type: ignore[arg-type]
        return [bare, archived(bare, tsa=tsa, at=LATER)]

    def test_refuses_an_object_sent_elsewhere(self, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(levels.b))
        contents, other = number_of(writer, "/Contents"), number_of(writer, "/Resources")
        for forged in self.forged(levels, tsa, places=[(contents, offset_of(levels.b, other))]):
            assert refusal_code(forged, root=root, tsa=tsa) in {"pdf.modified", "pdf.unreadable"}

    def test_refuses_an_older_page_brought_back(self, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
        page = int(PdfFileReader(io.BytesIO(levels.b)).root["/Pages"]["/Kids"].raw_get(0).idnum)
        for forged in self.forged(levels, tsa, places=[(page, levels.b.index(b"\n%d 0 obj" % page) + 1)]):
            assert refusal_code(forged, root=root, tsa=tsa) == "pdf.modified"

    def test_refuses_a_freed_object(self, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
        number = number_of(IncrementalPdfFileWriter(io.BytesIO(levels.b)), "/Contents")
        bare = tables_update(levels.b, places=[(number, None)])
        assert refusal_code(bare, root=root, tsa=tsa) in {"pdf.modified", "pdf.unreadable"}

    def test_refuses_what_no_table_names(self, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
        hidden = b"9000 0 obj\n<<>>\nendobj\n"
        number = PdfFileReader(io.BytesIO(levels.b)).root.container_ref.idnum
        root_object = levels.b[offset_of(levels.b, number) :]
        root_object = root_object[: root_object.index(b"endobj") + 7]
        for extra in (hidden + root_object, root_object + hidden, root_object + b"% hidden\n"):
            at = len(levels.b) + extra.index(root_object)
            bare = tables_update(levels.b, places=[(number, at)], extra=extra)
            for forged in (bare, archived(bare, tsa=tsa, at=LATER)):
                assert refusal_code(forged, root=root, tsa=tsa) == "pdf.modified"

    def test_refuses_a_table_of_another_root(self, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
        number = int(PdfFileReader(io.BytesIO(levels.b)).root.container_ref.idnum)
        bare = tables_update(levels.b, places=[(number, offset_of(levels.b, number))])
        other = bare[: len(levels.b)] + bare[len(levels.b) :].replace(b"/Root %d 0 R" % number, b"/Root 1 0 R")
        assert refusal_code(other, root=root, tsa=tsa).startswith("pdf.")
