"""Writing single rows with SQL that is made once for each process, as `queries.compiled_read` reads them."""

from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model


class CompiledInsert:
    """This will insert rows of one model; no signals are sent and no defaults filled in: every column is named, keys as `<name>_id`."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model

    def insert(self, **values: Any) -> Any:
        """This will insert one row and give its automatic key, None where the model has none.

        Raises IntegrityError as the ORM does, TypeError where a column is missing or unknown.
        """
        sql, fields, is_numbered = self._compiled
        if values.keys() != {field.attname for field in fields}:
            raise TypeError("exactly the columns of the row must be named")
        with connection.cursor() as cursor:
            cursor.execute(sql, [field.get_db_prep_save(values[field.attname], connection) for field in fields])
            return cursor.fetchone()[0] if is_numbered else None

    @cached_property
    def _compiled(self) -> "tuple[str, tuple[Field[Any, Any], ...], bool]":
        described = self._model._meta  # noqa: SLF001  # the documented way to a model's columns
        fields = tuple(field for field in described.concrete_fields if not isinstance(field, AutoField))
        name = connection.ops.quote_name
        columns = ", ".join(name(str(field.column)) for field in fields)
        sql = f"INSERT INTO {name(described.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608  # names only
        is_numbered = len(fields) < len(described.concrete_fields)
        return f"{sql} RETURNING {name(described.pk.attname)}" if is_numbered else sql, fields, is_numbered
