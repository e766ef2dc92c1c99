"""Trust is read from a signed list, verified anew in each process, and ends when the list ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.core.signing.local import LocalSigner
from certificates.core.signing.suite import kid_of
from tests.log_steps import NOW, PEER, Peer, trust
from verification.core.anchor_key import anchor_fingerprint, anchor_jwk
from verification.core.errors import TrustListError
from verification.core.trust_list import TrustList, payload_of, sign_trust_list, trust_list_file
from verification.models import LoadedTrustList
from verification.queries.current_trust_list import current_trust_list
from verification.services.audit_log import audit_log
from verification.services.load_trust_list import load_trust_list

pytestmark = pytest.mark.django_db


def refusal(at=NOW) -> str:
    with pytest.raises(TrustListError) as refused:
        current_trust_list(at=at)
    return refused.value.code


def test_without_a_list_nobody_is_trusted() -> None:
    assert refusal() == "trust_list.absent"


def test_the_newest_list_is_in_force(settings) -> None:
    trust(settings, Peer(), version=1)
    trust(settings, Peer(), Peer(region="510000", log_key=Peer().log_key), version=2)
    assert set(current_trust_list(at=NOW).regions) == {"440000", "510000"}


def test_a_list_that_was_in_use_expires_to_the_second(settings) -> None:
    end = NOW + timedelta(days=90)
    trust(settings, Peer(), expires_at=end)
    assert current_trust_list(at=end - timedelta(seconds=1)).version == 1
    assert refusal(at=end) == "trust_list.expired"
    assert refusal(at=NOW - timedelta(days=11)) == "trust_list.from_future"


def test_a_list_edited_in_the_database_brings_no_trust(settings) -> None:
    trust(settings, Peer())
    current_trust_list(at=NOW)
    row = LoadedTrustList.objects.get()
    row.document = row.document.replace('"trust_list": "e', '"trust_list": "f')
    row.save()
    assert refusal() == "trust_list.signature"


def test_a_list_of_another_anchor_brings_no_trust(settings) -> None:
    trust(settings, Peer())
    current_trust_list(at=NOW)
    settings.NODE = replace(settings.NODE, anchor_fingerprint="A" * 43)
    assert refusal() == "trust_list.fingerprint"


def taken_into_use(settings, *versions: int) -> None:
    """The lists of one anchor, each loaded as an operator does it."""
    anchor = ec.generate_private_key(ec.SECP256R1())
    jwk = anchor_jwk(anchor.public_key())
    settings.NODE = replace(settings.NODE, anchor_fingerprint=anchor_fingerprint(jwk))
    spki = anchor.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signer = LocalSigner(kid=kid_of(spki), suite="ES256", private_key=anchor)
    for version in versions:
        payload = payload_of(
            TrustList(
                version=version,
                issued_at=NOW - timedelta(days=1),
                expires_at=NOW + timedelta(days=30),
                regions={PEER: Peer().trusted()},
            )
        )
        load_trust_list(document=trust_list_file(sign_trust_list(payload=payload, signer=signer), anchor=jwk), at=NOW)


def audited() -> set[str]:
    return {finding.code for finding in audit_log(at=NOW).findings}


@pytest.mark.usefixtures("log_node")
def test_refuses_a_trust_list_older_than_the_one_seen(settings) -> None:
    taken_into_use(settings, 1, 2)
    assert current_trust_list(at=NOW).version == 2
    assert audited() == set()
    first = LoadedTrustList.objects.get(version=1).document.encode()
    LoadedTrustList.objects.filter(version=2).delete()
    assert refusal() == "trust_list.older"
    assert audited() == {"trust_list.older"}
    with pytest.raises(TrustListError) as refused:
        load_trust_list(document=first, at=NOW)
    assert refused.value.code == "trust_list.older"


@pytest.mark.usefixtures("log_node")
def test_refuses_an_older_trust_list_whose_row_says_it_is_the_newest(settings) -> None:
    taken_into_use(settings, 1, 2)
    LoadedTrustList.objects.filter(version=1).update(version=99)
    assert refusal() == "trust_list.altered"
    assert audited() == {"trust_list.altered"}


@pytest.mark.usefixtures("log_node")
def test_refuses_another_trust_list_of_the_version_seen(settings) -> None:
    taken_into_use(settings, 1, 2)
    older = LoadedTrustList.objects.get(version=1).document
    LoadedTrustList.objects.filter(version=2).update(document=older)
    assert refusal() == "trust_list.altered"


@pytest.mark.usefixtures("log_node")
def test_the_list_seen_before_is_taken_again_after_it_was_lost(settings) -> None:
    taken_into_use(settings, 1, 2)
    document = LoadedTrustList.objects.get(version=2).document.encode()
    LoadedTrustList.objects.all().delete()
    assert load_trust_list(document=document, at=NOW) == 2
    assert current_trust_list(at=NOW).version == 2
