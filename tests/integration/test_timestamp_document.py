"""Where a node has a timestamp authority, its documents are B-LTA or they wait; nothing of a lower level leaves."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed

from certificates.core.errors import DocumentError
from certificates.models import Document, RegionCa
from certificates.services import complete_document as completing
from certificates.services import keep_document as keeping
from certificates.services import timestamp_document as stamping
from certificates.services.complete_document import LEASE
from certificates.services.publish_revocation_lists import publish_revocation_lists
from certificates.services.render_document import render_document
from certificates.services.sweep_documents import WAITS_AT_MOST, sweep_documents
from demo.timestamp_tokens import revocation_list
from tests.integration.crashes.balance import files_are_documents
from tests.integration.factories import AT, Node
from tests.integration.keys import region_ca_certificate
from tests.integration.timestamp_steps import SOON, MovedAuthority, released, signatures
from tests.log_steps import NOW, Peer, trust
from tests.unit.certificates.adapters.pdf.ades import ades_indication
from verification.checks import timestamp_authority_is_listed
from verification.core.trust_keys import CaEntry
from verification.core.trust_list import read_region
from verification.services.describe_node import describe_node

pytestmark = [pytest.mark.django_db, pytest.mark.real_network, pytest.mark.usefixtures("own_files")]
entry_of = Peer.trusted


class CrashError(Exception):
    """The process dies here."""


def dies(*_: object, **__: object) -> None:
    raise CrashError


def test_a_document_is_released_at_b_lta(tsa: MovedAuthority, document: Document) -> None:
    assert render_document(document_id=document.pk, at=SOON)

    pdf = released(document)
    document.refresh_from_db()
    assert (document.state, document.level, document.held_code) == ("ready", "B-LTA", "")
    assert document.stamped_until == tsa.unit.certificate.not_valid_after_utc
    assert [one.field_name for one in signatures(pdf)] == ["IssuerSeal", "ArchiveTimestamp1"]
    trusted = {"roots": [region_ca_certificate()], "tsa_roots": [tsa.ca.der]}
    assert ades_indication(pdf, at=SOON, **trusted) == AdESPassed.OK
    # Two months later the region's list in the file has ended, but it was made after the signature, so it will do.
    later = SOON + timedelta(days=60)
    of_later = revocation_list(tsa.ca, at=later)
    assert ades_indication(pdf, at=later, **trusted, crls=[of_later]) == AdESPassed.OK


def test_the_list_in_the_file_is_not_older_than_the_signatures_timestamp(
    tsa: MovedAuthority, document: Document
) -> None:
    publish_revocation_lists(at=AT)
    before = bytes(RegionCa.objects.get(suite="ES256", state="active").crl_der or b"")

    assert render_document(document_id=document.pk, at=SOON)

    after = bytes(RegionCa.objects.get(suite="ES256", state="active").crl_der or b"")
    assert before != after
    lists = PdfFileReader(io.BytesIO(released(document))).root["/DSS"]["/CRLs"]
    assert after in [one.get_object().data for one in lists]
    assert before not in [one.get_object().data for one in lists]


def test_the_node_asks_to_have_its_authority_listed(tsa: MovedAuthority) -> None:
    listed = read_region(describe_node(at=SOON)).timestamp_authorities
    assert [(one.der, one.in_force(SOON)) for one in listed] == [(tsa.ca.der, True)]


class TestListed:
    @staticmethod
    def told(settings: Any, *authorities: bytes) -> set[str | None]:
        entries = tuple(CaEntry(der=der, valid_from=NOW, valid_to=None) for der in authorities)
        with patch.object(Peer, "trusted", lambda peer: replace(entry_of(peer), timestamp_authorities=entries)):
            trust(settings, Peer())
        with time_machine.travel(NOW, tick=False):
            return {message.id for message in timestamp_authority_is_listed(None, databases=["default"])}

    def test_an_authority_that_the_trust_list_does_not_name_is_told(self, tsa: MovedAuthority, settings: Any) -> None:
        assert self.told(settings) == {"huzheng.W005"}

    def test_a_listed_one_is_not(self, tsa: MovedAuthority, settings: Any) -> None:
        assert self.told(settings, tsa.ca.der) == set()

    def test_none_at_all_is_not(self, node: Node, settings: Any) -> None:
        assert self.told(settings) == set()

    def test_a_file_without_certificates_is_told(self, tsa: MovedAuthority, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "empty.pem").write_text("nothing")
        settings.NODE = replace(settings.NODE, tsa=replace(settings.NODE.tsa, ca_files=(tmp_path / "empty.pem",)))
        assert self.told(settings) == {"huzheng.E006"}


def test_without_an_authority_documents_are_b_b_and_say_so(node: Node, issued: UUID) -> None:
    document = Document.objects.get(certificate=issued, kind="pdf")
    assert render_document(document_id=document.pk, at=SOON)
    document.refresh_from_db()
    assert (document.state, document.level, document.stamped_until) == ("ready", "B-B", None)
    assert len(signatures(released(document))) == 1
    assert describe_node(at=SOON)["timestamp_authorities"] == []


class TestWaiting:
    def test_refuses_to_release_b_b_while_the_authority_is_down(self, tsa: MovedAuthority, document: Document) -> None:
        tsa.stop()

        assert not render_document(document_id=document.pk, at=SOON)

        document.refresh_from_db()
        assert (document.state, document.held_code, document.level) == ("waiting", "document.timestamp_waits", "B-B")
        assert not default_storage.exists("documents")
        with pytest.raises(DocumentError) as refused:
            released(document)
        assert refused.value.code == "document.not_ready"

    def test_is_released_when_the_authority_is_back(self, tsa: MovedAuthority, document: Document) -> None:
        tsa.stop()
        for minute in range(0, 240, 10):  # four hours; none of the tries counts
            render_document(document_id=document.pk, at=SOON + timedelta(minutes=minute))
        tsa.move(to=SOON + timedelta(hours=4))

        assert render_document(document_id=document.pk, at=tsa.now)

        document.refresh_from_db()
        assert (document.state, document.level, document.held_code) == ("ready", "B-LTA", "")

    @pytest.mark.parametrize("offset", [timedelta(hours=-4), timedelta(minutes=2)])
    def test_refuses_a_wrong_time(self, tsa: MovedAuthority, document: Document, offset: timedelta) -> None:
        tsa.move(to=SOON + offset)
        assert not render_document(document_id=document.pk, at=SOON)
        document.refresh_from_db()
        assert (document.state, document.held_code) == ("waiting", "document.timestamp_waits")

    def test_is_shown_to_people_after_a_day(self, tsa: MovedAuthority, document: Document) -> None:
        tsa.stop()
        render_document(document_id=document.pk, at=SOON)
        sweep_documents(at=SOON + WAITS_AT_MOST)
        document.refresh_from_db()
        assert (document.state, document.held_code) == ("held", "document.waited")


class TestCrash:
    CUTS = (
        (stamping, "with_signature_timestamp"),
        (stamping, "lay_out_archive_timestamp"),
        (stamping, "finish_archive_timestamp"),
        (keeping, "keep_file"),
    )

    @pytest.mark.parametrize(("place", "name"), CUTS, ids=[name for _, name in CUTS])
    def test_the_signed_file_survives_and_is_stamped_once(
        self, tsa: MovedAuthority, document: Document, monkeypatch: pytest.MonkeyPatch, place: object, name: str
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(place, name, dies)
            with pytest.raises(CrashError):
                render_document(document_id=document.pk, at=SOON)
        document.refresh_from_db()
        assert document.state == "waiting"
        later = SOON + LEASE
        tsa.move(to=later)

        assert not render_document(document_id=document.pk, at=later - timedelta(seconds=1))
        assert render_document(document_id=document.pk, at=later)

        assert len(signatures(released(document))) == 2
        files_are_documents()

    def test_of_two_workers_one_archive_timestamp_is_released(
        self, tsa: MovedAuthority, document: Document, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first hangs after its timestamps came, beyond its lease; the second takes over."""
        finish, kept = stamping.finish_archive_timestamp, []

        def hangs(*data: object, **named: object) -> bytes:
            monkeypatch.setattr(stamping, "finish_archive_timestamp", finish)
            tsa.move(to=SOON + LEASE)
            assert render_document(document_id=document.pk, at=SOON + LEASE)
            kept.append(released(document))
            return finish(*data, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(stamping, "finish_archive_timestamp", hangs)

        assert not render_document(document_id=document.pk, at=SOON)

        assert released(document) == kept[0]
        files_are_documents()

    def test_the_lease_is_longer_than_all_that_the_authority_may_take(self, tsa: MovedAuthority) -> None:
        most_exchanges = 4  # two timestamps, lists of two CAs
        assert completing.LEASE.total_seconds() > most_exchanges * settings.NODE.tsa.timeout_seconds
