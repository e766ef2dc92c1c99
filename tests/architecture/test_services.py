"""A service is one public function of its file's name. Other functions in `services` serve services only; values may travel."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source_tree import APPS, imported, module_of, name_of, python_files, tree

SERVICES = tuple(path for path in python_files(*APPS) if path.parent.name == "services" and path.name != "__init__.py")


def _functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree(path).body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"}


def _functions_used_outside(path: Path) -> set[str]:
    """Functions of a service's file that something other than a service imports; `*` where it imports the whole file."""
    module, found = module_of(path), set()
    for user in python_files(*APPS, "config", "demo"):
        if user.parent.name == "services":
            continue
        for source, item in imported(user):
            if (source, item) in {tuple(module.rsplit(".", 1)), (module, "")}:
                found.add("*")
            elif source == module and item in _functions(path):
                found.add(item)
    return found


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_only_the_function_of_the_files_name_is_called_from_outside_the_services(path: Path) -> None:
    assert _functions_used_outside(path) <= {path.stem}


@pytest.mark.parametrize("path", [path for path in SERVICES if path.stem in _functions(path)], ids=name_of)
def test_a_service_takes_named_arguments_and_says_what_it_will_do(path: Path) -> None:
    function = _functions(path)[path.stem]
    assert len(function.args.posonlyargs + function.args.args) <= 1, "several arguments must be keyword-only"
    assert (ast.get_docstring(function) or "").startswith("This will"), "the docstring completes 'This will ...'"


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_a_service_reads_no_clock(path: Path) -> None:
    called = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not called & {"now", "utcnow", "today"}, "`at` is passed in"


def test_every_package_file_of_an_app_is_empty() -> None:
    packages = [path for path in python_files(*APPS) if path.name == "__init__.py"]
    assert len(packages) > 10
    # Django looks for an app's models in one place; a package of them says there what it holds, and does nothing else.
    models = [path for path in packages if path.parent.name == "models"]
    assert [name_of(path) for path in packages if path not in models and path.read_text("utf-8").strip()] == []
    for path in models:
        docstring, *imports, names = tree(path).body
        assert isinstance(docstring, ast.Expr)
        assert all(isinstance(node, ast.ImportFrom) for node in imports)
        assert isinstance(names, ast.Assign)


def test_services_are_found() -> None:
    assert {"issue_certificate", "record_lookup", "create_user"} <= {path.stem for path in SERVICES}
