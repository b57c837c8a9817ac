"""The renderer's interface; `classic` and `rich` implement it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from bot.domain.content.gate import Shown
from bot.domain.pages.rendering import classic, rich
from bot.domain.readers.reader import Rendering


class Renderer(Protocol):
    @property
    def LIMITS(self) -> tuple[int, ...]:  # noqa: N802  # a module's constant
        """What one message may hold at most."""
        ...

    def measure(self, text: str) -> tuple[int, ...]:
        """Return what `LIMITS` bounds, of markup that this renderer wrote."""
        ...

    def height(self, text: str) -> int:
        """Return how many letters of running text take as much of a phone's screen as this markup."""
        ...

    def join(self, *parts: str) -> str: ...

    def line(self, markup: str) -> str:
        """Return a line of the bot's own as a part: `markup` is what `Translator.say` writes."""
        ...

    def written(self, text: str) -> str:
        """Return what an editor typed as it may stand in a line of the bot's own, no markup yet."""
        ...

    def masthead(self, title: str, below: str) -> str:
        """Return the head of a front page, which begins with its headline; `below` is markup."""
        ...

    def heading(self, kicker: str, headline: str, counter: str) -> str: ...

    def cover(self) -> str: ...

    def body(self, shown: Shown) -> str: ...


RENDERERS: Mapping[Rendering, Renderer] = MappingProxyType({Rendering.CLASSIC: classic, Rendering.RICH: rich})
