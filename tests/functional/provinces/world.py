"""Two real nodes for tests: processes on free loopback ports, each with its own folder and database, stopped whatever happens."""

import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from demo.clients import PersonClient, SystemClient
from demo.journey import Journey
from demo.node import DemoNode
from demo.people import Cast
from demo.timestamp_process import TimestampProcess, free_port
from demo.world import build_world

NAMES = ("zhejiang", "sichuan")
TAMPERED = "_tampered"  # a copy of a database that the story's forger makes
SHORT_CODE_SECONDS = 2  # codes of Sichuan expire while a test can wait for it


@dataclass
class Provinces:
    """Both nodes as they run, and who acts at them."""

    zhejiang: DemoNode
    sichuan: DemoNode
    cast: Cast
    folder: Path
    _signed_in: dict[str, PersonClient] = field(default_factory=dict, repr=False)

    def person(self, login: str) -> PersonClient:
        """Somebody of Zhejiang, signed in once for all tests."""
        if login not in self._signed_in:
            self._signed_in[login] = self.cast.person(self.zhejiang, login)
        return self._signed_in[login]

    @property
    def nodes(self) -> tuple[DemoNode, DemoNode]:
        """Zhejiang, Sichuan."""
        return self.zhejiang, self.sichuan

    @cached_property
    def journey(self) -> Journey:
        """What the demo's steps share."""
        return Journey(zhejiang=self.zhejiang, sichuan=self.sichuan, cast=self.cast, folder=self.folder)

    @cached_property
    def system(self) -> SystemClient:
        """The system of the agency that issues constructors' registrations in Zhejiang."""
        return self.cast.system(self.zhejiang, "zj_construction")

    @property
    def counter(self) -> PersonClient:
        """The counter of the tender centre in Hangzhou."""
        return self.person("hz.counter")

    @cached_property
    def foreign_counter(self) -> PersonClient:
        """The counter of the tender centre in Chengdu."""
        return self.cast.person(self.sichuan, "cd.counter")

    @property
    def holder(self) -> PersonClient:
        """Zhou Wenjing, whose registration the tests issue: the demo's own story is about others."""
        return self.person("zhou.wenjing")


@contextmanager
def two_provinces(folder: Path) -> Iterator[Provinces]:
    """This will build, start and in the end stop both nodes; one that is on PostgreSQL gets a database of its own there."""
    of_all = os.environ.get("HUZHENG_TEST_DATABASE_URL", "")
    servers = {"zhejiang": of_all, "sichuan": os.environ.get("HUZHENG_TEST_SICHUAN_DATABASE_URL", "") or of_all}
    with ExitStack() as stack:
        databases = {name: stack.enter_context(_database(name, url)) for name, url in servers.items() if url}
        authority = TimestampProcess(folder=folder / "timestamp_authority", port=free_port())
        stack.callback(authority.stop)
        nodes, cast = build_world(
            folder, ports=_free_ports(), databases=databases, profile="mixed", authority=authority
        )
        zhejiang, sichuan = nodes
        sichuan.presentation_seconds = SHORT_CODE_SECONDS
        both = stack.enter_context(ThreadPoolExecutor())
        stack.callback(lambda: list(both.map(DemoNode.stop, nodes)))
        list(both.map(DemoNode.start, nodes))
        yield Provinces(zhejiang=zhejiang, sichuan=sichuan, cast=cast, folder=folder)


def _free_ports() -> Mapping[str, int]:
    with ExitStack() as stack:
        probes = {name: stack.enter_context(socket.socket()) for name in NAMES}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: int(probe.getsockname()[1]) for name, probe in probes.items()}


@contextmanager
def _database(node: str, server: str) -> Iterator[str]:
    name = f"huzheng_{node}_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            for database in (name, f"{name}{TAMPERED}"):
                connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
