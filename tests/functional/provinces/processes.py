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
