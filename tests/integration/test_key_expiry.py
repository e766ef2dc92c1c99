"""An agency's X.509 certificate ends in the middle of a batch: what comes after its last second is refused before it is signed."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from certificates.core.errors import IssueError
from certificates.core.x509_read import read_certificate
from certificates.models import Certificate, CertificateState, IssueIntent, IssuerKey
from certificates.services import complete_intent as pipeline
from certificates.services.finish_intents import finish_intents
from certificates.services.issue_certificate import issue_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from tests.integration.factories import REAL_ESTATE, Node

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.django_db


class CrashError(Exception):
    """The process dies here."""


def last_second(node: Node) -> datetime:
    row = IssuerKey.objects.get(kid=node.kid)
    return read_certificate(base64.b64decode(row.chain_der[0])).valid_until


def issue(node: Node, *, key: str, at: datetime) -> str | None:
    request = node.request(REAL_ESTATE, values={"certificate_number": f"浙（2026）杭州市不动产权第000{key}号"})
    try:
        issue_certificate(caller=node.officer, request=request, idempotency_key=key, at=at)
    except IssueError as error:
        return error.code
    return None


def test_of_a_batch_across_the_certificates_end_only_the_items_within_are_signed(node: Node) -> None:
    end = last_second(node)
    told = [issue(node, key=str(4000 + number), at=end + number * SECOND) for number in range(-3, 3)]
    assert told == [None, None, None, None, "issue.key_expired", "issue.key_expired"]
    states = list(Certificate.objects.order_by("created_at").values_list("state", "credential_jwt"))
    assert [state for state, _ in states[-2:]] == [CertificateState.FAILED] * 2
    assert [bool(jwt) for _, jwt in states] == [True] * 4 + [False] * 2


def test_what_was_prepared_in_time_is_not_signed_after_the_end(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(**_: Any) -> None:
        raise CrashError

    end = last_second(node)
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "sign_certificate", dies)
        with pytest.raises(CrashError):
            issue(node, key="5001", at=end)
    assert IssueIntent.objects.get().stage == IssueIntent.Stage.PREPARED

    finish_intents(at=end + timedelta(minutes=1), older_than_seconds=0)

    intent = IssueIntent.objects.get()
    assert (intent.stage, intent.failure_code) == (IssueIntent.Stage.FAILED, "issue.key_expired")


def test_a_new_key_carries_the_batch_on(node: Node) -> None:
    end = last_second(node)
    assert issue(node, key="6001", at=end + SECOND) == "issue.key_expired"
    rotate_issuer_key(agency_uscc=node.agency.uscc, at=end + SECOND)
    assert issue(node, key="6002", at=end + SECOND) is None
