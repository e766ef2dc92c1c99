"""Moments given as text: what has no zone, no meaning or no place in a database is none."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from accounts.core.moment import read_moment


def test_reads_a_moment_with_its_zone() -> None:
    assert read_moment("2026-11-23T09:00:00Z") == datetime(2026, 11, 23, 9, tzinfo=UTC)
    east = timezone(timedelta(hours=8))
    assert read_moment("2026-11-23T09:00:00.25+08:00") == datetime(2026, 11, 23, 9, 0, 0, 250_000, tzinfo=east)


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-11-23", "2026-11-23T09:00:00", "2026-99-99T00:00:00Z", "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00", "2026-11-23T09:00:00+99:00", "2026-11-23T09:00:00Z;",
    ],
)  # fmt: skip
def test_refuses_what_is_no_moment(text: str) -> None:
    assert read_moment(text) is None
