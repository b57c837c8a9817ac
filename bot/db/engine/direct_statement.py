"""Statements that go to SQLite without SQLAlchemy, where a thread runs them.

A `DirectStatement` is compiled once. In a ThreadSession it costs about a fifth of what the same statement
costs through SQLAlchemy, which matters most to a command that comes alone: then every line of Python counts
twice. In any other session it is an ordinary statement.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Dialect

from bot.db.engine.session import Session
from bot.db.engine.thread_transactions import ThreadSession

SHAPES = 64
"""Lengths of lists that are kept compiled, at most."""

Values: TypeAlias = Mapping[str, Any]
Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Slot:
    """One `?` of a statement: where its value comes from, and what makes it one of SQLite's.

    `at`: the place in the list of an IN; None where the value is no list. `constant`: the value is the
    statement's own.
    """

    name: str
    at: int | None
    convert: Convert | None
    constant: Any = None
    is_constant: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """A statement compiled for lists of certain lengths."""

    sql: str
    slots: Sequence[_Slot]
    row: Callable[[Any], Any]

    def run(self, session: ThreadSession, values: Values) -> list[Any]:
        filled = []
        for slot in self.slots:
            value = slot.constant if slot.is_constant else values[slot.name]
            if slot.at is not None:
                value = value[slot.at]
            filled.append(value if slot.convert is None else slot.convert(value))
        return [self.row(row) for row in session.send(self.sql, filled)]


class DirectStatement:
    """A statement that is run again and again. Its values and rows are the same in every session.

    It leans on what SQLAlchemy documents: `compile` with `column_keys`, `construct_expanded_state`, and the
    types' `dialect_impl` and `result_processor`.
    """

    def __init__(self, make: Callable[[str], Any]) -> None:
        """`make` returns the statement for a dialect's name ("sqlite" or "postgresql")."""
        self._make = make
        self._statements: dict[str, Any] = {}
        self._shapes: dict[tuple[tuple[str, int], ...], _Shape] = {}

    async def execute(self, session: Session, *values: Values) -> Sequence[Any]:
        """Run the statement for each of these `values`, at least one; return all rows.

        Values of an IN are lists. Raises DatabaseError.
        """
        if isinstance(session, ThreadSession):
            return [row for each in values for row in self._shape(session.dialect, each).run(session, each)]
        result = await session.execute(self._statement(session.dialect), [*values])
        return result.all() if result.returns_rows else ()

    def _statement(self, dialect: Dialect) -> Any:
        if dialect.name not in self._statements:
            self._statements[dialect.name] = self._make(dialect.name)
        return self._statements[dialect.name]

    def _shape(self, dialect: Dialect, values: Values) -> _Shape:
        lengths = tuple([(name, len(value)) for name, value in values.items() if isinstance(value, list)])
        shape = self._shapes.get(lengths)
        if shape is None:
            if len(self._shapes) >= SHAPES:
                self._shapes.clear()
            shape = self._shapes[lengths] = _compile(self._statement(dialect), dialect, values)
        return shape


def _compile(statement: Any, dialect: Dialect, values: Values) -> _Shape:
    state = statement.compile(dialect=dialect, column_keys=[*values]).construct_expanded_state(values)
    lists = state.parameter_expansion.items()
    places = {name: (whole, at) for whole, names in lists for at, name in enumerate(names)}
    slots = []
    for name in state.positiontup or ():
        convert = state.processors.get(name)
        whole, at = places.get(name, (name, None))
        if whole in values:
            slots.append(_Slot(whole, at, convert))
        else:
            value = state.parameters[name]
            slots.append(_Slot(name, None, None, convert(value) if convert else value, is_constant=True))
    return _Shape(state.statement, slots, _reader(statement, dialect))


def _reader(statement: Any, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a row of SQLite one with names and Python's own types."""
    columns = list(statement.exported_columns)
    named: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024
    converts = [
        (at, convert)
        for at, column in enumerate(columns)
        if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]

    def read(row: Sequence[Any]) -> Any:
        values = list(row)
        for at, convert in converts:
            values[at] = convert(values[at])
        return named(*values)

    return read
