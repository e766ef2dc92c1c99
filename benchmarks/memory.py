"""Row 6: what the processes of a node hold in memory after work."""

import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.load import send_all
from benchmarks.lookup_requests import Maker
from benchmarks.lookups import Servers
from benchmarks.nodes import BenchNode, stop_process
from benchmarks.processes import cpu_seconds, family, memory_mb
from benchmarks.result import NotMeasuredError, Row, Section
from demo.node import PROJECT

REQUESTS = 500
LIMIT_MB = 200
WORKER_SECONDS = 60
_IDLE_SHARE = 0.2  # of a core; the broker is polled all the time


def memory(node: BenchNode, servers: Servers, make: Maker) -> Section:
    """This will send 500 more requests to the logged web server, let a worker render the waiting documents, and read /proc."""
    send_all(make(REQUESTS), port=servers.ports["logged"])
    web = max((memory_mb(pid) for pid in family(servers.logged.pid)), key=lambda found: found["rss"])
    found = {"web": web, "publisher": memory_mb(servers.publisher.pid), "worker": _worker(node)}
    return Section(
        title="Memory, embedded node",
        rows=tuple(
            Row(
                name=f"{name}, RSS",
                measured=numbers["rss"],
                unit="MB",
                aim=LIMIT_MB if name == "web" else None,
                at_most=True,
                beside=f"PSS {numbers['pss']:.0f} MB, its own (USS) {numbers['uss']:.0f} MB; {_AFTER[name]}",
            )
            for name, numbers in found.items()
        ),
        numbers=found,
    )


_AFTER = {
    "web": f"after {REQUESTS} and more verifications",
    "publisher": "after all entries of this run",
    "worker": "after the documents of this run",
}


def _worker(node: BenchNode) -> dict[str, float]:
    queue = node.folder / "broker" / "queue"
    process = node.start_process(sys.executable, str(PROJECT / "manage.py"), "run_worker", "--part", "documents")
    try:
        deadline = time.monotonic() + WORKER_SECONDS
        while time.monotonic() < deadline:
            before = cpu_seconds(process.pid)
            time.sleep(1.0)
            if not _waiting(queue) and cpu_seconds(process.pid) - before < _IDLE_SHARE:
                return memory_mb(process.pid)
        raise NotMeasuredError("the worker was not done in time")
    finally:
        stop_process(process)


def _waiting(queue: Path) -> list[Any]:
    return list(queue.glob("*.msg"))
