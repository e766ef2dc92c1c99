"""Nodes to measure on: a whole province each, on SQLite or on PostgreSQL, made with the same commands an operator uses."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from benchmarks.result import NotMeasuredError
from certificates.core.crypto_profile import PROFILES
from demo.node import PROJECT, DemoNode
from demo.people import client_id, read_toml
from tests.postgres_server import postgres_url

FOLDER = PROJECT / "var" / "bench"
REGION = "330000"
STATUS_TTL_SECONDS = 3600  # no worker runs beside the measured processes, so nothing re-signs a status list
STEP_SECONDS = 240


@dataclass(kw_only=True)
class BenchNode(DemoNode):
    """A node on the database of `database_url` ("" is the embedded SQLite)."""

    database_url: str = ""
    system_keys: dict[str, dict[str, str]]

    def environment(self) -> dict[str, str]:
        """This will give the node's variables, with a node's own defaults where the demo is quicker."""
        variables = super().environment() | {
            "HUZHENG_PUBLISH_SECONDS": "0.5",
            "HUZHENG_CALLS_PER_CALLER": "1000000",  # one client and one address ask for all
            "HUZHENG_CALLS_PER_ADDRESS": "1000000",
        }
        return variables | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def measure(self, module: str, *words: str) -> Any:
        """This will run a measuring module in this node and give the JSON on its last line."""
        command = [sys.executable, "-m", module, *words]
        try:
            done = subprocess.run(
                command,
                env=self.environment(),
                cwd=PROJECT,
                capture_output=True,
                text=True,
                timeout=STEP_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise NotMeasuredError(f"{module} took longer than {STEP_SECONDS} s") from slow
        if done.returncode != 0:
            raise NotMeasuredError(f"{module} ended with {done.returncode}: {done.stderr[-1500:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def start_process(self, *command: str) -> subprocess.Popen[bytes]:
        """This will start one process of the node; its output goes to the node's log."""
        with (self.folder / "node.log").open("ab") as log:
            return subprocess.Popen(command, env=self.environment(), cwd=PROJECT, stdout=log, stderr=log)


@contextmanager
def nodes() -> Iterator[dict[str, BenchNode]]:
    """This will make one international node on each database, and stop the PostgreSQL server at the end."""
    shutil.rmtree(FOLDER / "nodes", ignore_errors=True)
    with postgres_url(durable=True) as url:
        yield {
            "PostgreSQL": _make("postgresql", database_url=url),
            "SQLite": _make("sqlite", database_url=""),
        }


def guomi_node() -> BenchNode:
    """This will make a node of the other crypto profile, on SQLite."""
    return _make("guomi", database_url="", profile="guomi")


def free_port() -> int:
    """This will find a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """This will end a process that was started here."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _make(name: str, *, database_url: str, profile: str = "international") -> BenchNode:
    folder = FOLDER / "nodes" / name
    folder.mkdir(parents=True)
    keys = {agency["id"]: ECKey.generate_key("P-256") for agency in read_toml("people.toml")["agencies"]}
    node = BenchNode(
        code=REGION,
        name=name,
        profile=profile,
        port=free_port(),
        folder=folder,
        status_ttl=STATUS_TTL_SECONDS,
        database_url=database_url,
        system_keys={agency: _private(key) for agency, key in keys.items()},
    )
    public = folder / "system_keys.json"
    public.write_text(
        json.dumps({client_id(agency): key.as_dict(private=False) for agency, key in keys.items()}), "ascii"
    )
    node.manage("init_node")
    node.run_module("demo.seed", str(public))
    _trust(node)
    return node


def _private(key: ECKey) -> dict[str, str]:
    return {name: str(value) for name, value in key.as_dict(private=True).items()}


def _trust(node: BenchNode) -> None:
    """This will act as an anchor that lists this node alone."""
    entry, listed, key = (str(node.folder / name) for name in ("region.json", "listed.json", "anchor.pem"))
    node.manage("describe_node", "-o", entry)
    suite = PROFILES[node.profile].suite
    fingerprint = node.manage(
        *("sign_trust_list", "--new-key", "--suite", suite, "--key", key),
        *("--list-version", "1", "-o", listed, entry),
    )
    Path(node.folder / "anchor_fingerprint").write_text(fingerprint.strip() + "\n", "ascii")
    node.manage("load_trust_list", listed)
