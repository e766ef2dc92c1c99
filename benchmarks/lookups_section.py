"""Rows 3 and 6: the load on both databases put into rows and words, and the memory of the processes that bore it."""

import json
from collections.abc import Mapping
from typing import Any

from benchmarks.lookup_requests import session_requests, system_requests
from benchmarks.lookups import compare, serving
from benchmarks.memory import memory
from benchmarks.nodes import BenchNode
from benchmarks.result import Row, Section

LOGGED_AIM = 0.5
ROUNDS = 4


def lookups(nodes: Mapping[str, BenchNode]) -> tuple[Section, ...]:
    """This will load each node with an agency system's requests and an officer's; the licences must be issued."""
    rows: list[Row] = []
    words: list[str] = []
    numbers: dict[str, Any] = {}
    after: list[Section] = []
    for name, node in nodes.items():
        numbers[f"inside {name}"] = inside = node.measure("benchmarks.verify_inside")
        shown = json.loads((node.folder / "presentations.json").read_text("utf-8"))["sd_jwt"]
        with serving(node) as servers:
            for who, make in (
                ("agency system", system_requests(node, shown)),
                ("officer", session_requests(node, shown)),
            ):
                found = compare(servers, make, rounds=ROUNDS)
                numbers[f"{who}, {name}"] = found
                rows += _rows(who, name, found)
            if not node.database_url:
                after.append(memory(node, servers, session_requests(node, shown)))
        words += [_recording_words(name, numbers[f"agency system, {name}"]), _inside_words(name, inside)]
    title = "Verifying over HTTP, the look-up recorded, over the same endpoint unrecorded (one web worker, 8 clients)"
    return Section(title=title, rows=tuple(rows), numbers=numbers, words=tuple(words)), *after


def _rows(who: str, name: str, found: Mapping[str, Any]) -> list[Row]:
    logged, unlogged = found["logged"], found["unlogged"]
    return [
        Row(
            name=f"logged over unlogged, {who}, {name}",
            measured=found["ratio"],
            unit="ratio",
            aim=LOGGED_AIM,
            beside=f"{logged['per_second']:.0f}/s beside {unlogged['per_second']:.0f}/s; CPU ratio {found['server_cpu_ratio']:.2f}",
        ),
        *(
            Row(
                name=f"  {variant}: server CPU a request",
                measured=one["server_cpu_us"] / 1e3,
                unit="ms",
                beside=f"p50 {one['p50_ms']:.0f} ms, p99 {one['p99_ms']:.0f} ms{_database(one)}",
            )
            for variant, one in (("logged", logged), ("unlogged", unlogged))
        ),
    ]


def _database(one: Mapping[str, Any]) -> str:
    spent = one["database_cpu_us"]
    return f", database CPU {spent / 1e3:.1f} ms" if spent else ""


def _recording_words(name: str, found: Mapping[str, Any]) -> str:
    logged, unlogged = found["logged"], found["unlogged"]
    server = logged["server_cpu_us"] - unlogged["server_cpu_us"]
    database = logged["database_cpu_us"] - unlogged["database_cpu_us"]
    publisher = logged["publisher_cpu_us"]
    whole = logged["server_cpu_us"] + logged["database_cpu_us"] + publisher
    return (
        f"A recorded look-up on {name} costs {whole / 1e3:.1f} ms of CPU in all; recording is {(server + database + publisher) / whole:.0%} of it: "
        f"{server / 1e3:.1f} ms in the web server, {database / 1e3:.1f} ms in the database, {publisher / 1e3:.1f} ms in the publisher."
    )


def _inside_words(name: str, inside: Mapping[str, Any]) -> str:
    whole, parts = inside["whole"], inside["parts"]
    ordered = sorted((*parts.items(), ("the rest", whole - sum(parts.values()))), key=lambda item: -item[1])
    listed = ", ".join(f"{part} {seconds / whole:.0%}" for part, seconds in ordered)
    return (
        f"Inside the service on {name} a verification takes {whole * 1e3:.1f} ms, {inside['reads']} reads and {inside['writes']} writes: {listed}; "
        f"the rest is beginning and committing the transaction."
    )
