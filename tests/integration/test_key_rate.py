"""A key's ceiling of signatures a minute stops its handle by name; what waits is finished under the same key."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import b64url
from certificates.core.errors import KeyUnavailableError
from certificates.models import Certificate, IssueIntent, NodeKey
from certificates.services.finish_intents import finish_intents
from certificates.services.issue_certificate import issue_certificate
from config.api_errors import status_of
from tests.integration.factories import AT, Node

pytestmark = pytest.mark.django_db
STATUS = b64url(b'{"typ":"statuslist+jwt"}').encode() + b".e30"


def test_a_key_of_the_node_signs_so_often_in_a_minute_and_no_more(node: Node, node_folder: Path, settings: Any) -> None:
    kid = NodeKey.objects.get(purpose="status").kid
    signer = node_signer(purpose="status", kid=kid)
    (node_folder / "keys" / f"{kid}.rate").unlink(missing_ok=True)  # the node's first lists are signed already
    settings.NODE = replace(settings.NODE, node_key_rate=3)
    for _ in range(3):
        signer.sign(STATUS)
    with pytest.raises(KeyUnavailableError) as refused:
        signer.sign(STATUS)
    assert refused.value.code == "key.rate"
    assert status_of(refused.value.code) == 503


def test_a_licence_above_the_ceiling_waits_and_is_issued_later_under_the_same_key(
    node: Node, node_folder: Path, settings: Any
) -> None:
    unlimited = settings.NODE
    settings.NODE = replace(unlimited, issue_key_rate=2)  # a credential and its seal code
    node.issue()
    second = node.request(values={"certificate_number": "浙2332026202600002"})
    with pytest.raises(KeyUnavailableError) as refused:
        issue_certificate(caller=node.officer, request=second, idempotency_key="k2", at=AT)
    assert refused.value.code == "key.rate"
    waiting = IssueIntent.objects.get(idempotency_key="k2")
    assert waiting.stage == IssueIntent.Stage.PREPARED

    (node_folder / "keys" / f"{node.kid}.rate").unlink()
    finish_intents(at=AT + timedelta(minutes=5))

    waiting.refresh_from_db()
    row = Certificate.objects.get(pk=waiting.certificate_id)
    assert waiting.stage == IssueIntent.Stage.STORED
    assert row.issuer_key is not None
    assert (row.state, row.issuer_key.kid) == ("valid", node.kid)
