"""The node of the integration tests: a folder of its own for each test, so that no key outlives its database rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from accounts.core.permissions import Role
from certificates.adapters.kek import ensure_kek
from certificates.adapters.key_store import KeptKey
from certificates.models import Document
from certificates.services.initialise_node import initialise_node
from tests.conftest import node_in
from tests.integration.accounts_steps import system
from tests.integration.admin_steps import fill, signed_in
from tests.integration.crashes.points import recording
from tests.integration.factories import Node, make_node
from tests.integration.loopback_province import LoopbackProvince
from tests.integration.loopback_server import serving
from tests.integration.recognition_steps import World, make_world
from tests.integration.softhsm import LABEL, PIN, SoftHsm, softhsm
from tests.integration.timestamp_steps import SOON, MovedAuthority, asked_by_the_node
from verification.adapters import journal_buffer

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_journal_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process's share of writes for refused calls, untouched by tests before, whose clocks stand elsewhere."""
    monkeypatch.setattr(journal_buffer, "_counts", type(journal_buffer._counts)())
    monkeypatch.setattr(journal_buffer, "_state", {"tokens": float(journal_buffer.BURST), "seen": 0.0})


@pytest.fixture
def node_folder(tmp_path: Path, settings: Settings) -> Path:
    """An empty folder that settings.NODE names."""
    settings.NODE = node_in(tmp_path)
    return tmp_path


@pytest.fixture
def node(node_folder: Path, db: None) -> Node:
    """An initialised node with an agency, its key, and an officer."""
    return make_node()


@pytest.fixture
def issued(node: Node) -> UUID:
    """A licence that is issued and has its place in the log."""
    return node.issue()


@pytest.fixture
def document(issued: UUID) -> Document:
    """That licence's PDF, still to be made."""
    return Document.objects.get(certificate=issued, kind="pdf")


@pytest.fixture
def tsa(node: Node, tmp_path: Path) -> Iterator[MovedAuthority]:
    """A timestamp authority that the node asks; its clock stands at SOON."""
    with asked_by_the_node(tmp_path, at=SOON) as authority:
        yield authority


@pytest.fixture
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are stored in the test's own folder."""
    for name in ("location", "base_location"):
        monkeypatch.setattr(default_storage, name, str(tmp_path / "files"), raising=False)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line for every signature that is made."""
    path = tmp_path / "ledger"
    path.touch()
    monkeypatch.setattr(KeptKey, "sign", recording(path))
    return path


@pytest.fixture
def world(node: Node, settings: Settings) -> World:
    """The node is Zhejiang, in one trust list with a Sichuan whose keys are in the test's hands."""
    return make_world(node, settings)


@pytest.fixture
def sichuan(world: World) -> Iterator[LoopbackProvince]:
    """That Sichuan, answering on loopback."""
    with serving(world) as province:
        yield province


@pytest.fixture
def hsm(node_folder: Path, settings: Any) -> SoftHsm:
    """A node that makes its keys in the token."""
    token = softhsm()
    pin_file = node_folder / "pkcs11_pin"
    pin_file.write_text(PIN + "\n")
    settings.NODE = replace(
        settings.NODE,
        key_backend="pkcs11",
        pkcs11_module=token.module,
        pkcs11_token=LABEL,
        pkcs11_pin_file=pin_file,
    )
    return token


@pytest.fixture
def kek(hsm: SoftHsm) -> None:
    """That node's key-encryption key; it has no database."""
    ensure_kek()


@pytest.fixture
def static_folder(settings: Settings) -> None:
    """WhiteNoise warns where collectstatic never ran; its finders serve the files all the same."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def administrator(node: Node) -> Client:
    """An administrator of the node, signed in."""
    return signed_in(Role.NODE_ADMIN)


@pytest.fixture
def filled(node: Node) -> Node:
    """The node with rows in every table of the administration."""
    fill(node)
    return node


@pytest.fixture
def log_node(node_folder: Path, db: None) -> None:
    """A node with its own keys and nothing else: enough for the log."""
    initialise_node(at=LONG_AGO)


@pytest.fixture
def registered_system() -> None:
    """An agency's system, registered with its key; there is no node."""
    system()
