"""Row 4: how many entries a second the publisher takes into the tree, on both databases."""

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.nodes import BenchNode
from benchmarks.result import Row, Section

ENTRIES_AIM = 5_000


def publishing(nodes: Mapping[str, BenchNode]) -> Section:
    """This will measure full batches: read and hashed anew, indexed, added to tiles, head signed, queue emptied, committed."""
    found = {name: node.measure("benchmarks.publish_entries") for name, node in nodes.items()}
    return Section(
        title="Publishing the log (batches of 1,000 waiting entries, each committed)",
        rows=(
            *(_row(name, numbers) for name, numbers in found.items()),
            *(_event_row(name, numbers) for name, numbers in found.items()),
        ),
        numbers=found,
        words=tuple(_words(name, numbers) for name, numbers in found.items()),
    )


def _row(name: str, numbers: Mapping[str, Any]) -> Row:
    walls = [wall for wall, _cpu in numbers["published"]]
    rate = numbers["batch"] / statistics.median(walls)
    plain = numbers["batch"] / statistics.median(wall for wall, _cpu in numbers["inserted"])
    return Row(
        name=f"entries published, {name}",
        measured=rate,
        unit="/s",
        aim=ENTRIES_AIM,
        beside=f"{over_plain(numbers):.2f} of a plain bulk INSERT of the leaf rows ({plain:,.0f}/s)",
    )


def _event_row(name: str, numbers: Mapping[str, Any]) -> Row:
    return Row(
        name=f"certificates' events published, {name}",
        measured=numbers["batch"] / statistics.median(wall for wall, _cpu in numbers["events"]),
        unit="/s",
        aim=ENTRIES_AIM,
        beside="the same batches, where every entry is an act on a licence and gets its index in the certificates' tables, too",
    )


def over_plain(numbers: Mapping[str, Any]) -> float:
    """This will give the publisher's speed over the plain INSERT's, the median of neighbouring batches."""
    pairs = zip(numbers["published"], numbers["inserted"], strict=True)
    return float(statistics.median(plain[0] / own[0] for own, plain in pairs))


def _words(name: str, numbers: Mapping[str, Any]) -> str:
    wall = statistics.median(wall for wall, _cpu in numbers["published"])
    cpu = statistics.median(cpu for _wall, cpu in numbers["published"])
    plain = statistics.median(wall for wall, _cpu in numbers["inserted"])
    return (
        f"Publishing {numbers['batch']} entries on {name} takes {wall * 1e3:.0f} ms: {cpu / wall:.0%} this process's CPU, the rest waiting for "
        f"the database and the disk; writing the leaf rows alone takes {plain / wall:.0%} of it."
    )
