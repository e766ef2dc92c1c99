"""A command before `init_node`, or under a variable that is not allowed, ends with one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def _manage(folder: Path, *words: str, **variables: str) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], "HUZHENG_VAR": str(folder), **variables}
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", [("run_node",), ("issuer_key", "list")])
def test_a_command_before_init_node_says_what_to_run_first(tmp_path: Path, command: tuple[str, ...]) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        status, told = _manage(folder, *command)
        assert status == 1
        assert told.endswith("there is no node here yet: run manage.py init_node first\n")
        assert "Traceback" not in told


def test_a_variable_that_is_not_allowed_is_told_in_one_line(tmp_path: Path) -> None:
    status, told = _manage(tmp_path, "migrate", HUZHENG_STATUS_TTL="abc")
    assert (status, told) == (1, "HUZHENG_STATUS_TTL must be a whole number from 1 to 999999999\n")
