"""Trust is read from a signed list, verified anew in each process, and ends when the list ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.log_steps import NOW, Peer, trust
from verification.core.errors import TrustListError
from verification.models import LoadedTrustList
from verification.queries.current_trust_list import current_trust_list

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
