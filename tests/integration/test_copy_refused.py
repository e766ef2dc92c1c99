"""No purpose copy 加注件 but by the licence's holder, at its own grains, for a stated purpose, in number and for a time."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounts.core.errors import NotPermitted
from certificates.core.errors import CopyError
from certificates.core.grains import Grain
from certificates.models import PurposeCopy
from certificates.services import reserve_copy as reserving
from certificates.services.suspend_certificate import suspend_certificate
from tests.integration.copy_steps import fetched, ordered, rendered
from tests.integration.factories import AT, FOOD, Node, owner_of
from verification.core.errors import PolicyError
from verification.models import LogEntry
from verification.services.publish_log import publish_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "world")]


def test_no_copy_of_anothers_licence(node: Node, issued: UUID) -> None:
    other = node.issue(node.request(FOOD), key="food")

    with pytest.raises(NotPermitted):
        ordered(issued, holder=owner_of(other))
    with pytest.raises(NotPermitted):
        ordered(uuid4(), holder=owner_of(issued))
    made = ordered(issued)
    rendered(made)
    with pytest.raises(CopyError) as refused:
        fetched(made, other)
    assert refused.value.code == "copy.unknown"
    assert PurposeCopy.objects.count() == 1


def test_no_copy_of_an_ended_licence(node: Node, issued: UUID) -> None:
    suspend_certificate(caller=node.officer, certificate_id=issued, reason_code="investigation", at=AT)

    with pytest.raises(CopyError) as refused:
        ordered(issued)

    assert refused.value.code == "copy.licence_ended"
    assert LogEntry.objects.filter(lookup__isnull=False).count() == 0


def test_no_copy_at_a_grain_that_the_type_does_not_have(issued: UUID) -> None:
    for grains in ({"holder_code": Grain.FACT}, {"nothing": Grain.FULL}, {"age_over_18": Grain.FULL}, {}):
        with pytest.raises(CopyError) as refused:
            ordered(issued, grains=grains)
        assert refused.value.code == "copy.grain"


@pytest.mark.parametrize("days", [-1, 31, 10_000])
def test_no_copy_for_longer_than_the_node_allows(issued: UUID, days: int) -> None:
    with pytest.raises(CopyError) as refused:
        ordered(issued, days=days)
    assert refused.value.code == "copy.days"


def test_no_more_copies_of_one_licence_than_a_day_allows(issued: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserving, "MOST_COPIES", 2)
    for key in ("copy-0001", "copy-0002", "copy-0002"):  # a repeat is no other one
        ordered(issued, key=key)

    with pytest.raises(CopyError) as refused:
        ordered(issued, key="copy-0003")
    assert refused.value.code == "copy.too_many"
    assert PurposeCopy.objects.count() == 2

    publish_log(at=AT + timedelta(days=1))
    ordered(issued, key="copy-0004", at=AT + timedelta(days=1))


def test_a_copy_never_outlives_its_licence(node: Node) -> None:
    last_day = (AT + timedelta(days=2)).date()
    issued = node.issue(
        node.request(values={"valid_until": last_day.isoformat()}, valid_until=last_day), key="ends-soon"
    )

    made = ordered(issued, days=7)

    assert made.expires_at == AT.replace(hour=0) + timedelta(days=3)  # the midnight that ends its last day


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "测试"}, "purpose.placeholder"),
        ({"purpose": "查询查询查询"}, "purpose.repeated"),
        ({"purpose": "城" + "东西南北中" * 12}, "copy.purpose"),
        ({"recipient": ""}, "copy.recipient"),
        ({"recipient": "湖州\u202e集团"}, "copy.recipient"),
        ({"recipient": "湖州😀集团"}, "copy.recipient"),
        ({"purpose": "租房合同备案😀"}, "copy.purpose"),
        ({"recipient": "某" * 51}, "copy.recipient"),
    ],
)
def test_no_copy_for_a_junk_purpose_or_recipient(issued: UUID, changes: dict[str, str], code: str) -> None:
    with pytest.raises((PolicyError, CopyError)) as refused:
        ordered(issued, **changes)
    assert refused.value.code == code
    assert PurposeCopy.objects.count() == 0
