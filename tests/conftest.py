"""What every test run needs: a database that threads can share, a node folder of its own, and flushes past the log's triggers."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import TransactionTestCase

from tests.network_guard import refuse_other_networks
from tests.one_world import OneWorldScheduling
from verification.triggers import lifted_triggers


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneWorldScheduling:
    """This will say who runs what under `-n`."""
    return OneWorldScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """This will leave out, in a run of the guomi profile, what speaks of the other one's keys: the run on SQLite has it."""
    if django_settings.NODE.profile == "international":
        return
    other = [item for item in items if item.get_closest_marker("international")]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in other]


refuse_other_networks()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite tests run on a file: connections of several threads to one in-memory database lock unlike real ones."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _nothing_outlives_a_power_cut() -> Iterator[None]:
    """Folders and databases of a run are thrown away: waiting for the disk only costs time, in every test's node anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_node_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Parallel workers inherit one HUZHENG_VAR; each gets its own folder for keys, vault and locks."""
    django_settings.NODE = node_in(tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """Django empties tables after a transactional test; the append-only triggers would refuse."""
    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with lifted_triggers():
            original(self)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


def node_in(folder: Path) -> object:
    """The node's settings with everything secret under another folder."""
    return replace(
        django_settings.NODE,
        var=folder,
        secret_key_file=folder / "secret_key",
        kek_file=folder / "kek",
        pkcs11_pin_file=folder / "pkcs11_pin",
        trust_list_file=folder / "trust_list.json",
    )
