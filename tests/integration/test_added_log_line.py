"""A guomi node's log: every head bears a line of SM2 besides that of Ed25519, and the audit reads both."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.services.initialise_node import initialise_node
from tests.log_steps import NOW, look
from verification.core.checkpoint import verify_checkpoint
from verification.core.note import SignatureType, parse_note
from verification.models import Checkpoint
from verification.services.audit_log import audit_log
from verification.services.describe_node import describe_node
from verification.services.open_log import open_log
from verification.services.publish_log import publish_log
from verification.services.trusted_log_keys import trusted_added_keys, trusted_log_keys
from verification.triggers import lifted_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def guomi(node_folder: Path, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, profile="guomi")
    initialise_node(at=NOW - timedelta(days=30))
    for _ in range(3):
        look()
        publish_log(at=NOW)


@pytest.mark.usefixtures("guomi")
def test_every_head_of_a_guomi_log_has_both_lines() -> None:
    (key,), (added,) = trusted_log_keys(at=NOW), trusted_added_keys(at=NOW)
    assert (key.kind, added.kind, key.name) == (SignatureType.ED25519, SignatureType.SM2, added.name)
    for head in Checkpoint.objects.all():
        note = parse_note(head.note.encode())
        assert [note.signatures_of(key) != (), note.signatures_of(added) != ()] == [True, True]
        assert verify_checkpoint(head.note.encode(), origin=key.name, key=key, added=[added]).size == head.size


@pytest.mark.usefixtures("guomi")
def test_the_node_proposes_both_keys_for_the_trust_list() -> None:
    keys = describe_node(at=NOW)["keys"]
    assert [entry["suite"] for entry in keys["log"]] == ["Ed25519"]
    assert [entry["suite"] for entry in keys["log_sm2"]] == ["SM2"]
    assert trusted_added_keys(at=NOW)[0].public_key == base64.b64decode(keys["log_sm2"][0]["spki"])


@pytest.mark.usefixtures("guomi")
def test_the_audit_and_the_opening_refuse_a_head_whose_sm2_line_was_exchanged() -> None:
    assert audit_log(at=NOW).findings == ()
    assert open_log(at=NOW) == 3
    last, former = Checkpoint.objects.order_by("-size")[:2]
    lines, foreign = last.note.splitlines(keepends=True), former.note.splitlines(keepends=True)[-1]
    with lifted_triggers():
        Checkpoint.objects.filter(pk=last.pk).update(note="".join([*lines[:-1], foreign]))
    assert {finding.code for finding in audit_log(at=NOW).findings} == {"checkpoint.signature"}
    with pytest.raises(Exception, match="not signed by a key of this log"):
        open_log(at=NOW)


@pytest.mark.usefixtures("node_folder")
def test_an_international_node_adds_no_line(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, profile="international")
    initialise_node(at=NOW - timedelta(days=30))
    look()
    publish_log(at=NOW)
    assert trusted_added_keys(at=NOW) == ()
    assert len(parse_note(Checkpoint.objects.get().note.encode()).signatures) == 1
    assert describe_node(at=NOW)["keys"]["log_sm2"] == []
