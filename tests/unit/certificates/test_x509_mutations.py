"""Certificates, requests and revocation lists changed anywhere: never taken, and refused by name only."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.core.errors import X509Error
from certificates.core.signing.registry import SUITES
from certificates.core.x509_crl import Reason, Revocation, read_crl
from certificates.core.x509_crl_make import make_crl
from certificates.core.x509_profile import require_leaf_profile, require_vouched, scope_of
from certificates.core.x509_read import MAX_CERTIFICATE_BYTES, read_certificate
from certificates.core.x509_request import make_csr, read_csr
from certificates.core.x509_subject import read_subject
from tests.unit.certificates.x509_parts import REGION, START, TYPES, USCC, Pair, make_pair

PAIRS = {suite: make_pair(suite) for suite in sorted(SUITES)}
CHANGES = st.lists(
    st.tuples(st.sampled_from(["replace", "delete", "insert", "copy"]), st.integers(0, 4096), st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)
SLOWEST = 1.0  # seconds


def mutated(data: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, new in changes:
        at = place % (len(data) or 1)
        if kind == "replace":
            data = data[:at] + new + data[at + len(new) :]
        elif kind == "delete":
            data = data[:at] + data[at + len(new) :]
        elif kind == "insert":
            data = data[:at] + new + data[at:]
        else:
            data = data[:at] + data[at // 2 : at] + data[at:]
    return data


def take_certificate(pair: Pair, der: bytes) -> None:
    leaf = read_certificate(der)
    require_leaf_profile(leaf)
    require_vouched(leaf, ca=read_certificate(pair.ca))
    scope_of(leaf)


def parse_all(pair: Pair, der: bytes) -> None:
    """What is read before any signature is verified must hold as well."""
    leaf = read_certificate(der)
    read_subject(leaf.subject)
    require_leaf_profile(leaf)
    scope_of(leaf)
    raise X509Error("issuer.signature", "nothing was verified here")


def take_request(pair: Pair, der: bytes) -> None:
    read_csr(der)


def take_list(pair: Pair, der: bytes) -> None:
    read_crl(der, ca=read_certificate(pair.ca))


def request_of(pair: Pair) -> bytes:
    return make_csr(
        region_code=REGION,
        agency_uscc=USCC,
        agency_name="浙江省公安厅",
        licence_types=TYPES,
        spki=pair.key.spki,
        signer=pair.key.signer,
    )


def list_of(pair: Pair) -> bytes:
    return make_crl(
        ca_certificate=pair.ca,
        signer=pair.ca_key.signer,
        number=1,
        issued_at=START,
        next_update=START + timedelta(days=1),
        revoked=[Revocation(serial_number=9, revoked_at=START, reason=Reason.KEY_COMPROMISE, invalid_from=START)],
    )


MADE = {
    (suite, kind): make(pair)
    for suite, pair in PAIRS.items()
    for kind, make in {"leaf": lambda pair: pair.leaf, "request": request_of, "list": list_of}.items()
}


@pytest.mark.parametrize("suite", sorted(SUITES))
@pytest.mark.parametrize(
    ("kind", "take"),
    [("leaf", take_certificate), ("leaf", parse_all), ("request", take_request), ("list", take_list)],
    ids=["certificate", "parts", "request", "list"],
)
@given(changes=CHANGES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_refuses_whatever_was_changed_by_name_and_in_time(
    suite: str, kind: str, take: Callable[[Pair, bytes], None], changes: list[tuple[str, int, bytes]]
) -> None:
    good = MADE[suite, kind]
    changed = mutated(good, changes)
    if changed == good:
        return
    started = time.thread_time()
    with pytest.raises(X509Error) as caught:
        take(PAIRS[suite], changed)
    assert caught.value.code.split(".")[0] in {"issuer", "csr", "crl"}
    assert time.thread_time() - started < SLOWEST


@pytest.mark.parametrize("suite", sorted(SUITES))
def test_what_was_not_changed_is_taken(suite: str) -> None:
    take_certificate(PAIRS[suite], MADE[suite, "leaf"])
    take_request(PAIRS[suite], MADE[suite, "request"])
    take_list(PAIRS[suite], MADE[suite, "list"])


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x30\x82\x0f\xfc" + b"\x30\x00" * 2046,
        b"\x30\x82\x0f\xfc" + b"\x02\x01\x00" * 1364,
        b"\x30\x80" * 2048,
        b"\x31\x82\x0f\xfc" + b"\x05\x00" * 2046,
        bytes(MAX_CERTIFICATE_BYTES),
    ],
)
def test_refuses_a_bomb_at_once(bomb: bytes) -> None:
    started = time.thread_time()
    with pytest.raises(X509Error):
        read_certificate(bomb)
    assert time.thread_time() - started < SLOWEST
