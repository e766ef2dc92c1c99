"""A file is one concept: 300 lines and 50 a function at most. Migrations are written by Django and exempt."""

import ast
import statistics

from tests.architecture.source_tree import CODE, name_of, python_files, tree

FILE_CAP = 300
FUNCTION_CAP = 50
MEDIAN_AIM = 100


def test_no_file_is_too_long() -> None:
    sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in python_files(*CODE)}
    assert {name: size for name, size in sizes.items() if size > FILE_CAP} == {}
    own = [size for name, size in sizes.items() if not name.startswith("tests/") and size]
    assert statistics.median(own) <= MEDIAN_AIM


def test_no_function_is_too_long() -> None:
    long = {
        f"{name_of(path)}:{node.lineno} {node.name}": length
        for path in python_files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_CAP
    }
    assert long == {}
