"""Prepared queries: querysets whose SQL is built once, for the reads of every request.

Building and compiling a query takes the ORM several times as long as SQLite takes to answer it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.expressions import ExpressionList
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

from thriftshop.database import statements

P = ParamSpec("P")
R = TypeVar("R")
Rows = Callable[[list[tuple[Any, ...]]], list[Any]]

COLLECTIONS = (list, tuple, set, frozenset, dict)


class Parameter(Expression):
    """The place of a value in a prepared query."""

    def __init__(self, name: str, index: int | None = None) -> None:
        super().__init__()
        self.name = name
        self.index = index  # in a collection
        self.compared_with: Field[Any, Any] | None = None

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "Parameter":
        """Itself, so that the compiled query returns the same object."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A placeholder."""
        return "%s", (self,)

    @property
    def identity(self) -> tuple[str, int | None]:
        """What makes the expression equal to another."""
        return self.name, self.index

    def value(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        """What the database gets for these values."""
        value = values[self.name] if self.index is None else values[self.name][self.index]
        if self.compared_with is None:
            return connection.ops.adapt_unknown_value(value)
        return self.compared_with.get_db_prep_value(value, connection)


class Parameters(ExpressionList):
    """The places of a collection's values, for `IN`."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "Parameters":
        """Itself, so that the compiled query returns the same objects."""
        return self


class Statement(NamedTuple):
    """A compiled query: its SQL, its parameters (a Parameter or a constant each), and what makes its rows."""

    sql: str
    parameters: tuple[Any, ...]
    rows: Rows


def query(function: Callable[P, QuerySet[Any, R]]) -> Callable[P, list[R]]:
    """Decorate a function that returns a queryset: the decorated one returns its rows, and builds the SQL only once.

    The function is called once for each number of values in its collections, rounded up to a power of two, with
    placeholders as arguments: they may be compared with fields, and nothing else may depend on them. Arguments are
    passed by keyword. Rows are model instances, tuples of `values_list()`, or its flat values. An empty collection has no rows;
    None is refused, because SQL compares it differently.
    """
    prepared = Prepared(function)

    @wraps(function)
    def rows(*args: P.args, **values: P.kwargs) -> list[R]:
        return prepared.rows(values)

    return rows


class Prepared(Generic[R]):
    """A function that returns a queryset, with the statements that were compiled for it."""

    def __init__(self, function: Callable[..., QuerySet[Any, R]]) -> None:
        self._function = function
        self._statements: dict[tuple[Any, ...], Statement | None] = {}

    def rows(self, arguments: dict[str, Any]) -> list[R]:
        """The rows for these values."""
        values = {name: _padded(value) for name, value in arguments.items()}
        if None in values.values():
            raise ValueError(f"{self._function.__qualname__} got None for a parameter: use a query with `__isnull`.")
        connection = connections[DEFAULT_DB_ALIAS]
        shape = (connection.vendor, *((name, len(value)) for name, value in values.items() if type(value) is list))
        if shape not in self._statements:
            self._statements[shape] = self._compile(values)
        statement = self._statements[shape]
        if statement is None:
            return []
        parameters = [
            part.value(values, connection) if isinstance(part, Parameter) else part for part in statement.parameters
        ]
        return statement.rows(statements.fetch(statement.sql, parameters))

    def _compile(self, values: dict[str, Any]) -> Statement | None:
        """The statement for values of this shape; None if it has no rows whatever the values."""
        queryset = self._function(**{name: _placeholder(name, value) for name, value in values.items()})
        _bind(queryset.query.where)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        return Statement(sql, tuple(parameters), _reader(queryset, compiler))


def _padded(value: Any) -> Any:
    """A collection as a list whose length is a power of two (the last value repeated), so that few statements are needed."""
    if not isinstance(value, COLLECTIONS):
        return value
    values = list(value)
    size = 1 << (len(values) - 1).bit_length() if values else 0
    return [*values, *values[-1:] * (size - len(values))]


def _placeholder(name: str, value: Any) -> Any:
    if type(value) is not list:
        return Parameter(name)
    return Parameters(*(Parameter(name, index) for index in range(len(value)))) if value else []


def _bind(node: Any) -> None:
    """Tell each parameter which field it is compared with, for the conversion of its values."""
    for child in getattr(node, "children", ()):
        _bind(child)
    compared = getattr(node, "rhs", None)
    for part in compared.get_source_expressions() if isinstance(compared, Parameters) else [compared]:
        if isinstance(part, Parameter):
            part.compared_with = node.lhs.output_field


def _reader(queryset: QuerySet[Any, Any], compiler: Any) -> Rows:
    """What turns the cursor's rows into those of the queryset."""
    kind = queryset._iterable_class
    if kind not in (ModelIterable, ValuesListIterable, FlatValuesListIterable):
        raise TypeError("A prepared query returns model instances, values_list() or flat values.")
    if queryset.query.select_related or vars(queryset)["_prefetch_related_lookups"]:
        raise TypeError("A prepared query does not follow relations: prepare a query for each model.")
    convert = _converter(compiler)
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in convert(rows)]
    if kind is ValuesListIterable:
        return lambda rows: [tuple(row) for row in convert(rows)]
    return _instances(compiler, convert)


def _converter(compiler: Any) -> Callable[[list[tuple[Any, ...]]], Iterable[Sequence[Any]]]:
    """The conversion of values that the database does not return as the fields' types."""
    converters = compiler.get_converters([column[0] for column in compiler.select])
    if not converters:
        return lambda rows: rows
    return lambda rows: compiler.apply_converters(rows, converters)


def _instances(compiler: Any, convert: Callable[[list[tuple[Any, ...]]], Iterable[Sequence[Any]]]) -> Rows:
    """Rows as instances, with annotations as attributes."""
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    names = [compiler.select[place][0].target.attname for place in places]
    first, end = places[0], places[-1] + 1
    annotations = compiler.annotation_col_map

    def instance(row: Sequence[Any]) -> Any:
        created = model.from_db(DEFAULT_DB_ALIAS, names, row[first:end])
        for name, place in annotations.items():
            setattr(created, name, row[place])
        return created

    return lambda rows: [instance(row) for row in convert(rows)]
