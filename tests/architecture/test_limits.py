"""Every bound on what comes from outside is a named constant with its reason, and the table of them is not stale."""

from tests.architecture.limits_table import DOCUMENT, document, limits


def test_every_limit_says_why() -> None:
    assert len(limits()) > 100
    assert [f"{limit.place} {limit.name}" for limit in limits() if not limit.reason] == []


def test_the_table_of_limits_is_what_the_code_says() -> None:
    stale = "docs/limits.md is stale: run python -m tests.architecture.limits_table"
    assert DOCUMENT.read_text("utf-8") == document(), stale
