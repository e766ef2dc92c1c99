"""Verifying by files alone: the same verdicts, nothing known that was not handed in, no database touched."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoDbBlocker, Settings

from certificates.core.grains import Grain
from certificates.models import Document, StatusList
from certificates.queries.status_lists import status_cwt, status_token
from certificates.services.disclose_credential import disclose_credential
from certificates.services.publish_status_list import publish_status_list
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.copy_steps import RECIPIENT, copy_file, facts_of
from tests.integration.factories import AT, DEMO, Node
from tests.integration.recognition_steps import World, asked, counter, make_world, shown_code
from tests.unit.verification.province import p256
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.verdict import VerdictOutcome
from verification.queries.agency_key_bundle import agency_key_bundle
from verification.services.lookup_receipt import lookup_receipt
from verification.services.publish_agency_keys import publish_agency_keys
from verification.services.publish_log import publish_log
from verification.services.verify_offline import OfflineFiles, OfflineVerdict, verify_offline
from verification.services.verify_presentation import verify_presentation

ROOT = Path(__file__).parents[2]
TYPES = sorted((DEMO / "licence_types").glob("*.toml"))


@dataclass(kw_only=True)
class Offline:
    """What was taken along, and a verifier that cannot reach the database."""

    world: World
    files: OfflineFiles
    blocker: DjangoDbBlocker

    def verify(self, data: str | bytes, *, at: datetime = AT, **changes: Any) -> OfflineVerdict:
        content = data.encode() if isinstance(data, str) else data
        with self.blocker.block():
            return verify_offline(data=content, files=replace(self.files, **changes), at=at)


@pytest.fixture
def offline(world: World, own_files: None, django_db_blocker: DjangoDbBlocker) -> Offline:
    document = world.trust(issued_at=AT - timedelta(hours=1))
    return Offline(world=world, files=taken_along(world, document), blocker=django_db_blocker)


def taken_along(world: World, document: bytes) -> OfflineFiles:
    publish_agency_keys(at=AT)
    return OfflineFiles(
        trust_list=document,
        anchor_fingerprint=world.settings.NODE.anchor_fingerprint,
        agency_keys=[(agency_key_bundle() or "").encode()],
        status=status_files(),
        licence_types=[path.read_bytes() for path in TYPES],
    )


def status_files() -> list[bytes]:
    lists = StatusList.objects.order_by("pk")
    for row in lists:
        publish_status_list(status_list_id=row.pk, at=AT)
    return [(status_token(status_list_id=row.pk) or "").encode() for row in lists]


def codes(told: OfflineVerdict) -> dict[int, str]:
    return {check.number: check.code for check in told.verdict.checks}


def test_a_printed_code_is_valid_by_files_alone(offline: Offline, issued: UUID) -> None:
    told = offline.verify(reveal_seal_code(certificate_id=issued) + "\n")
    assert told.verdict.outcome is VerdictOutcome.VALID, codes(told)
    assert {item.name for item in told.fields} == {"certificate_number", "holder_name", "valid_until"}
    assert offline.world.node.agency.uscc in told.issuer


def test_a_status_list_as_cwt_serves_as_well(offline: Offline, issued: UUID) -> None:
    status_files()
    lists = [status_cwt(status_list_id=row.pk) or b"" for row in StatusList.objects.order_by("pk")]
    told = offline.verify(reveal_seal_code(certificate_id=issued), status=lists)
    assert told.verdict.outcome is VerdictOutcome.VALID, codes(told)
    changed = [one[:-1] + bytes([one[-1] ^ 1]) for one in lists]
    told = offline.verify(reveal_seal_code(certificate_id=issued), status=changed)
    assert codes(told)[5] == "status_list.signature"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trust_list": None}, "trust_list.absent"),
        ({"anchor_fingerprint": ""}, "trust_list.absent"),
        ({"anchor_fingerprint": anchor_fingerprint(anchor_jwk(p256().public_key()))}, "trust_list.fingerprint"),
        ({"agency_keys": ()}, "agency_keys.unavailable"),
        ({"agency_keys": [b"x.y.z"]}, "agency_keys.signature"),
        ({"status": ()}, "status.unavailable"),
        ({"status": [b"x.y.z"]}, "status_list.signature"),
    ],
)
def test_what_is_not_handed_in_is_not_known(offline: Offline, issued: UUID, changes: dict[str, Any], code: str) -> None:
    told = offline.verify(reveal_seal_code(certificate_id=issued), **changes)
    assert told.verdict.outcome is VerdictOutcome.UNDETERMINED
    assert code in codes(told).values()


def test_a_status_file_beyond_its_ttl_is_undetermined(offline: Offline, issued: UUID) -> None:
    late = AT + timedelta(seconds=offline.world.settings.NODE.status_ttl + 2)
    told = offline.verify(reveal_seal_code(certificate_id=issued), at=late)
    assert (told.verdict.outcome, codes(told)[5]) == (VerdictOutcome.UNDETERMINED, "status.stale")


def test_an_expired_trust_list_is_undetermined(offline: Offline, issued: UUID) -> None:
    told = offline.verify(reveal_seal_code(certificate_id=issued), at=AT + timedelta(days=91))
    assert codes(told)[2] == "trust_list.expired"


def test_a_copys_code_and_file_hold_by_files_alone_and_say_for_whom(offline: Offline, issued: UUID) -> None:
    file = copy_file(issued)
    status = status_files()  # the list of copies came into being with the first one
    code = facts_of(file).code or ""
    for data in (code, file):
        told = offline.verify(data, status=status)
        assert told.verdict.outcome is VerdictOutcome.VALID, codes(told)
        assert told.copy is not None
        assert told.copy.recipient == RECIPIENT
        assert codes(told)[5] == "copy.valid"
    week = offline.verify(code, at=AT + timedelta(days=7), status=status)
    assert (week.verdict.outcome, codes(week)[4], week.fields) == (VerdictOutcome.INVALID, "copy.expired", ())
    assert week.copy == told.copy

    revoke_certificate(caller=offline.world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)
    ended = offline.verify(code, status=status_files())
    assert (ended.verdict.outcome, codes(ended)[5]) == (VerdictOutcome.INVALID, "copy.revoked")


def test_a_revoked_licence_is_invalid(offline: Offline, issued: UUID) -> None:
    revoke_certificate(caller=offline.world.node.officer, certificate_id=issued, reason_code="holder_request", at=AT)
    told = offline.verify(reveal_seal_code(certificate_id=issued), status=status_files(), at=AT + timedelta(seconds=2))
    assert (told.verdict.outcome, codes(told)[5]) == (VerdictOutcome.INVALID, "status.revoked")
    assert told.fields == ()


def test_a_credential_is_valid_by_files_alone(offline: Offline, issued: UUID) -> None:
    text = disclose_credential(certificate_id=issued, grains={"holder_name": Grain.MASKED}).sd_jwt
    told = offline.verify(text)
    assert told.verdict.outcome is VerdictOutcome.VALID
    (shown,) = told.fields
    assert (shown.name, shown.title_zh) == ("holder_name", "姓名")
    assert offline.verify(text[:-3] + "~").verdict.outcome is VerdictOutcome.INVALID


def test_a_document_is_valid_by_files_alone_for_it_carries_its_type(offline: Offline, issued: UUID) -> None:
    render_document(document_id=Document.objects.get(certificate=issued, kind="pdf").pk, at=AT)
    data = read_document(certificate_id=issued)
    told = offline.verify(data, licence_types=())
    assert told.verdict.outcome is VerdictOutcome.VALID, codes(told)
    assert codes(told)[8] == "document.agrees"
    assert {item.name: item.title_zh for item in told.fields}["holder_name"] == "姓名"
    assert offline.verify(data[:-10]).verdict.outcome is VerdictOutcome.INVALID


def test_a_presentation_code_needs_its_region(offline: Offline, issued: UUID) -> None:
    told = offline.verify(shown_code(issued))
    assert told.verdict.outcome is VerdictOutcome.UNDETERMINED


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", "验证".encode(), b"HZ1:", b"{", b"a.b.c", b"%PDF-", b"~"])
def test_what_is_nothing_of_ours_is_never_valid(offline: Offline, data: bytes) -> None:
    told = offline.verify(data)
    assert told.verdict.outcome is VerdictOutcome.INVALID
    assert told.verdict.checks[0].code


def test_a_receipt_is_proved_once_it_is_completed(offline: Offline, issued: UUID) -> None:
    answer = verify_presentation(
        caller=counter(), request=asked(shown_code(issued)), idempotency_key="receipt-1", at=AT
    )
    promised = offline.verify(answer.body["receipt"])
    assert (promised.verdict.outcome, codes(promised)[8]) == (VerdictOutcome.UNDETERMINED, "receipt.promised")
    overdue = offline.verify(answer.body["receipt"], at=AT + timedelta(seconds=61))
    assert codes(overdue)[8] == "receipt.promise_overdue"

    publish_log(at=AT)
    completed = lookup_receipt(caller=counter(), lookup_id=UUID(answer.body["lookup_id"]), at=AT).content
    proved = offline.verify(completed)
    assert proved.verdict.outcome is VerdictOutcome.VALID, codes(proved)
    assert proved.logged_at == 0
    members = json.loads(completed)
    members["index"] = 1
    forged = offline.verify(json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    assert forged.verdict.outcome is VerdictOutcome.INVALID
    assert offline.verify(completed, trust_list=None).verdict.outcome is VerdictOutcome.UNDETERMINED


@pytest.mark.parametrize(
    "data", [b"{}", b'{"v":1}', b'{"a":"b"}', b'{"v":1,"receipt":"x","index":0,"proof":[],"checkpoint":""}']
)
def test_an_object_without_a_receipts_form_is_none_whatever_is_handed_in(offline: Offline, data: bytes) -> None:
    for changes in ({}, {"trust_list": None}):
        told = offline.verify(data, **changes)
        assert told.verdict.outcome is VerdictOutcome.INVALID
        assert told.verdict.checks[0].code == "receipt.malformed"


def test_misuse_of_the_command_never_ends_like_a_verdict(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "verify"]
    for words in ([], ["--no-such-option", "x"]):
        assert subprocess.run([*command, *words], cwd=tmp_path, capture_output=True, check=False).returncode == 64


def test_the_command_runs_anywhere_with_no_node_and_no_database(
    node: Node, issued: UUID, settings: Settings, tmp_path: Path
) -> None:
    world = make_world(node, settings)
    files = taken_along(world, world.trust(issued_at=AT - timedelta(hours=1)))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "code.txt").write_text(reveal_seal_code(certificate_id=issued), "ascii")
    (folder / "trust_list.json").write_bytes(files.trust_list or b"")
    (folder / "keys.jwt").write_bytes(files.agency_keys[0])
    for number, token in enumerate(files.status):
        (folder / f"status{number}.jwt").write_bytes(token)
    trust = ("--trust-list", "trust_list.json", "--anchor-fingerprint", files.anchor_fingerprint)
    keys = ("--agency-keys", "keys.jwt", "--at", AT.isoformat())
    status = [word for number in range(len(files.status)) for word in ("--status", f"status{number}.jwt")]

    def run(*words: str, stdin: bytes = b"") -> tuple[int, str]:
        command = [sys.executable, str(ROOT / "manage.py"), "verify", *words]
        environment = {"PATH": os.environ["PATH"], "HUZHENG_VAR": str(folder / "no-node"), "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, check=False)
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    valid, told = run("code.txt", *trust, *keys, *status)
    assert valid == 0, told
    assert told.startswith("VALID (seal_code")
    assert [line[0] for line in told.splitlines()[1:9]] == list("12345678")
    assert run("code.txt", *trust, *keys)[0] == 3
    assert run("-", *trust, *keys, *status, stdin=b"HZ1:nothing")[0] == 2
    assert run("absent.txt")[0] == 1
    other = ("--trust-list", "trust_list.json", "--anchor-fingerprint", f"-{files.anchor_fingerprint[1:]}")
    assert run("code.txt", *other, *keys, *status)[0] == 3  # a value like any other, of an anchor that did not sign
    assert not (folder / "no-node").exists()
