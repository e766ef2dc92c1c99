"""`make bench`: measures what is promised, every claim as a ratio inside this one run where there is something to compare with.

Exit status 0 also where an aim is missed (the table says so loudly), 1 where something could not be measured.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from benchmarks.credential_core import issuing, verifying
from benchmarks.document_levels import document_levels
from benchmarks.documents_a_minute import documents_a_minute
from benchmarks.issuing_whole import issuing_whole
from benchmarks.lookups_section import lookups
from benchmarks.nodes import FOLDER, nodes
from benchmarks.publishing import publishing
from benchmarks.receipts_together import receipts_together
from benchmarks.result import NotMeasuredError, Section
from benchmarks.status_lists import status_lists
from benchmarks.stored_values import stored_values
from benchmarks.table import print_section, print_summary
from certificates.core.signing.registry import SUITES
from demo.node import NodeFailedError

SUMMARY = FOLDER / "summary.json"
LIBRARIES = ("cryptography", "Django", "granian", "orjson", "pyhanko", "sd-jwt", "typst")


def main() -> int:
    """This will measure, print the table and write var/bench/summary.json."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--core", action="store_true", help="measure only what needs no node")
    options = parser.parse_args()
    started = time.monotonic()
    sections: list[Section] = []
    failures: list[str] = []

    def measure(act: Callable[[], Iterable[Section]]) -> None:
        try:
            for section in act():
                sections.append(section)
                print_section(section)
        except (NotMeasuredError, NodeFailedError, OSError) as failed:
            failures.append(str(failed))
            print(f"\nNOT MEASURED: {failed}", flush=True)

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; ratios are formed inside this run", flush=True)
    for suite in SUITES:
        measure(partial(_credentials, suite))
    measure(lambda: (receipts_together(),))
    measure(lambda: (stored_values(),))
    measure(lambda: (status_lists(),))
    measure(lambda: (document_levels(),))
    if not options.core:
        _measure_nodes(measure)
    seconds = time.monotonic() - started
    _write(sections, failures, seconds)
    print_summary(sections, failures, seconds=seconds, path=SUMMARY)
    return 1 if failures else 0


def _credentials(suite: str) -> Iterable[Section]:
    return issuing(suite), verifying(suite)


def _measure_nodes(measure: Callable[[Callable[[], Iterable[Section]]], None]) -> None:
    def whole() -> Iterable[Section]:
        with nodes() as made:
            # Licences first: the other rows need them.
            yield issuing_whole(made)
            measure(lambda: (documents_a_minute(made["PostgreSQL"]),))
            measure(lambda: (publishing(made),))
            measure(lambda: lookups(made))

    measure(whole)


def _write(sections: Iterable[Section], failures: list[str], seconds: float) -> None:
    rows = [
        {
            "section": section.title,
            "name": row.name.strip(),
            "measured": round(row.measured, 4),
            "unit": row.unit,
            "aim": row.aim,
            "at_most": row.at_most,
            "holds": row.holds,
            "beside": row.beside,
        }
        for section in sections
        for row in section.rows
    ]
    summary = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "rows": rows,
        "numbers": {section.title: section.numbers for section in sections},
        "where_the_time_goes": [text for section in sections for text in section.words],
        "not_measured": failures,
    }
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
