"""Row 3: verifying over HTTP with the look-up recorded, over the same endpoint with nothing but the recording taken out.

Both servers run at once on one node; in every round each gets the same number of fresh requests while the other is idle. The publisher
runs all the time, as on a real node, and gets a pause after every recorded load to empty its queue.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from benchmarks.load import LoadResult, send_all
from benchmarks.lookup_requests import Maker
from benchmarks.nodes import BenchNode, free_port, stop_process
from benchmarks.processes import cpu_seconds, listener
from benchmarks.result import NotMeasuredError
from demo.node import PROJECT

LOGGED, UNLOGGED = "config.rsgi:application", "benchmarks.unlogged_rsgi:application"
SLICE_SECONDS = 1.5
WARM_UP, FIRST_GUESS = 24, 60
PUBLISHER_PAUSE_SECONDS = 1.0
START_SECONDS = 60


@dataclass(kw_only=True)
class Servers:
    """The running processes of one node: two web servers and the publisher."""

    logged: subprocess.Popen[bytes]
    unlogged: subprocess.Popen[bytes]
    publisher: subprocess.Popen[bytes]
    ports: Mapping[str, int]
    database_pid: int | None

    def cpu(self) -> dict[str, float]:
        """This will give the CPU seconds spent so far, by process family."""
        spent = {"logged": cpu_seconds(self.logged.pid), "unlogged": cpu_seconds(self.unlogged.pid)}
        spent["publisher"] = cpu_seconds(self.publisher.pid)
        spent["database"] = cpu_seconds(self.database_pid) if self.database_pid else 0.0
        return spent


@dataclass(kw_only=True)
class Slices:
    """What the slices of one variant gave, one item a round."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    server_us: list[float] = field(default_factory=list)
    database_us: list[float] = field(default_factory=list)
    publisher_us: list[float] = field(default_factory=list)

    def numbers(self) -> dict[str, float]:
        """This will give medians: requests a second, latencies in ms, CPU microseconds a request."""
        cuts = statistics.quantiles(self.latencies, n=100)
        return {
            "per_second": round(statistics.median(self.rates), 1),
            "p50_ms": round(cuts[49] * 1e3, 2),
            "p99_ms": round(cuts[98] * 1e3, 2),
            "server_cpu_us": round(statistics.median(self.server_us)),
            "database_cpu_us": round(statistics.median(self.database_us)),
            "publisher_cpu_us": round(statistics.median(self.publisher_us)),
            "requests": len(self.latencies),
        }


@contextmanager
def serving(node: BenchNode) -> Iterator[Servers]:
    """This will run both web servers and the publisher of a node for the length of a block."""
    ports = {"logged": node.port, "unlogged": free_port()}
    with ExitStack() as stack:

        def start(*command: str) -> subprocess.Popen[bytes]:
            process = node.start_process(*command)
            stack.callback(stop_process, process)
            return process

        servers = Servers(
            publisher=start(sys.executable, str(PROJECT / "manage.py"), "run_publisher"),
            logged=start(*_web(LOGGED, ports["logged"])),
            unlogged=start(*_web(UNLOGGED, ports["unlogged"])),
            ports=ports,
            database_pid=_database_pid(node),
        )
        for port in ports.values():
            _wait_until_up(port)
        yield servers


def compare(servers: Servers, make: Maker, *, rounds: int) -> dict[str, Any]:
    """This will load both variants in turns and give their numbers and the ratio of their speeds."""
    _require_same_answer(servers, make)
    counts = {name: _requests_in_a_slice(servers, make, name) for name in servers.ports}
    found = {name: Slices() for name in servers.ports}
    names = list(servers.ports)
    for turn in range(rounds):
        for name in names if turn % 2 else reversed(names):
            _slice(servers, make(counts[name]), name, found[name])
    pairs = zip(found["logged"].rates, found["unlogged"].rates, strict=True)
    costs = zip(found["logged"].server_us, found["unlogged"].server_us, strict=True)
    return {
        "ratio": round(statistics.median(own / other for own, other in pairs), 3),
        "server_cpu_ratio": round(statistics.median(other / own for own, other in costs), 3),
        **{name: slices.numbers() for name, slices in found.items()},
    }


def _slice(servers: Servers, prepared: list[bytes], name: str, into: Slices) -> None:
    before = servers.cpu()
    result = send_all(prepared, port=servers.ports[name])
    # What a recorded load leaves for the publisher is its cost, not the next load's.
    time.sleep(PUBLISHER_PAUSE_SECONDS if name == "logged" else 0.1)
    spent = {part: (now - before[part]) / len(prepared) * 1e6 for part, now in servers.cpu().items()}
    into.rates.append(result.per_second)
    into.latencies += result.latencies
    into.server_us.append(spent[name])
    into.database_us.append(spent["database"])
    into.publisher_us.append(spent["publisher"])


def _requests_in_a_slice(servers: Servers, make: Maker, name: str) -> int:
    send_all(make(WARM_UP), port=servers.ports[name])
    guess = send_all(make(FIRST_GUESS), port=servers.ports[name])
    return max(FIRST_GUESS, round(guess.per_second * SLICE_SECONDS))


def _require_same_answer(servers: Servers, make: Maker) -> None:
    """Both variants must tell the same; only the receipt is missing from one."""
    told = {name: _told(send_all(make(1), port=port)) for name, port in servers.ports.items()}
    if told["logged"] != told["unlogged"] or not told["logged"][1]:
        raise NotMeasuredError("the unlogged endpoint does not answer what the logged one answers")


def _told(result: LoadResult) -> tuple[str, list[str], bool]:
    body = json.loads(result.first_body)
    return body["verdict"]["outcome"], sorted(item["name"] for item in body["view"]["fields"]), "receipt" in body


def _web(application: str, port: int) -> tuple[str, ...]:
    """The command by which `run_node` serves its one web worker."""
    return (
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "rsgi",
            application,
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ),
        *("--no-ws", "--http", "1", "--workers", "1", "--log-level", "warning"),
    )


def _database_pid(node: BenchNode) -> int | None:
    port = urlsplit(node.database_url).port
    return None if port is None else listener(port=port, name="postgres")


def _wait_until_up(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _is_up(port):
            return
        time.sleep(0.2)
    raise NotMeasuredError("a web server of the node did not come up")


def _is_up(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).ok
    except requests.RequestException:
        return False
