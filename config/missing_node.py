"""A command before `init_node` meets no tables: one line says what to do, in place of a trace of the database's."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

_NODE_KEYS: Final = "certificates_nodekey"
_MAKERS: Final = frozenset({"init_node", "migrate"})  # their own troubles are not that they were not run


@contextmanager
def told_in_one_line(*, command: str) -> Iterator[None]:
    """This will end a command with status 1 and one line where the node was never made, or a variable is not allowed."""
    try:
        yield
    except ImproperlyConfigured as refused:
        _end(str(refused))
    except DatabaseError:
        if command in _MAKERS or _is_made():
            raise
        _end("there is no node here yet: run manage.py init_node first")


def _is_made() -> bool:
    try:
        return _NODE_KEYS in connection.introspection.table_names()
    except DatabaseError:
        return connection.vendor != "sqlite"  # a server that does not answer is another trouble


def _end(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.exit(1)
