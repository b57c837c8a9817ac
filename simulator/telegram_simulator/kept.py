"""Equal things kept once: a campaign of 100,000 sends the same text and the same buttons to everyone."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

KEPT = 512


class Kept(Generic[Value]):
    """The last `KEPT` things that were made, by all they were made from (anything JSON can write)."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Value] = OrderedDict()

    def made(self, make: Callable[[], Value], *source: Any) -> Value:
        """Return what was made of an equal source before, else make it; nobody may change it afterwards."""
        key = json.dumps(source)
        if key not in self._made:
            self._made[key] = make()
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]
