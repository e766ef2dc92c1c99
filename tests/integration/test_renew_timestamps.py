"""A timestamp that ends soon, or whose digest grew weak, is covered by another; the file before stays whole until then."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.x509 import load_der_x509_crl
from django.core.files.storage import default_storage
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed

from certificates.adapters.pdf.facts import TrustAnchor
from certificates.adapters.pdf.read import read_document as read_pdf
from certificates.adapters.timestamps.authority import configured_source
from certificates.core.errors import DocumentError, DocumentWaitsError
from certificates.models import Document
from certificates.services import renew_timestamps as renewing
from certificates.services import replace_document as replacing
from certificates.services import timestamp_document as stamping
from certificates.services.render_document import render_document
from certificates.services.renew_timestamps import ASK_AGAIN, renew_timestamps
from demo.timestamp_tokens import make_unit
from tests.integration.crashes.balance import files_are_documents
from tests.integration.factories import AT, FOOD, Node
from tests.integration.keys import region_ca_certificate
from tests.integration.timestamp_steps import SOON, MovedAuthority, asked_by_the_node, released, signatures
from tests.unit.certificates.adapters.pdf.ades import ades_indication

pytestmark = [pytest.mark.django_db, pytest.mark.real_network, pytest.mark.usefixtures("own_files")]


def _full(*_: object, **__: object) -> None:
    raise DocumentWaitsError("document.storage", "the store is full")


class TestRenewal:
    END = SOON + timedelta(days=730)

    @pytest.fixture
    def stamped(self, tsa: MovedAuthority, document: Document) -> bytes:
        render_document(document_id=document.pk, at=SOON)
        return released(document)

    def test_a_timestamp_that_ends_soon_is_covered_by_another(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        before, due = self.END - timedelta(days=91), self.END - timedelta(days=89)
        tsa.move(to=before)
        assert renew_timestamps(at=before) == 0
        tsa.move(to=due, unit=make_unit(tsa.ca, at=due))

        assert renew_timestamps(at=due) == 1
        assert renew_timestamps(at=due) == 0

        renewed = released(document)
        document.refresh_from_db()
        assert renewed.startswith(stamped)
        assert [one.field_name for one in signatures(renewed)][1:] == ["ArchiveTimestamp1", "ArchiveTimestamp2"]
        assert document.stamped_until == tsa.unit.certificate.not_valid_after_utc
        assert document.level == "B-LTA"
        files_are_documents()
        trusted = {"roots": [region_ca_certificate()], "tsa_roots": [tsa.ca.der]}
        assert ades_indication(renewed, at=due + timedelta(seconds=1), **trusted) == AdESPassed.OK
        assert (
            ades_indication(stamped, at=due + timedelta(seconds=1), **trusted) != AdESPassed.OK
        )  # its lists are two years old

    def test_the_renewed_file_outlives_the_first_authoritys_certificate(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        due, after = self.END - timedelta(days=89), self.END + timedelta(days=1)
        tsa.move(to=due, unit=make_unit(tsa.ca, at=due))
        renew_timestamps(at=due)
        anchors = [TrustAnchor(der=region_ca_certificate(), valid_from=AT - timedelta(days=1))]
        authorities = [TrustAnchor(der=tsa.ca.der, valid_from=AT - timedelta(days=1))]

        renewed, old = (
            read_pdf(pdf, trust_anchors=anchors, timestamp_anchors=authorities, at=after)
            for pdf in (released(document), stamped)
        )

        assert (renewed.doubt, renewed.proven_at, renewed.timestamp_count) == (None, SOON, 2)
        assert (old.doubt, old.proven_at) == ("document.timestamp_expired", None)

    def test_the_lists_of_a_renewed_file_are_of_that_moment(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        due = self.END - timedelta(days=89)
        tsa.move(to=due - timedelta(seconds=10), unit=make_unit(tsa.ca, at=due))
        source = configured_source()
        assert source is not None
        source.revocation_lists(at=tsa.now)  # remembered for a minute
        tsa.now = due

        renew_timestamps(at=due)

        lists = PdfFileReader(io.BytesIO(released(document))).root["/DSS"]["/CRLs"]
        assert due in [load_der_x509_crl(one.get_object().data).last_update_utc for one in lists]

    def test_a_timestamp_over_another_digest_is_covered_by_one_of_today(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        assert renew_timestamps(at=SOON) == 0
        Document.objects.update(stamped_with="sha1")
        assert renew_timestamps(at=SOON) == 1
        assert renew_timestamps(at=SOON) == 0

    def test_nothing_is_lost_while_the_authority_is_down(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        tsa.stop()
        assert renew_timestamps(at=self.END - timedelta(days=1)) == 0
        assert released(document) == stamped

    def test_of_two_renewals_one_counts(
        self, tsa: MovedAuthority, document: Document, stamped: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due = self.END - timedelta(days=1)
        tsa.move(to=due, unit=make_unit(tsa.ca, at=due))
        finish = stamping.finish_archive_timestamp

        def meanwhile(*data: object, **named: object) -> bytes:
            monkeypatch.setattr(stamping, "finish_archive_timestamp", finish)
            Document.objects.update(stamped_until=self.END)
            assert renew_timestamps(at=due) == 1
            return finish(*data, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(stamping, "finish_archive_timestamp", meanwhile)
        assert renew_timestamps(at=due) == 0
        assert len(signatures(released(document))) == 3
        files_are_documents()

    def test_nothing_is_added_while_the_authority_has_no_unit_that_lasts_longer(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        """Each turn would add another timestamp, until the file is longer than any reader takes."""
        due = self.END - timedelta(days=30)
        tsa.move(to=due)

        assert [renew_timestamps(at=due + timedelta(seconds=turn)) for turn in range(3)] == [0, 0, 0]

        assert released(document) == stamped
        files_are_documents()
        later = due + ASK_AGAIN + timedelta(seconds=1)
        tsa.move(to=later, unit=make_unit(tsa.ca, at=later))
        assert renew_timestamps(at=later) == 1

    def test_the_authority_is_asked_once_an_hour_whether_it_has_a_unit_that_lasts_longer(
        self, tsa: MovedAuthority, document: Document, stamped: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due, asked = self.END - timedelta(days=30), []
        tsa.move(to=due)
        restamp = renewing.restamped
        monkeypatch.setattr(renewing, "restamped", lambda pdf, at: asked.append(at) or restamp(pdf, at=at))

        for seconds in (0, 2, 1800, 3599):
            renew_timestamps(at=due + timedelta(seconds=seconds))

        assert asked == [due]

    def test_a_renewal_that_could_not_be_stored_is_not_noted(
        self, tsa: MovedAuthority, document: Document, stamped: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due = self.END - timedelta(days=89)
        tsa.move(to=due, unit=make_unit(tsa.ca, at=due))
        with monkeypatch.context() as full:
            full.setattr(replacing, "keep_file", _full)
            assert renew_timestamps(at=due) == 0
        assert released(document) == stamped

        assert renew_timestamps(at=due) == 1

    def test_an_earlier_file_put_back_is_not_renewed_into_a_good_one(
        self, tsa: MovedAuthority, document: Document, stamped: bytes
    ) -> None:
        document.refresh_from_db()
        first = Path(default_storage.path(document.stored_name)).read_bytes()
        Document.objects.update(stamped_with="sha1")
        assert renew_timestamps(at=SOON) == 1
        document.refresh_from_db()
        Path(default_storage.path(document.stored_name)).write_bytes(first)
        Document.objects.update(stamped_with="sha1")

        assert renew_timestamps(at=SOON) == 0

        with pytest.raises(DocumentError) as refused:
            released(document)
        assert refused.value.code == "document.altered"

    def test_files_that_cannot_be_renewed_do_not_keep_others_from_it(
        self, tsa: MovedAuthority, document: Document, stamped: bytes, node: Node, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(renewing, "_MOST", 1)
        other = Document.objects.get(certificate=node.issue(node.request(FOOD), key="second"), kind="pdf")
        assert render_document(document_id=other.pk, at=SOON)
        document.refresh_from_db()
        Path(default_storage.path(document.stored_name)).unlink()
        Document.objects.update(stamped_with="sha1")

        assert [renew_timestamps(at=SOON + timedelta(seconds=turn)) for turn in (1, 2)] == [0, 1]

    def test_documents_without_timestamps_are_left_alone(self, node: Node, issued: UUID, tmp_path: Path) -> None:
        render_document(document_id=Document.objects.get(kind="pdf").pk, at=SOON)
        with asked_by_the_node(tmp_path, at=SOON):
            assert renew_timestamps(at=SOON) == 0
