"""Validation data behind the certification: taken under a timestamp that covers it, and never taken away or rewritten."""

from datetime import timedelta

from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates.adapters.pdf.long_term import with_validation_data
from tests.unit.certificates.adapters.pdf.attack_steps import name, refusal_code, stream, updated
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa, archived
from tests.unit.certificates.adapters.pdf.sample import AT, Authority

Writer = IncrementalPdfFileWriter
LATER = AT + timedelta(seconds=30)


class TestStore:
    def test_refuses_validation_data_without_a_timestamp_over_it(
        self, levels: Levels, root: Authority, tsa: SampleTsa
    ) -> None:
        assert refusal_code(levels.lt, root=root, tsa=tsa) == "pdf.modified"

    def test_refuses_validation_data_taken_away_later(self, levels: Levels, root: Authority, tsa: SampleTsa) -> None:
        def emptied(writer: Writer) -> None:
            store = writer.root["/DSS"]
            store[name("/CRLs")] = ArrayObject()
            writer.update_container(store)

        def gone(writer: Writer) -> None:
            del writer.root["/DSS"]
            writer.update_root()

        for change in (emptied, gone):
            forged = archived(updated(levels.lta, change), tsa=tsa, at=LATER)
            assert refusal_code(forged, root=root, tsa=tsa) == "pdf.modified"

    def test_refuses_a_stored_certificate_that_is_rewritten(
        self, levels: Levels, root: Authority, tsa: SampleTsa
    ) -> None:
        def rewritten(writer: Writer) -> None:
            certificate = writer.root["/DSS"]["/Certs"].raw_get(0)
            writer.objects[0, certificate.idnum] = stream(b"another")
            writer._force_write_when_empty = True

        forged = archived(updated(levels.lta, rewritten), tsa=tsa, at=LATER)
        assert refusal_code(forged, root=root, tsa=tsa) == "pdf.modified"


def test_a_file_with_more_validation_data_and_a_further_timestamp_is_taken(
    levels: Levels, root: Authority, tsa: SampleTsa
) -> None:
    from certificates.adapters.pdf.read import read_document

    more = with_validation_data(levels.lta, certificates=[], revocation_lists=[tsa.crl(at=AT + timedelta(seconds=9))])
    facts = read_document(
        archived(more, tsa=tsa, at=LATER),
        trust_anchors=[root.anchor],
        timestamp_anchors=[tsa.anchor],
        at=LATER + timedelta(minutes=1),
    )
    assert (facts.timestamp_count, facts.doubt, facts.proven_at) == (2, None, AT)
