"""How long a copy may be good, and what is kept of what it was made for."""

from datetime import UTC, datetime, timedelta

import pytest

from certificates.core.canonical import canonical_json
from certificates.core.copy_terms import MAX_COPY_DAYS, CopyTerms, copy_end, most_copy_days, pack_terms, unpack_terms
from certificates.core.errors import CopyError

NOW = datetime(2026, 11, 23, 1, 2, 3, 456, tzinfo=UTC)
TERMS = CopyTerms(purpose="投标", recipient="某单位", maker_name="某机关", matter_code="M1", case_number="C1")


def end(days: int, licence_end: datetime | None = None) -> datetime:
    return copy_end(at=NOW, days=days, most_days=30, licence_end=licence_end)


def test_a_copy_ends_on_a_whole_second_and_never_after_its_licence() -> None:
    assert end(7) == NOW.replace(microsecond=0) + timedelta(days=7)
    assert end(7, NOW + timedelta(days=3)) == NOW + timedelta(days=3)


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_refuses_days_that_are_not_allowed(days: int) -> None:
    with pytest.raises(CopyError) as refused:
        end(days)
    assert refused.value.code == "copy.days"


def test_refuses_a_copy_of_a_licence_that_is_over() -> None:
    for over in (NOW, NOW - timedelta(days=1)):
        with pytest.raises(CopyError) as refused:
            end(7, over)
        assert refused.value.code == "copy.licence_ended"


def test_neither_node_nor_type_allows_more_than_a_year() -> None:
    assert most_copy_days(node_days=30, type_days=None) == 30
    assert most_copy_days(node_days=30, type_days=7) == 7
    assert most_copy_days(node_days=1000, type_days=1000) == MAX_COPY_DAYS


def test_terms_are_read_as_they_were_written_and_no_other() -> None:
    assert unpack_terms(pack_terms(TERMS)) == TERMS
    for members in ({}, {"purpose": "x"}, {**dict.fromkeys(CopyTerms.__slots__, ""), "more": "x"}):
        with pytest.raises(CopyError) as refused:
            unpack_terms(canonical_json(members))
        assert refused.value.code == "copy.terms"
