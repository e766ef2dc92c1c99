"""Runs the whole suite on SQLite, then what touches a database on a real PostgreSQL that this run starts itself."""

import argparse
import os
import subprocess
import sys

from tests.postgres_server import postgres_url

DATABASE_SUITES = ["tests/integration", "tests/functional"]


def _pytest(name: str, paths: list[str], full: bool, extra: list[str], database: str = "") -> int:
    print(f"== {name}", flush=True)
    environment = {**os.environ, "HUZHENG_TEST_DATABASE_URL": database, "PYTHONDONTWRITEBYTECODE": "1"}
    marks = [] if full else ["-m", "not exhaustive"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *marks, *extra, *paths],
        env=environment,
        check=False,
    ).returncode


def main() -> int:
    """This will run both suites and give 0 only if both passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="also the exhaustive matrices")
    options, extra = parser.parse_known_args()
    sqlite = _pytest("SQLite: the whole suite", ["tests"], options.full, extra)
    with postgres_url() as url:
        postgres = _pytest("PostgreSQL: what touches a database", DATABASE_SUITES, options.full, extra, url)
    return sqlite or postgres


if __name__ == "__main__":
    raise SystemExit(main())
