"""How a node uses its database, also where a test run does not wait for the disk."""

from config.settings.base import database


def test_an_entry_on_sqlite_is_on_the_disk_before_its_answer_leaves() -> None:
    made = database({"ENGINE": "django.db.backends.sqlite3", "NAME": "x"})
    assert "PRAGMA synchronous=FULL;" in made["OPTIONS"]["init_command"]
