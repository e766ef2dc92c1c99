"""A sealed OFD at a counter and by files alone: the seal, who set it, who made it, and whether it says what the credential says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoDbBlocker, Settings

from certificates.adapters.node_keys import SEAL_PURPOSE
from certificates.adapters.ofd.container_read import read_container
from certificates.adapters.ofd.container_write import write_container
from certificates.core.grains import Grain
from certificates.models import AgencySeal, Document
from certificates.services.publish_revocation_lists import publish_revocation_lists
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.revoke_certificate import revoke_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.rotate_node_key import rotate_node_key
from tests.integration.factories import AT, make_node
from tests.integration.recognition_steps import World, asked, counter, make_world, outcomes
from tests.integration.test_verify_offline import Offline, codes, taken_along
from tests.published_vectors import FOLDER, needs
from tests.unit.certificates.ofd_parts import make_sealers, sealed_ofd
from verification.core.verdict import VerdictOutcome
from verification.models import RecognitionRule
from verification.services.asked import VerificationAnswer
from verification.services.verify_document import verify_document

pytestmark = pytest.mark.django_db
PAGE = "Doc_0/Pages/Page_0/Content.xml"


@pytest.fixture
def world(node_folder: Path, settings: Settings, own_files: None) -> World:
    settings.NODE = replace(settings.NODE, profile="guomi")
    made = make_world(make_node(), settings)
    RecognitionRule.objects.update(presence_required=False)
    return made


@pytest.fixture
def offline(world: World, licence: UUID, django_db_blocker: DjangoDbBlocker) -> Offline:
    document = world.trust(issued_at=AT - timedelta(hours=1))
    return Offline(world=world, files=taken_along(world, document), blocker=django_db_blocker)


@pytest.fixture
def licence(world: World) -> UUID:
    return world.node.issue()


@pytest.fixture
def ofd(licence: UUID) -> bytes:
    return made(licence)


def made(licence: UUID) -> bytes:
    render_document(document_id=Document.objects.get(certificate=licence, kind="ofd").pk, at=AT)
    return read_document(certificate_id=licence, kind="ofd")


def look(data: bytes, *, key: str = "ofd-00001", **changes: Any) -> VerificationAnswer:
    request = asked("", **({"fields": {"holder_name": Grain.FULL}} | changes))
    return verify_document(caller=counter(), request=request, data=data, idempotency_key=key, at=AT)


def told(data: bytes, **changes: Any) -> tuple[str, tuple[str, str]]:
    answer = look(data, **changes)
    return answer.body["verdict"]["outcome"], outcomes(answer.body)[8]


def test_an_ofd_of_the_own_region_is_valid(ofd: bytes) -> None:
    answer = look(ofd)
    assert answer.body["verdict"]["outcome"] == "valid", outcomes(answer.body)
    assert outcomes(answer.body)[8] == ("passed", "document.agrees")
    assert [note["code"] for note in answer.body["verdict"]["checks"][7]["notes"]] == ["document.judged_now"]


def test_an_ofd_is_valid_by_files_alone(offline: Offline, ofd: bytes) -> None:
    found = offline.verify(ofd, licence_types=())
    assert found.verdict.outcome is VerdictOutcome.VALID, codes(found)
    assert {item.name for item in found.fields} >= {"holder_name"}
    assert offline.verify(ofd, agency_keys=()).verdict.outcome is VerdictOutcome.UNDETERMINED
    assert offline.verify(ofd, trust_list=None).verdict.outcome is VerdictOutcome.UNDETERMINED


def test_a_changed_ofd_is_invalid(ofd: bytes) -> None:
    files = dict(read_container(ofd))
    changed = write_container({**files, PAGE: files[PAGE].replace(b"Size=", b"Sizf=", 1)})
    assert told(changed) == ("invalid", ("failed", "ofd.modified"))
    added = write_container({**files, "Doc_0/Extra.xml": b"<x/>"})
    assert told(added, key="ofd-00002") == ("invalid", ("failed", "ofd.coverage"))
    assert told(ofd + b"\0", key="ofd-00003")[0] == "invalid"
    assert told(b"PK\x03\x04", key="ofd-00004")[0] == "invalid"


def test_the_ofd_of_a_revoked_licence_is_invalid(world: World, licence: UUID, ofd: bytes) -> None:
    revoke_certificate(caller=world.node.officer, certificate_id=licence, reason_code="holder_request", at=AT)
    assert look(ofd).body["verdict"]["outcome"] == "invalid"


def test_a_stranger_with_a_good_seal_is_not_believed(world: World) -> None:
    assert told(sealed_ofd(make_sealers()))[0] != "valid"


@needs("ofd", "v4signed.ofd")
@pytest.mark.parametrize("name", ["v4signed.ofd", "SESV4SignDoc.ofd", "DigitalSign.ofd", "helloworld.ofd"])
def test_files_of_other_makers_are_no_licences(name: str, world: World) -> None:
    assert told((FOLDER / "ofd" / name).read_bytes())[0] == "invalid"


def test_an_ofd_sealed_with_a_stolen_key_proves_nothing(world: World, ofd: bytes) -> None:
    rotate_issuer_key(agency_uscc=world.node.agency.uscc, at=AT + timedelta(seconds=1), compromised=True)
    assert told(ofd)[0] != "valid"


def test_a_seal_of_a_stolen_maker_proves_nothing_and_another_is_made(world: World, ofd: bytes) -> None:
    rotate_node_key(purpose=SEAL_PURPOSE, at=AT, compromised=True)
    publish_revocation_lists(at=AT)
    assert told(ofd) == ("undetermined", ("undetermined", "ofd.maker_revoked"))
    other = world.node.issue(world.node.request(values={"certificate_number": "浙2332026202600009"}), key="second")
    assert told(made(other), key="ofd-00002")[0] == "valid"
    assert AgencySeal.objects.count() == 2


def test_nobody_seals_ahead_of_time(offline: Offline, ofd: bytes) -> None:
    early = offline.verify(ofd, at=AT - timedelta(minutes=5))
    assert early.verdict.outcome is not VerdictOutcome.VALID


def test_the_page_must_say_what_the_credential_says(
    world: World, licence: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agency that seals a page with another name: the seal is good, the verdict is not."""
    from certificates.services import licence_ofd
    from certificates.services.licence_pdf import licence_content

    def forged(certificate: Any) -> Any:
        content = licence_content(certificate)
        rows = tuple(replace(row, values=("李四",)) if row.label == "姓名" else row for row in content.rows)
        items = {
            name: replace(item, values=("李四",)) if item.label == "姓名" else item
            for name, item in content.items.items()
        }
        return replace(content, rows=rows, items=items)

    monkeypatch.setattr(licence_ofd, "licence_content", forged)
    monkeypatch.setattr(licence_ofd, "require_page_agrees", lambda *_: None)
    assert told(made(licence)) == ("invalid", ("failed", "cross.mismatch"))
