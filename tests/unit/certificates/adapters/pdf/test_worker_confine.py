"""What a reading process has given up: each is tried in a process that has confined itself."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[5]
_SCRIPT = """
import os, socket, subprocess, resource, ctypes, signal, sys, urllib.request, sqlite3, time
from certificates.adapters.pdf_worker import confine as c
c.confine()
try:
    {attempt}
except BaseException as error:
    print(type(error).__name__)
else:
    print("done")
"""
# The same without the audit hook: what the kernel alone holds.
_BARE = _SCRIPT.replace("c.confine()", "c.sys.addaudithook = lambda hook: None; c.confine()")

ATTEMPTS = {
    "socket": "socket.socket()",
    "unix socket": "socket.socket(socket.AF_UNIX)",
    "name look-up": "socket.getaddrinfo('example.test', 80)",
    "fetch": "urllib.request.urlopen('http://127.0.0.1:1/')",
    "read a file": "open('/etc/hostname')",
    "write a file": "open('/tmp/never-made', 'w')",
    "low-level open": "os.open('/etc/hostname', os.O_RDONLY)",
    "list a folder": "os.listdir('/')",
    "pipe": "os.pipe()",
    "program": "subprocess.Popen(['/bin/true'])",
    "database": "sqlite3.connect('/tmp/never-made')",
    "native library": "ctypes.CDLL('libm.so.6')",
    "module": "import wave",
    "memory": "bytearray(1 << 30)",
}


def run(script: str, attempt: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", script.format(attempt=attempt)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode().strip()


@pytest.mark.parametrize("name", list(ATTEMPTS))
def test_a_reading_process_cannot(name: str) -> None:
    code, told = run(_SCRIPT, ATTEMPTS[name])
    assert (code, told) != (0, "done")
    assert told in {"ConfinedError", "MemoryError", "OSError"}


@pytest.mark.parametrize("name", ["socket", "read a file", "low-level open", "pipe", "program", "memory"])
def test_the_kernel_alone_refuses(name: str) -> None:
    code, told = run(_BARE, ATTEMPTS[name])
    assert (code, told) != (0, "done")


def test_a_file_may_take_one_second_of_processor_time() -> None:
    code, told = run(_SCRIPT, "c.start_clock(); t = time.monotonic()\n    while time.monotonic() - t < 20: pass")
    assert code == -27  # SIGPROF
    assert told == ""


def test_the_clock_stops_between_files() -> None:
    attempt = "c.start_clock(); c.stop_clock(); t = time.process_time()\n    while time.process_time() - t < 1.3: pass"
    assert run(_SCRIPT, attempt) == (0, "done")
