"""Every version of a status list is newer than the last, however fast they follow."""

from datetime import timedelta

import pytest
from django.conf import settings

from certificates.core.errors import StatusListError
from certificates.models import StatusList, StatusToken
from certificates.services.publish_status_list import publish_status_list
from certificates.services.refresh_status_lists import refresh_status_lists
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
