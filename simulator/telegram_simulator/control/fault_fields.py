"""Control API: reads the fields of a fault, and refuses wrong ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram_simulator.control.requests import RequestError
from telegram_simulator.network.faults import Fault

STATUSES = range(200, 600)
MOST_SECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Expected:
    words: str
    accepts: Callable[[Any], bool]


def fault_of(kind: type[Fault], fields: dict[str, Any]) -> Fault:
    """Make a fault of these fields; RequestError for an unknown one, and for a value of another kind."""
    try:
        fault = kind(**fields)
    except TypeError:
        names = ", ".join(kind.__dataclass_fields__) or "nothing"
        raise RequestError(400, f"{kind.__name__} takes {names} beside method, chat_id and times.") from None
    for name in fields:
        expected = _expected(name, kind.__dataclass_fields__[name].default)
        if not expected.accepts(getattr(fault, name)):
            raise RequestError(400, f"Give {name} as {expected.words}.")
    return fault


def _expected(name: str, default: object) -> _Expected:
    """Return what a fault's field may be, by its name and by the kind of its default."""
    if name == "code":
        return _Expected(
            "a status from 200 to 599", lambda value: _is_number(value, int) and value in STATUSES
        )
    if name == "parameters":
        return _Expected("an object", lambda value: value is None or isinstance(value, dict))
    if isinstance(default, bool):
        return _Expected("true or false", lambda value: isinstance(value, bool))
    if isinstance(default, str):
        return _Expected("a text", lambda value: isinstance(value, str))
    kind = int if isinstance(default, int) else (int, float)
    words = f"{'a whole number' if kind is int else 'a number'} from 0 to {MOST_SECONDS}"
    return _Expected(words, lambda value: _is_number(value, kind) and 0 <= value <= MOST_SECONDS)


def _is_number(value: object, kind: type[int] | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
