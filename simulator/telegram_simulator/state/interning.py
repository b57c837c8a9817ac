"""An interning cache: equal messages and keyboards are stored once."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

KEPT = 512


class Kept(Generic[Value]):
    """A cache of the last `KEPT` values, by the JSON of what they were made from. A campaign sends 100,000
    people the same text and buttons; they are parsed and stored once.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[str, Value] = OrderedDict()

    def made(self, make: Callable[[], Value], *source: Any) -> Value:
        """Return the cached value of an equal source, else make it. The value must not be changed."""
        key = json.dumps(source)
        if key not in self._made:
            self._made[key] = make()
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]
