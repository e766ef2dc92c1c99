"""Settings that would undo a promise are reported before a node runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from verification.checks import settings_are_safe


@pytest.fixture(autouse=True)
def safe_node(node_folder: Path, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, node_url="https://zj.example", anchor_fingerprint="A" * 43)
    for path in (settings.NODE.kek_file, settings.NODE.secret_key_file):
        path.write_text("secret")
        path.chmod(0o600)


def ids() -> set[str | None]:
    return {message.id for message in settings_are_safe(None)} - {"huzheng.W002"}


def test_a_safe_node_is_reported_as_nothing() -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        (lambda settings: _node(settings, node_url="http://zj.example"), "huzheng.E002"),
        (lambda settings: setattr(settings, "DEBUG", True), "huzheng.E003"),
        (lambda settings: settings.NODE.kek_file.chmod(0o640), "huzheng.E004"),
        (lambda settings: settings.NODE.secret_key_file.chmod(0o604), "huzheng.E004"),
        (lambda settings: _readable(settings.NODE.pkcs11_pin_file), "huzheng.E004"),
        (lambda settings: _node(settings, anchor_fingerprint=""), "huzheng.W001"),
    ],
)
def test_reports_an_unsafe_setting(settings: Any, change: Callable[[Any], None], reported: str) -> None:
    change(settings)
    assert ids() == {reported}


def _readable(path: Path) -> None:
    path.write_text("1234")
    path.chmod(0o644)


def _node(settings: Any, **changes: str) -> None:
    settings.NODE = replace(settings.NODE, **changes)
