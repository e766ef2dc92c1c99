"""A look that told no verdict is archived with words of its own kind."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.integration.archive_steps import last, text_of, told
from tests.integration.factories import AT, CONSTRUCTOR
from tests.integration.recognition_steps import World, counter
from tests.log_steps import look
from verification.core.archive_kinds import KIND_WORDS, WITHOUT_VERDICT
from verification.core.lookup_entry import EntryKind
from verification.core.verdict import VerdictOutcome
from verification.queries.lookup_parties import caller_name
from verification.services import archive_receipt as archiving
from verification.services.archive_receipt import archive_receipt
from verification.services.publish_log import publish_log

pytestmark = pytest.mark.django_db


COPY = {
    "copy.number": "7Q4K-09ZT-MXB2",
    "copy.recipient": "成都锦江连锁餐饮管理有限公司",
    "copy.purpose": "锦江生态公园二期投标",
    "copy.end": "2026-12-23T02:00:00+00:00",
}


@pytest.mark.parametrize(
    "kind",
    [
        EntryKind.LOOKUP_SELF,
        *(
            pytest.param(kind, marks=pytest.mark.exhaustive)
            for kind in sorted(WITHOUT_VERDICT - {EntryKind.LOOKUP_SELF})
        ),
    ],
)
def test_a_look_that_told_no_verdict_says_what_it_was(kind: EntryKind, world: World) -> None:
    members = {"purpose": "own.copy_made", "licence.type": CONSTRUCTOR, "withheld": ["holder_name"], **COPY}
    found = look(kind=kind, members=members, caller=caller_name(counter()), outcome="shown", at=AT)
    publish_log(at=AT)
    data = archive_receipt(caller=counter(), lookup_id=found.lookup_id, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.VALID, "receipt.included")
    text = text_of(data)
    for printed in (kind, KIND_WORDS[kind].zh, "制作了加注件", "二级建造师注册证书", "姓名holder_name", *COPY.values()):
        assert printed in text
    assert "2026-12-2310:00:00(UTC+8)" in text


def test_a_status_lists_past_that_was_told_needs_no_verdict(world: World) -> None:
    found = look(members={"status.list": "1", "purpose": "查"}, caller=caller_name(counter()), at=AT)
    publish_log(at=AT)
    data = archive_receipt(caller=counter(), lookup_id=found.lookup_id, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.VALID, "receipt.included")


def test_refuses_a_look_without_a_verdict_whose_page_does_not_name_its_kind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = look(kind=EntryKind.LOOKUP_SELF, members={"purpose": "own.masked"}, caller=caller_name(counter()), at=AT)
    publish_log(at=AT)
    real = archiving.render_receipt

    def forged(*, page: Mapping[str, Any], **others: Any) -> bytes:
        return real(page={**page, "verdict": {**page["verdict"], "en": "VALID"}}, **others)

    monkeypatch.setattr(archiving, "render_receipt", forged)
    data = archive_receipt(caller=counter(), lookup_id=found.lookup_id, at=AT)
    assert last(told(data, world)) == (VerdictOutcome.INVALID, "receipt.archive_differs")


def test_every_kind_of_look_has_words() -> None:
    assert {one for one in EntryKind if one.is_lookup} - KIND_WORDS.keys() == {
        EntryKind.LOOKUP_REFUSED,
        EntryKind.LOOKUP_COMPLETED,
    }
