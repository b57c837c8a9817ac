"""Compiled statements are shared by all tests of a process."""

import gc
from typing import Any

from sqlalchemy import Connection, Engine, event


def pytest_collection_finish() -> None:
    gc.freeze()  # what collecting leaves is there for good: each look through it halts a test for 0.3 s
    gc.set_threshold(20_000, 20, 20)  # programs that come and go make much: look less often


class Compiled(dict[Any, Any]):
    """SQLAlchemy's keys begin with the engine's own dialect: ours with its name alone."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_shared(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_shared(key), value)


def _shared(key: Any) -> Any:
    dialect, *rest = key
    return (dialect.name, *rest)


KEPT = Compiled()


@event.listens_for(Engine, "engine_connect")
def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=KEPT)
