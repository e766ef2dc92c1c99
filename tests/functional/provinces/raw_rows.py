"""Every cell of every table of a node's database, as bytes, by way of the database itself and not of the application."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import psycopg
from psycopg import sql

from demo.node import DemoNode

Cell = tuple[str, str, bytes]


def cells(node: DemoNode) -> Iterator[Cell]:
    """This will give (table, column, content) of all that is not NULL."""
    return _postgresql(node.database_url) if node.database_url else _sqlite(node)


def _sqlite(node: DemoNode) -> Iterator[Cell]:
    with closing(sqlite3.connect(f"file:{node.folder / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        tables = [row[0].decode() for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            found = database.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in found.description]
            for row in found:
                yield from ((table, name, _bytes(value)) for name, value in zip(columns, row, strict=True) if value)


def _postgresql(url: str) -> Iterator[Cell]:
    with psycopg.connect(url) as database:
        columns = database.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        for table, column in columns:
            query = sql.SQL("SELECT {0} FROM {1} WHERE {0} IS NOT NULL").format(
                sql.Identifier(column), sql.Identifier(table)
            )
            for (value,) in database.execute(query):
                yield table, column, _bytes(value)


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
