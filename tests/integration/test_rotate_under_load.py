"""Keys change while others sign: every signature is under exactly one key, and holds under it."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from certificates.adapters.node_keys import node_signer
from certificates.core.canonical import b64url_decode_strict
from certificates.core.errors import CredentialError
from certificates.core.signing.jws import sign_jws, verify_jws
from certificates.core.signing.registry import suite
from certificates.core.signing.suite import TrustedKey
from certificates.models import Certificate, IssuerKey, NodeKey
from certificates.services.finish_intents import finish_intents
from certificates.services.issue_certificate import issue_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.rotate_node_key import rotate_node_key
from tests.integration.factories import Node
from tests.integration.keys import trusted
from tests.integration.threads import at_once
from verification.core.agency_keys import AgencyKey
from verification.queries.node_keys import active_kid
from verification.queries.own_agency_keys import own_agency_key

pytestmark = pytest.mark.django_db(transaction=True)
TYP = "huzheng-receipt+jwt"
WORKERS = 4
ROTATIONS = 3


def rotating(done: Callable[[], int], wanted: int, rotate: Callable[[], object]) -> threading.Thread:
    """A thread that rotates as a quarter, a half and three quarters of the work are done."""
    over = threading.Event()

    def run() -> None:
        for step in range(1, ROTATIONS + 1):
            while done() < wanted * step // (ROTATIONS + 1) and not over.wait(0.002):
                pass
            rotate()
        connections.close_all()

    return threading.Thread(target=run)


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.exhaustive)])
def test_each_of_many_statements_is_under_exactly_one_key(node: Node, count: int) -> None:
    made: list[str] = []

    def sign(worker: int) -> None:
        number = 0
        while number < count // WORKERS or rotation.is_alive():
            signer = node_signer(purpose="receipt", kid=active_kid(purpose="receipt"))
            made.append(sign_jws(header_extra={}, typ=TYP, payload=b"%d-%d" % (worker, number), signer=signer))
            number += 1

    rotation = rotating(
        lambda: len(made), count, lambda: rotate_node_key(purpose="receipt", at=timezone.now() + timedelta(days=1))
    )
    rotation.start()
    assert at_once(WORKERS, sign) == [None] * WORKERS
    rotation.join()

    keys = [trusted(row) for row in NodeKey.objects.filter(purpose="receipt")]
    assert len(keys) == ROTATIONS + 1
    under: Counter[str] = Counter()
    for token in made:
        holding = [key.kid for key in keys if _holds(token, kid=key.kid, keys=keys)]
        assert len(holding) == 1
        under[holding[0]] += 1
    assert under.total() == len(made) >= count
    assert len(under) > 1


def _holds(token: str, *, kid: str, keys: list[TrustedKey]) -> bool:
    try:
        verify_jws(token, typ=TYP, keys={key.kid: key for key in keys if key.kid == kid}, max_bytes=4096)
    except CredentialError:
        return False
    return True


@pytest.mark.parametrize("count", [24, pytest.param(600, marks=pytest.mark.exhaustive)])
def test_each_of_many_licences_is_under_exactly_one_key_that_was_in_force(node: Node, count: int) -> None:
    issued: list[int] = []

    def issue(worker: int) -> None:
        for number in range(count // WORKERS):
            request = node.request(values={"certificate_number": f"浙23320262026{worker:02d}{number:03d}"})
            issue_certificate(
                caller=node.officer, request=request, idempotency_key=f"{worker}-{number}", at=timezone.now()
            )
            issued.append(number)

    rotation = rotating(
        lambda: len(issued), count, lambda: rotate_issuer_key(agency_uscc=node.agency.uscc, at=timezone.now())
    )
    rotation.start()
    assert at_once(WORKERS, issue) == [None] * WORKERS
    rotation.join()
    finish_intents(at=timezone.now() + timedelta(minutes=5))

    rows = list(Certificate.objects.select_related("issuer_key"))
    assert [row.state for row in rows] == ["valid"] * count
    used = {row.issuer_key.kid for row in rows if row.issuer_key is not None}
    assert len(used) > 1
    for row in rows:
        assert row.issuer_key is not None
        entry = own_agency_key(kid=row.issuer_key.kid)
        assert entry is not None
        assert row.issued_at is not None
        assert entry.in_force(row.issued_at)
        _verify_under_one(row.credential_jwt, entry)


def _verify_under_one(jwt: str, entry: AgencyKey) -> None:
    signing_input, _, signature = jwt.rpartition(".")
    holding = []
    for row in IssuerKey.objects.filter(use="credential"):
        try:
            suite(row.suite).verify(trusted(row).public_key, b64url_decode_strict(signature), signing_input.encode())
        except CredentialError:
            continue
        holding.append(row.kid)
    assert holding == [entry.kid]
