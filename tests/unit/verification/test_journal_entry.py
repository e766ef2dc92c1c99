"""The journal counts by reason and says nothing else."""

import pytest

from verification.core.errors import LogError
from verification.core.journal_entry import journal_leaf


def test_a_journal_hour_counts_by_reason() -> None:
    assert journal_leaf(hour="2026-03-01T08Z", counts={"message.signature": 3, "auth.missing": 12}) == (
        b'{"counts":{"auth.missing":12,"message.signature":3},"hour":"2026-03-01T08Z","kind":"journal.hour","v":1}'
    )


@pytest.mark.parametrize("counts", [{"Reason": 1}, {"张三": 1}, {"auth.missing": -1}, {"": 1}])
def test_refuses_a_journal_of_anything_but_counts_by_reason(counts: dict[str, int]) -> None:
    with pytest.raises(LogError) as caught:
        journal_leaf(hour="2026-03-01T08Z", counts=counts)
    assert caught.value.code == "log.entry.malformed"


def test_refuses_a_journal_of_no_hour() -> None:
    with pytest.raises(LogError):
        journal_leaf(hour="2026-03-01", counts={})
