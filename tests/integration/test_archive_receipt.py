"""A receipt for the archive: signed by the node, and true to the log line by line, by files alone."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.adapters.rate_counts import forget_shares
from accounts.core.errors import RateLimited
from certificates.adapters.pdf.content import OPENINGS_NAME, RECEIPT_NAME, Attachment
from certificates.adapters.pdf.facts import Level
from certificates.adapters.pdf_worker.pool import POOL
from certificates.core.canonical import canonical_json, strict_json_loads
from certificates.core.errors import DocumentError
from certificates.core.grains import Grain
from certificates.core.x509_make import make_agency_certificate
from certificates.core.x509_read import read_certificate
from certificates.models import NodeKey
from certificates.services.erase_holder import erase_holder
from certificates.services.sign_archive_file import sign_archive_file
from tests.integration.archive_steps import last, text_of, told
from tests.integration.factories import AT, CONSTRUCTOR, Node, holder_caller, owner_of
from tests.integration.recognition_steps import World, asked, counter, shown_code
from tests.integration.timestamp_steps import MovedAuthority, asked_by_the_node
from verification.core.errors import ReceiptError
from verification.core.evidence import InputKind
from verification.core.note import NoteKey, SignatureType
from verification.core.trust_keys import Witness
from verification.core.trust_list import TrustList
from verification.core.verdict import VerdictOutcome
from verification.services import archive_receipt as archiving
from verification.services.archive_receipt import COSIGNED_WITHIN, VALUES_FOR, archive_receipt
from verification.services.publish_log import publish_log
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db


@pytest.fixture
def looked(world: World, issued: UUID) -> UUID:
    """A look-up by a counter that was shown the name in full and the identity code masked, in the log."""
    request = asked(shown_code(issued), fields={"holder_name": Grain.FULL, "holder_code": Grain.MASKED})
    answer = verify_presentation(caller=counter(), request=request, idempotency_key="archive-1", at=AT)
    assert answer.status == 200
    publish_log(at=AT)
    return UUID(answer.body["lookup_id"])


def test_the_file_is_valid_by_the_trust_list_alone(looked: UUID, world: World) -> None:
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    found = told(data, world)
    assert found.kind is InputKind.RECEIPT
    assert last(found) == (VerdictOutcome.VALID, "receipt.included")
    text = text_of(data)
    for printed in (str(looked), "有效", "VALID", "张䶮", "status.valid", counter().agency_name or ""):
        assert printed in text
    assert "19900307" not in text  # the identity code was shown masked


def test_the_holder_gets_neither_the_officers_name_nor_values(looked: UUID, world: World, issued: UUID) -> None:
    data = archive_receipt(caller=holder_caller(owner_of(issued)), lookup_id=looked, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.VALID, "receipt.included")
    operator = counter().operator
    assert operator is not None
    assert operator.name not in text_of(data)
    assert "张䶮" not in text_of(data)


def test_values_are_in_the_file_only_as_long_as_a_matter_takes_to_be_filed(looked: UUID) -> None:
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT + VALUES_FOR + timedelta(seconds=1))
    assert "张䶮" not in text_of(data)


def test_refuses_strangers_as_if_the_look_up_did_not_exist(looked: UUID) -> None:
    with pytest.raises(ReceiptError) as refused:
        archive_receipt(caller=counter(principal="8"), lookup_id=looked, at=AT)
    assert refused.value.code == "receipt.unknown"


def test_waits_until_the_log_proves_the_look_up(world: World, issued: UUID) -> None:
    answer = verify_presentation(
        caller=counter(), request=asked(shown_code(issued)), idempotency_key="archive-2", at=AT
    )
    with pytest.raises(ReceiptError) as refused:
        archive_receipt(caller=counter(), lookup_id=UUID(answer.body["lookup_id"]), at=AT)
    assert refused.value.code == "receipt.waiting"


def test_says_that_the_details_were_erased(looked: UUID, issued: UUID) -> None:
    erase_holder(holder_id=owner_of(issued), at=AT)
    with pytest.raises(ReceiptError) as refused:
        archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    assert refused.value.code == "receipt.erased"


def test_waits_for_a_witness_but_not_for_one_that_is_down(looked: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    real = archiving.current_trust_list

    def witnessed(*, at: datetime) -> TrustList:
        listed = real(at=at)
        key = NoteKey(name="w", public_key=bytes(32), kind=SignatureType.COSIGNATURE_V1)
        witness = Witness(name="w", vkey=key.vkey)
        sichuan = replace(listed.region("510000"), witnesses=(witness,))
        return replace(listed, regions={**listed.regions, "510000": sichuan})

    monkeypatch.setattr(archiving, "current_trust_list", witnessed)
    with pytest.raises(ReceiptError) as refused:
        archive_receipt(caller=counter(), lookup_id=looked, at=AT + timedelta(seconds=59))
    assert refused.value.code == "receipt.waiting"
    assert archive_receipt(caller=counter(), lookup_id=looked, at=AT + COSIGNED_WITHIN).startswith(b"%PDF")


def test_refuses_more_files_in_a_minute_than_a_reader_waits_for(looked: UUID, world: World) -> None:
    world.settings.RATES_PER_MINUTE = {**world.settings.RATES_PER_MINUTE, "files_caller": 1}
    forget_shares()
    archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    with pytest.raises(RateLimited) as refused:
        archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    assert (refused.value.code, refused.value.retry_after) == ("rate.files_caller", 60)


def test_the_key_for_files_is_certified_anew_when_its_certificate_has_ended(looked: UUID) -> None:
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    first = read_certificate(b64decode(NodeKey.objects.get(purpose="archive").certificate_der))

    sign_archive_file(pdf=data[: data.index(b"%%EOF") + 6], at=first.valid_until)
    assert NodeKey.objects.get(purpose="archive").certificate_der == b64encode(first.der).decode()
    later = first.valid_until + timedelta(days=1)
    sign_archive_file(pdf=data[: data.index(b"%%EOF") + 6], at=later)

    second = read_certificate(b64decode(NodeKey.objects.get(purpose="archive").certificate_der))
    assert (second.spki, second.in_force(later)) == (first.spki, True)


def _another_value(openings: dict[str, Any]) -> dict[str, Any]:
    return openings | {"purpose": [openings["purpose"][0], "another purpose"]}


def _another_verdict(openings: dict[str, Any]) -> dict[str, Any]:
    salt, verdict = openings["verdict"]
    return openings | {"verdict": [salt, verdict | {"outcome": "invalid"}]}


def _no_verdict(openings: dict[str, Any]) -> dict[str, Any]:
    return {name: opening for name, opening in openings.items() if name != "verdict"}


@pytest.mark.parametrize("change", [_another_value, _another_verdict, _no_verdict, lambda _: {}, lambda _: [1]])
def test_refuses_a_file_that_opens_what_the_entry_does_not_commit_to(
    looked: UUID, world: World, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    real = archiving.render_receipt

    def forged(*, carried: tuple[Attachment, ...], **others: Any) -> bytes:
        files = {one.name: one for one in carried}
        openings = strict_json_loads(files[OPENINGS_NAME].data, max_bytes=100_000)
        data = canonical_json(change(openings))
        return real(
            carried=(files[RECEIPT_NAME], Attachment(name=OPENINGS_NAME, mime="application/json", data=data)), **others
        )

    monkeypatch.setattr(archiving, "render_receipt", forged)
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.INVALID, "receipt.archive_differs")


def test_refuses_a_page_that_says_something_else_than_is_opened(
    looked: UUID, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = archiving.render_receipt

    def forged(*, page: Mapping[str, Any], **others: Any) -> bytes:
        rows = [[*row[:2], "贾造"] if row[0] == "事由" else row for row in page["rows"]]
        return real(page={**page, "rows": rows}, **others)

    monkeypatch.setattr(archiving, "render_receipt", forged)
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.INVALID, "receipt.archive_differs")


def test_refuses_a_receipt_in_an_agencys_own_file(
    looked: UUID, world: World, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_agency(*, eku: str, ca_certificate: bytes, signer: Any, **others: Any) -> bytes:
        return make_agency_certificate(
            ca_certificate=ca_certificate,
            signer=signer,
            agency_uscc=node.agency.uscc,
            agency_name=node.agency.name_zh,
            licence_types=[CONSTRUCTOR],
            **others,
        )

    monkeypatch.setattr("certificates.adapters.region_ca.make_own_certificate", as_agency)
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.INVALID, "receipt.archive_signer")


def test_any_changed_byte_is_refused(looked: UUID, world: World) -> None:
    data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    for place in range(100, len(data), len(data) // 23):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert told(changed, world).verdict.outcome is VerdictOutcome.INVALID


def test_the_archives_key_signs_nothing_but_files(looked: UUID) -> None:
    archive_receipt(caller=counter(), lookup_id=looked, at=AT)
    row = NodeKey.objects.get(purpose="archive")
    assert (row.suite, bool(row.certificate_der)) == ("ES256", True)


class TestForDecades:
    """With a timestamp authority the file is PAdES B-LTA, or there is none."""

    pytestmark = pytest.mark.real_network

    @pytest.fixture
    def tsa(self, node: Node, tmp_path: Path) -> Iterator[MovedAuthority]:
        with asked_by_the_node(tmp_path, at=AT) as authority:
            yield authority

    def test_it_is_archived_with_its_proofs_and_valid(self, tsa: MovedAuthority, looked: UUID, world: World) -> None:
        data = archive_receipt(caller=counter(), lookup_id=looked, at=AT)
        facts = POOL.read(data, trust_anchors=(), timestamp_anchors=(), at=AT)
        assert facts.level is Level.LTA
        assert last(told(data, world)) == (VerdictOutcome.VALID, "receipt.included")

    def test_refuses_to_give_a_lower_level_while_the_authority_is_away(
        self, tsa: MovedAuthority, looked: UUID, settings: Settings
    ) -> None:
        settings.NODE = replace(settings.NODE, tsa=replace(settings.NODE.tsa, url="http://127.0.0.1:9/"))
        with pytest.raises(DocumentError) as refused:
            archive_receipt(caller=counter(), lookup_id=looked, at=AT)
        assert refused.value.code == "document.timestamp_waits"
