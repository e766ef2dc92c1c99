"""The publisher as a process: it publishes, a second one ends at once, SIGTERM ends it cleanly, its log holds counts only."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = """
from tests.log_steps import look, NOW
from certificates.services.initialise_node import initialise_node
from django.utils import timezone
initialise_node(at=NOW)
for _ in range(3):
    look(at=timezone.now())
"""
SIZE = "SELECT max(size) FROM verification_checkpoint"
ANOTHER_PUBLISHER = 3
PATIENCE = 90.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A node of its own on SQLite, whatever database the other tests run on."""
    names = {
        "HUZHENG_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "HUZHENG_PUBLISH_SECONDS": "0.1",
    }
    return {**os.environ, **names}


def manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def publisher(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "shell", "--no-imports", "-c", STEPS)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_publisher"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def size(folder: Path) -> int:
    """Of the last signed checkpoint, read past Django: a process for each look takes seconds."""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        return int(database.execute(SIZE).fetchone()[0] or 0)


def test_a_publisher_publishes_alone_and_stops_when_told(
    publisher: subprocess.Popen[str], environment: dict[str, str], tmp_path: Path
) -> None:
    deadline = time.monotonic() + PATIENCE
    while size(tmp_path) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert size(tmp_path) == 3

    second = subprocess.run(
        [sys.executable, "manage.py", "run_publisher"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert second.returncode == ANOTHER_PUBLISHER
    assert "log.publisher.taken" in second.stderr

    publisher.send_signal(signal.SIGTERM)
    _, told = publisher.communicate(timeout=PATIENCE)
    assert publisher.returncode == 0
    assert "published 3 entries, size 3" in told
    for secret in ("张", "33010119900307131X", "HZ2026-000123", "counter_officer"):
        assert secret not in told
