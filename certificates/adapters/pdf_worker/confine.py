"""What a reading process takes from itself before it meets a stranger's file; docs/decisions/0020 says what that holds.

The order of strength: descriptors (the kernel opens no file, socket or pipe beyond the three there are, for anybody), memory and
processor time (kernel), a network of its own without any interface (where the system lets an ordinary process have one), and last
the interpreter's own audit events, which speak up early and by name but which native code does not pass.
"""

import ctypes
import os
import resource
import signal
import sys
from typing import Final

MEMORY_BYTES: Final = (
    224 * 1024 * 1024
)  # address space on top of the libraries'; 32 MiB unpacked are the most a file gets
CPU_SECONDS: Final = 1.0  # for one file; a licence takes a twentieth
LIFE_SECONDS: Final = 240  # of processor time for one process, whatever its timers say

_DESCRIPTORS: Final = 3  # input, output, and where errors go
_NEW_NETWORK: Final = 0x4000_0000  # CLONE_NEWNET
_NEW_USERS: Final = 0x1000_0000  # CLONE_NEWUSER
_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS
_REFUSED: Final = (
    "socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.kill", "os.remove",
    "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.putenv",
    "os.startfile", "os.listdir", "os.scandir", "ctypes.dlopen", "shutil.", "urllib.", "http.", "ftplib.", "smtplib.",
    "sqlite3.", "pty.", "webbrowser.", "open", "import",
)  # fmt: skip


class ConfinedError(BaseException):
    """Something in a reading process reached for the outside; not even a parser's broad handler swallows it."""


def confine(*, memory_bytes: int = MEMORY_BYTES) -> None:
    """This will give up, for the life of the process, files, sockets, programs, new privileges and most memory.

    All that reading needs must have been imported before. Works on Linux; elsewhere only the limits that the system knows.
    """
    _leave_network()
    for name, most in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_NOFILE", _DESCRIPTORS),
        ("RLIMIT_CPU", LIFE_SECONDS),
        ("RLIMIT_AS", _address_space() + memory_bytes),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            resource.setrlimit(kind, (most, most))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    sys.addaudithook(_refuse)


def start_clock() -> None:
    """This will end the process by SIGPROF once it has used its processor time for one file."""
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


def stop_clock() -> None:
    """This will take the limit off between two files."""
    signal.setitimer(signal.ITIMER_PROF, 0)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED) and not (event == "import" and arguments[0] in sys.modules):
        raise ConfinedError(event)


def _leave_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # A namespace of users first: an ordinary process may then have a network of its own. Some systems forbid it.
    if hasattr(libc, "unshare") and libc.unshare(_NEW_USERS | _NEW_NETWORK) != 0:
        libc.unshare(_NEW_NETWORK)


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib is not imported for one line
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
