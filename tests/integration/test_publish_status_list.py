"""Every version of a status list is newer than the last, however fast they follow."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.adapters.node_keys import node_signer
from certificates.core import status_decoys
from certificates.core.cose import sign1
from certificates.core.errors import CredentialError, StatusListError
from certificates.core.signing.jws import sign_jws
from certificates.core.status_bits import StatusBits, flip, pack
from certificates.core.status_cwt import TYP as CWT_TYP
from certificates.core.status_list import TYP as JWT_TYP
from certificates.core.status_list import Status
from certificates.models import NodeKey, StatusChange, StatusEntry, StatusList, StatusToken
from certificates.services.allot_status_entries import LIST_SIZE
from certificates.services.publish_status_list import CHECK_EVERY, publish_status_list
from certificates.services.refresh_status_lists import refresh_status_lists
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.factories import AT, Node, make_node
from tests.integration.threads import at_once


@pytest.mark.django_db
def test_iat_rises_strictly_within_one_second(node: Node) -> None:
    list_id = StatusList.objects.order_by("pk").values_list("pk", flat=True)[0]

    iats = [publish_status_list(status_list_id=list_id, at=AT).iat for _ in range(5)]

    assert iats == sorted(set(iats))
    assert iats[0] > int(AT.timestamp())


@pytest.mark.django_db
def test_a_clock_set_back_does_not_make_an_older_list(node: Node) -> None:
    list_id = StatusList.objects.order_by("pk").values_list("pk", flat=True)[0]
    before = publish_status_list(status_list_id=list_id, at=AT).iat

    assert publish_status_list(status_list_id=list_id, at=AT - timedelta(seconds=20)).iat > before


@pytest.mark.django_db
def test_a_burst_does_not_run_into_the_future(node: Node) -> None:
    list_id = StatusList.objects.order_by("pk").values_list("pk", flat=True)[0]

    iats = [publish_status_list(status_list_id=list_id, at=AT).iat for _ in range(45)]

    assert iats == sorted(iats)
    assert max(iats) <= int(AT.timestamp()) + 30


@pytest.mark.django_db
def test_the_status_key_signs_lists_as_jwt_and_cwt_and_nothing_else(node: Node) -> None:
    kid = NodeKey.objects.get(purpose="status").kid
    signer = node_signer(purpose="status", kid=kid)

    assert sign1(b"\xa0", signer=signer, typ=CWT_TYP)
    assert sign_jws(header_extra={}, typ=JWT_TYP, payload=b"{}", signer=signer)
    for typ in (None, "application/cwt", JWT_TYP):
        with pytest.raises(CredentialError) as refused:
            sign1(b"\xa0", signer=signer, typ=typ)
        assert refused.value.code == "key.purpose"
    with pytest.raises(CredentialError):
        sign_jws(header_extra={}, typ=CWT_TYP, payload=b"{}", signer=signer)
    answer = NodeKey.objects.get(purpose="receipt").kid
    with pytest.raises(CredentialError):
        sign1(b"\xa0", signer=node_signer(purpose="receipt", kid=answer), typ=CWT_TYP)


@pytest.mark.django_db
def test_a_change_flips_its_entry_in_the_kept_bits_and_is_remembered(node: Node) -> None:
    row = StatusList.objects.earliest("pk")
    before = StatusBits(bits=2, data=bytes(row.packed))
    free = next(i for i in range(row.size) if i not in status_decoys.read_stored(bytes(row.decoys)))

    publish_status_list(status_list_id=row.pk, at=AT + timedelta(minutes=1), changes={free: Status.SUSPENDED})

    row.refresh_from_db()
    after = StatusBits(bits=2, data=bytes(row.packed))
    moved = {i for i in before.marked().keys() | after.marked().keys() if before.get(i) != after.get(i)}
    assert free in moved
    assert moved - {free} <= set(status_decoys.read_stored(bytes(row.decoys)))
    changes = StatusChange.objects.filter(status_list=row).order_by("pk")
    assert pack({one.index: one.value for one in changes}, size=row.size) == after.data
    assert after.get(free) == Status.SUSPENDED


@pytest.mark.django_db
@pytest.mark.parametrize("value", [Status.VALID, Status.SUSPENDED])
def test_s11_refuses_to_publish_anything_but_invalid_where_a_list_said_invalid(node: Node, value: Status) -> None:
    row = StatusList.objects.earliest("pk")
    free = next(i for i in range(row.size) if i not in status_decoys.read_stored(bytes(row.decoys)))
    publish_status_list(status_list_id=row.pk, at=AT, changes={free: Status.INVALID})

    with pytest.raises(StatusListError) as refused:
        publish_status_list(status_list_id=row.pk, at=AT, changes={free: value})

    assert refused.value.code == "status_list.one_way"
    assert publish_status_list(status_list_id=row.pk, at=AT, changes={free: Status.INVALID}) is not None


@pytest.mark.django_db
def test_bits_that_somebody_set_by_hand_are_mended_by_the_next_check(
    node: Node, issued: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    entry = StatusEntry.objects.filter(certificate=issued).earliest("pk")
    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=AT)
    row = entry.status_list
    row.refresh_from_db()
    StatusList.objects.filter(pk=row.pk).update(packed=flip(bytes(row.packed), index=entry.index, value=0))
    seen = AT + CHECK_EVERY

    assert refresh_status_lists(at=seen) == 2

    row.refresh_from_db()
    assert StatusBits(bits=2, data=bytes(row.packed)).get(entry.index) == Status.SUSPENDED
    assert [line.levelname for line in caplog.records if "status.disagrees" in line.getMessage()] == ["ERROR"]
    assert row.checked_at == seen
    assert refresh_status_lists(at=seen + timedelta(seconds=settings.NODE.status_ttl)) == 2
    assert len([line for line in caplog.records if "status.disagrees" in line.getMessage()]) == 1


@pytest.mark.django_db
def test_a_refresh_between_two_checks_reads_no_entry(node: Node) -> None:
    with CaptureQueriesContext(connection) as asked:
        refresh_status_lists(at=AT + timedelta(seconds=settings.NODE.status_ttl))
    assert not [one["sql"] for one in asked if "statusentry" in one["sql"]]


@pytest.mark.django_db
def test_no_licence_gets_a_decoys_place(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    row = StatusList.objects.get(purpose="credential")
    decoys = status_decoys.read_stored(bytes(row.decoys))
    drawn = iter([*decoys[:10], *decoys[:6], *range(10**6)])
    really = secrets.randbelow
    monkeypatch.setattr("secrets.randbelow", lambda size: next(drawn) if size == LIST_SIZE else really(size))

    issued = node.issue()

    assert not StatusEntry.objects.filter(certificate=issued, status_list=row, index__in=decoys).exists()
    row.refresh_from_db()
    assert not row.is_open  # sixteen draws in vain: the next list took it


@pytest.mark.django_db
def test_refuses_a_list_that_does_not_exist(node: Node) -> None:
    with pytest.raises(StatusListError) as refused:
        publish_status_list(status_list_id=0, at=AT)
    assert refused.value.code == "status_list.unknown"


@pytest.mark.django_db
def test_refreshes_only_what_has_used_up_its_share_of_the_ttl(node: Node) -> None:
    half = timedelta(seconds=settings.NODE.status_ttl / 2)

    assert refresh_status_lists(at=AT + half / 2) == 0
    assert refresh_status_lists(at=AT + half) == 2
    assert refresh_status_lists(at=AT + half) == 0


@pytest.mark.django_db
def test_old_versions_are_dropped_after_a_day(node: Node) -> None:
    list_id = StatusList.objects.order_by("pk").values_list("pk", flat=True)[0]

    publish_status_list(status_list_id=list_id, at=AT + timedelta(days=2))

    assert StatusToken.objects.filter(status_list=list_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishers_at_once_never_share_an_iat(node_folder: object) -> None:
    make_node()
    list_id = StatusList.objects.order_by("pk").values_list("pk", flat=True)[0]

    published = at_once(8, lambda _: publish_status_list(status_list_id=list_id, at=AT).iat)

    assert len(set(published)) == 8, published
