"""The issue leaf follows from the credential alone; other events of one credential cannot be linked without it."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from certificates.core.event_leaf import event_leaf

AT = datetime(2026, 11, 23, 9, 15, tzinfo=timezone(timedelta(hours=8)))
DIGEST = hashlib.sha256(b"eyJ...").digest()


def test_the_issue_leaf_follows_from_the_credential_and_its_hour_alone() -> None:
    tag = hashlib.sha256(b"huzheng.event.issued.v1\0" + DIGEST).digest()
    text = base64.urlsafe_b64encode(tag).rstrip(b"=").decode()
    expected = f'{{"credential":"{text}","hour":"2026-11-23T01Z","kind":"event.issued","v":1}}'

    assert event_leaf(kind="event.issued", credential_sha256=DIGEST, at=AT) == expected.encode()
    assert event_leaf(kind="event.issued", credential_sha256=DIGEST, at=AT.astimezone(UTC)) == expected.encode()


def test_the_leaf_holds_version_kind_hour_and_a_tag_only() -> None:
    leaf = json.loads(event_leaf(kind="event.revoked", credential_sha256=DIGEST, at=AT))

    assert leaf.keys() == {"v", "kind", "hour", "credential"}
    assert (leaf["v"], leaf["kind"], leaf["hour"]) == (1, "event.revoked", "2026-11-23T01Z")


@pytest.mark.parametrize("kind", ["event.suspended", "event.reinstated", "event.revoked", "event.superseded"])
def test_repeated_acts_within_an_hour_are_different_leaves(kind: str) -> None:
    leaves = {
        event_leaf(kind=kind, credential_sha256=DIGEST, at=AT + timedelta(microseconds=step)) for step in range(3)
    }

    assert len(leaves) == 3


def test_tags_of_one_credential_differ_by_kind() -> None:
    tags = {
        json.loads(event_leaf(kind=kind, credential_sha256=DIGEST, at=AT))["credential"]
        for kind in ("event.issued", "event.suspended", "event.revoked")
    }
    assert len(tags) == 3
