"""What a run has open, closed at its end."""

from contextlib import AsyncExitStack
from typing import Self


class Opened:
    """Whoever is one opens what it needs in `_open`, and gives `_stack` what closes it again."""

    _stack: AsyncExitStack

    async def _open(self) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
