"""Processes that one parent starts, starts again when one of them dies, and stops in order; none of them outlives it."""

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from django.conf import settings

logger = logging.getLogger(__name__)

RESTART_PAUSE_SECONDS = 1.0  # a child that dies at once must not spin
STOP_SECONDS = 10.0  # longer than any request or render; then the child is killed
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

Commands = Mapping[str, Sequence[str]]


def manage(*words: str) -> list[str]:
    """This will give the command line of another management command of this installation."""
    return [sys.executable, str(Path(sys.argv[0]).resolve()), *words]


def supervise(commands: Commands, *, started: Callable[[], None]) -> None:
    """This will run the commands until SIGTERM or Ctrl-C, then stop them all; `started` is called once they run."""
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    children = {name: _start(command) for name, command in commands.items()}
    started()
    try:
        while not stopping:
            time.sleep(0.2)
            _restart_dead(children, commands)
    finally:
        _stop_all(children)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # Its own process group, so that Ctrl-C reaches the supervisor alone and children stop in order.
    return subprocess.Popen(  # noqa: S603  # our own programs
        command,
        cwd=settings.PROJECT_DIR,
        start_new_session=True,
        preexec_fn=end_with_the_parent,  # noqa: PLW1509  # the supervisor has one thread
    )


def end_with_the_parent() -> None:
    """This will have Linux end a child, before which it runs, when its parent is killed: nobody else would."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _restart_dead(children: dict[str, subprocess.Popen[bytes]], commands: Commands) -> None:
    dead = [name for name, child in children.items() if child.poll() is not None]
    if dead:
        for name in dead:
            logger.error("%s ended with status %s and is started again", name, children[name].returncode)
        time.sleep(RESTART_PAUSE_SECONDS)
        children.update({name: _start(commands[name]) for name in dead})


def _stop_all(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
