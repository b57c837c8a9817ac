"""An interning cache: equal messages and keyboards are stored once."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

CAPACITY = 512


class InternCache(Generic[Value]):
    """A cache of the last `CAPACITY` values, by the JSON of what they were made from. A campaign sends
    100,000 people the same text and buttons; they are parsed and stored once.
    """

    def __init__(self) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get_or_make(self, make: Callable[[], Value], *source: Any) -> Value:
        """Return the cached value of an equal source, else make it. The value must not be changed."""
        key = json.dumps(source)
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > CAPACITY:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]
