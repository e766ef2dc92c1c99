"""The repository's own files, as the architecture tests read them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "certificates", "verification")
CODE = (*APPS, "config", "demo", "benchmarks", "tests")


@cache
def listed_files() -> tuple[Path, ...]:
    """This will list what belongs to the repository: tracked, or new and not ignored; by walking where git is absent."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        out = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        found = [ROOT / name for name in out.decode().split("\0") if name]
    else:
        found = [path for folder in CODE for path in (ROOT / folder).rglob("*")]
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """This will list the Python files under folders of the root, without migrations."""
    return tuple(
        path
        for path in listed_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders and "migrations" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    """This will parse a file once."""
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    """This will name a file from the root, as messages show it."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """This will give the dotted name of a file's module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path) -> tuple[tuple[str, str], ...]:
    """This will give every imported (module, name); for `import a.b` the name is empty."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return tuple(found)


def importers(module: str, name: str | None = None, *, folders: tuple[str, ...] = CODE[:-1]) -> frozenset[str]:
    """This will name the modules that import a module (or one name of it), however they write it."""
    package, _, last = module.rpartition(".")
    found = set()
    for path in python_files(*folders):
        for source, item in imported(path):
            whole = (source, item) == (package, last) or (source, item) == (module, "")
            part = source == module and (name is None or item in {name, "*"})
            if whole or part:
                found.add(module_of(path))
    return frozenset(found - {module})
