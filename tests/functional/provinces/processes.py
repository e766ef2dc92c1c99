"""The processes of one node, found under its supervisor, to be killed one by one."""

import os
import signal
from pathlib import Path

from demo.node import DemoNode

PARTS = {"web": b"granian", "worker": b"run_worker", "publisher": b"run_publisher"}


def kill_part(node: DemoNode, part: str) -> int:
    """This will kill -9 the processes of a part of the node, and give how many there were."""
    assert node._process is not None
    found = [pid for pid in _descendants(node._process.pid) if PARTS[part] in _command(pid)]
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it followed its parent
    return len(found)


def kill_first(node: DemoNode, part: str) -> list[int]:
    """This will kill -9 only the process that the supervisor started, and give the ones it leaves behind."""
    assert node._process is not None
    first, *left = [pid for pid in _descendants(node._process.pid) if PARTS[part] in _command(pid)]
    os.kill(first, signal.SIGKILL)
    return left


def kill_supervisor(node: DemoNode) -> list[int]:
    """This will kill -9 the supervisor, and give the processes it leaves behind."""
    assert node._process is not None
    left = _descendants(node._process.pid)
    os.kill(node._process.pid, signal.SIGKILL)
    node._process.wait()
    return left


def alive(pids: list[int]) -> list[int]:
    """Those that still run, so also have a command line: a dead process that nobody has waited for has none."""
    return [pid for pid in pids if _command(pid)]


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text("ascii").split():
            found += [int(child), *_descendants(int(child))]
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
