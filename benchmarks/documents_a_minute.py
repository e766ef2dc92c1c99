"""Documents a minute through Celery: as many worker processes as cores, beside typst and pyHanko alone in as many processes."""

from concurrent.futures import ThreadPoolExecutor
from statistics import mean
from typing import Any

from benchmarks.nodes import BenchNode
from benchmarks.result import Row, Section

PROCESSES = 2
DOCUMENTS = 40
ALONE_ROUNDS = 20
AIM = 1.3  # times what the two libraries alone take
_FIRST = {"B-B": 100, "B-LTA": 200}  # numbers of the people whose licences they are
_FIRST_ALONE = 300


def documents_a_minute(node: BenchNode) -> Section:
    """This will have the same kind of document made at both levels by real processes, in turns with the libraries alone."""
    found: dict[str, Any] = {}
    for level, first in _FIRST.items():
        stamped = str(int(level == "B-LTA"))
        words = (str(first), str(DOCUMENTS), str(PROCESSES), stamped)
        found[level] = node.measure("benchmarks.work_documents", *words)
    with ThreadPoolExecutor(PROCESSES) as pool:
        numbers = [str(_FIRST_ALONE + turn) for turn in range(PROCESSES)]
        alone = list(pool.map(lambda one: node.measure("benchmarks.alone_documents", one, str(ALONE_ROUNDS)), numbers))
    rates = {level: _rate(numbers) for level, numbers in found.items()}
    libraries = sum(_rate(one) for one in alone)
    return Section(
        title=f"Documents through Celery, {PROCESSES} worker processes on the embedded broker",
        rows=(
            *(
                Row(
                    name=f"documents a minute, {level}",
                    measured=rate,
                    unit="a minute",
                    beside=f"released at {', '.join(found[level]['levels'])}; CPU {_cpu_each(found[level]) * 1e3:.0f} ms each",
                )
                for level, rate in rates.items()
            ),
            Row(
                name="  time of a B-B over typst and pyHanko alone",
                measured=libraries / rates["B-B"],
                unit="times",
                aim=AIM,
                at_most=True,
                beside=f"alone, in {PROCESSES} processes at once: {libraries:.0f} a minute",
            ),
            Row(
                name="  CPU of a B-B over typst and pyHanko alone",
                measured=_cpu_each(found["B-B"]) / mean(_cpu_each(one) for one in alone),
                unit="times",
                aim=AIM,
                at_most=True,
                beside="the same without what else the machine was doing",
            ),
        ),
        numbers={**found, "alone": alone},
    )


def _cpu_each(numbers: dict[str, Any]) -> float:
    return float(numbers["cpu"] / numbers["documents"])


def _rate(numbers: dict[str, Any]) -> float:
    return float(60 * numbers["documents"] / numbers["seconds"])
