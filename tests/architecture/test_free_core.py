"""Every `core` module imports with the frameworks out of reach: it can be read, tested and reused alone."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.source_tree import APPS, ROOT, imported, module_of, name_of, python_files, tree

BLOCKED = (
    "django",
    "rest_framework",
    "drf_spectacular",
    "celery",
    "kombu",
    "requests",
    "urllib3",
    "environ",
    "psycopg",
    "config",
)
REACHING_OUT = {
    "now",
    "utcnow",
    "today",
    "open",
    "print",
    "input",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
}
OUTSIDE = ("models", "adapters", "queries", "services", "api", "pages", "tasks", "admin", "management")

_IMPORT_ALL = """
import importlib, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError("blocked: " + name)

sys.meta_path.insert(0, Blocked())
for name in {modules!r}:
    importlib.import_module(name)
"""


def _core_files(app: str) -> list[str]:
    return [module_of(path) for path in python_files(app) if "core" in path.parts]


def _run(modules: list[str]) -> subprocess.CompletedProcess[str]:
    code = _IMPORT_ALL.format(blocked=set(BLOCKED), modules=modules)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("app", APPS)
def test_core_imports_without_any_framework(app: str) -> None:
    modules = _core_files(app)
    assert len(modules) > 3
    done = _run(modules)
    assert done.returncode == 0, done.stderr


def test_the_block_blocks() -> None:
    done = _run(["accounts.models"])
    assert done.returncode != 0
    assert "blocked: django" in done.stderr


@pytest.mark.parametrize("app", APPS)
def test_core_reads_no_clock_no_environment_and_no_file(app: str) -> None:
    """Time, settings and bytes are handed in; a module that fetched them could not be tested at a chosen time."""
    forbidden = {"time", "os", "socket", "subprocess", "logging", "sqlite3", "tempfile", "shutil", "random", "secrets"}
    for path in python_files(app):
        if "core" not in path.parts:
            continue
        sources = {source.split(".")[0] for source, _ in imported(path)}
        assert not sources & forbidden, name_of(path)
        calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
        names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
        assert not names & REACHING_OUT, name_of(path)
        for source, item in imported(path):
            inside = (source + "." + item).split(".")
            assert not (inside[0] in APPS and inside[1] in OUTSIDE), (name_of(path), source)
