"""What processes cost, read from /proc: CPU seconds and memory of a process and all that it started."""

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_KIB_IN_MB = 1e6 / 1024  # /proc counts in KiB, the table in MB of 10^6 bytes


def family(pid: int) -> tuple[int, ...]:
    """This will list a process and its living descendants."""
    parents = dict(_parents())
    found = [pid]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return tuple(found)


def cpu_seconds(pid: int) -> float:
    """This will give the CPU time of a process and its descendants, user and system."""
    return sum(_cpu_ticks(member) for member in family(pid)) / _TICKS


def memory_mb(pid: int) -> dict[str, float]:
    """This will give RSS, PSS and USS (what only this process holds) of one process in MB."""
    lines = (_PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines()[1:]
    kib = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return {
        "rss": kib["Rss"] / _KIB_IN_MB,
        "pss": kib["Pss"] / _KIB_IN_MB,
        "uss": (kib["Private_Clean"] + kib["Private_Dirty"]) / _KIB_IN_MB,
    }


def listener(*, port: int, name: str) -> int:
    """This will find the process of this name that was told to listen on a port; raises ProcessLookupError."""
    for pid in _pids():
        words = _words(pid)
        if words and name in words[0] and str(port) in words:
            return pid
    raise ProcessLookupError(name)


def _pids() -> Iterator[int]:
    yield from (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _parents() -> Iterator[tuple[int, int]]:
    for pid in _pids():
        stat = _stat(pid)
        if stat:
            yield pid, int(stat[1])


def _stat(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return []


def _cpu_ticks(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[11]) + int(stat[12]) if stat else 0


def _words(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []
