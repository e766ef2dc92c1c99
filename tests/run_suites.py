"""Runs the whole suite on SQLite, what depends on the algorithms again in the guomi profile, then what touches a database on a
real PostgreSQL that this run starts itself.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.postgres_server import postgres_url

# In the full run: all but pages that are drawn and looked at, which read no database and take long.
DATABASE_SUITES = [
    "tests/integration",
    "tests/functional",
    *(f"--ignore=tests/integration/test_{name}.py" for name in ("templates", "copy_pages", "gallery_codes")),
]
# In the ordinary run: services and queries, with their locks, triggers and races. On SQLite alone stays what calls these from
# outside (pages and the API; of the two real nodes, Sichuan is on PostgreSQL even there), and what is about files and messages.
RACING_SUITES = [
    "tests/integration",
    *(
        f"--ignore-glob=tests/integration/test_{name}.py"
        for name in (
            "*_ofd",
            "admin_*",
            "archive_*",
            "collect_cosignatures",
            "copy_pages",
            "every_type_*",
            "file_*",
            "foreign_*",
            "gallery_codes",
            "look_queries",
            "next_look",
            "photo*",
            "pkcs11_*",
            "run_publisher",
            "sign_*",
            "slow_province",
            "templates",
            "verify_archived",
            "verify_document",
            "verify_offline",
        )
    ),
]
# Unit tests of signatures run over every suite by themselves, and one of the two nodes in tests/functional/provinces is a
# guomi node. These make credentials, receipts, messages, status lists and sealed values through the services.
PROFILE_SUITES = [
    f"tests/integration/test_{name}.py"
    for name in (
        "answer_recognition",
        "answer_repeated",
        "collect_cosignatures",
        "forbidden_look",
        "issue_certificate",
        "lookup_receipt",
        "peer_request",
        "publish_log",
        "publish_status_list",
        "publisher_office",
        "recorded_look",
        "render_document",
        "repeated_look",
        "revoke_certificate",
        "sealed_storage",
        "status_list_api",
        "verify_document",
        "verify_offline",
        "verify_presentation",
    )
]


# PDFs are signed with P-256 in either profile (their readers know no SM2): once is enough.
EVERY_SUITE_OF_A_PROFILE = ["tests/unit", "tests/integration", "--ignore=tests/unit/certificates/adapters/pdf"]


def _pytest(
    name: str,
    paths: list[str],
    full: bool,
    extra: list[str],
    *,
    database: str = "",
    sichuan: str = "",
    profile: str = "international",
) -> int:
    print(f"== {name}", flush=True)
    environment = {
        **os.environ,
        "HUZHENG_TEST_DATABASE_URL": database,
        "HUZHENG_TEST_SICHUAN_DATABASE_URL": sichuan,
        "HUZHENG_CRYPTO_PROFILE": profile,
        # Compiled once for all three runs, and out of the way of who reads the tree.
        "PYTHONPYCACHEPREFIX": str(Path("var/pycache").resolve()),
    }
    marks = [] if full else ["-m", "not exhaustive"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *marks, *extra, *paths],
        env=environment,
        check=False,
    ).returncode


def main() -> int:
    """This will run all three and give 0 only if all passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="also the exhaustive matrices")
    options, extra = parser.parse_known_args()
    in_guomi = EVERY_SUITE_OF_A_PROFILE if options.full else PROFILE_SUITES
    on_postgres = DATABASE_SUITES if options.full else RACING_SUITES
    with postgres_url() as url:
        beside = "" if options.full else url  # the full run has both nodes on SQLite here, and both on PostgreSQL below
        sqlite = _pytest("SQLite: the whole suite", ["tests"], options.full, extra, sichuan=beside)
        guomi = _pytest("guomi: SM2, SM3, SM4", in_guomi, options.full, extra, profile="guomi")
        postgres = _pytest("PostgreSQL: what touches a database", on_postgres, options.full, extra, database=url)
    return sqlite or guomi or postgres


if __name__ == "__main__":
    raise SystemExit(main())
