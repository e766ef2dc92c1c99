"""Writing a moment as text."""

from datetime import UTC, datetime


def moment_text(moment: datetime) -> str:
    """This will give the one text of a moment of whole seconds: ISO 8601 in UTC, as `2026-03-01T08:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
