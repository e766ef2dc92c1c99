"""Reads whose SQL is made once for each process: making it anew takes Django many times as long as the database takes to answer.

Only the SQL is kept. Every run asks the database, so nothing can be out of date.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

_Row = tuple[Any, ...]
_Converters = Mapping[int, tuple[list[Callable[..., Any]], Any]]


class Given(Expression):
    """A place in a compiled read that is filled at every run."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """This will stand among the parameters as itself, until a run puts the value there."""
        return "%s", (self,)


class CompiledRead:
    """This will run one `values_list` queryset again and again; `make` builds it, with `given("name")` where values go.

    A value is text, number, bytes, UUID or aware datetime; None matches nothing, as in SQL.
    """

    def __init__(self, make: Callable[[type[Given]], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._compiled: tuple[str, tuple[Any, ...], _Converters] | None = None

    def rows(self, **given: Any) -> list[_Row]:
        """This will give all rows, each with its values as the queryset would give them."""
        sql, places, converters = self._compiled or self._compile()
        with connection.cursor() as cursor:
            cursor.execute(sql, [_adapted(given[at.name]) if isinstance(at, Given) else at for at in places])
            found = cursor.fetchall()
        return [_converted(row, converters) for row in found] if converters else found

    def first(self, **given: Any) -> _Row | None:
        """This will give the first row, or None where there is none."""
        found = self.rows(**given)
        return found[0] if found else None

    def _compile(self) -> tuple[str, tuple[Any, ...], _Converters]:
        compiler = self._make(Given).query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        self._compiled = sql, tuple(places), compiler.get_converters(columns)
        return self._compiled


def _converted(row: _Row, converters: _Converters) -> _Row:
    values = list(row)
    for place, (steps, expression) in converters.items():
        for step in steps:
            values[place] = step(values[place], expression, connection)
    return tuple(values)


def _adapted(value: Any) -> Any:
    """This will give a value as the database's driver takes it, which is what Django's fields do with it, too."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
