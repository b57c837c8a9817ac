"""A bot and a local Telegram, as one thing that tests start and talk to over HTTP."""

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import SecretStr

from bot.app import Program
from bot.clock import MovableClock
from bot.config import Settings
from bot.simulator import Bubble, Person, Simulator

TOKEN = "7000000001:CANARY-token-that-must-never-be-seen-anywhere"
ADMIN = 6_000_000_001
MONDAY = datetime(2025, 12, 22, 12, 0, tzinfo=UTC)
"""The third issue came out at 10:00 UTC of this day (07:00 in Asunción)."""

PUBLICATION = """\
name = "The Test Post"
series = "The Weekly Test"
tagline.en = "a briefing for tests"
tagline.es = "un resumen para pruebas"
languages = ["en", "es"]
timezone = "America/Asuncion"
push = { day = "monday", hour = "07:00" }
trial_days = 7
"""

ENGLISH = """\
---
title: Title of {date}
author: Ann Author
also: [First teaser, Second teaser]
---

# Top story: River rises {{#topstory}}

The river rose in the night. People moved their boats.

## Our take

It will rise again.

# Politics: Senate sits {{#politics}}

- The senate met on Monday.

<!-- paywall -->

- The canarypolitics bill passed with <b> & friends.

# Economy: Prices fall {{#economy}}

Bread is cheaper, says canaryeconomy.
"""

SPANISH = """\
---
title: Título del {date}
author: Ana Autora
also: [Primer avance, Segundo avance]
---

# Portada: Crece el río {{#topstory}}

El río creció de noche. La gente movió sus botes.

## Nuestra lectura

Volverá a crecer.

# Política: Sesiona el Senado {{#politics}}

- El Senado sesionó el lunes.

<!-- paywall -->

- Se aprobó la ley canarypolítica con <b> & amigos.

# Economía: Bajan los precios {{#economy}}

El pan está más barato, dice canaryeconomía.
"""


def sample(folder: Path) -> None:
    """Write three issues: the first in English only, the others in both languages."""
    folder.mkdir()
    (folder / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
    for day, languages in (
        ("2025-12-08", {"en": ENGLISH}),
        ("2025-12-15", {"en": ENGLISH, "es": SPANISH}),
        ("2025-12-22", {"en": ENGLISH, "es": SPANISH}),
    ):
        (folder / day).mkdir()
        for language, text in languages.items():
            (folder / day / f"{language}.md").write_text(text.format(date=day), encoding="utf-8")


class World:
    """`async with World(…)`: a program and a simulator that run until the end of the block."""

    def __init__(self, content: Path, data: Path, now: datetime = MONDAY, **settings: Any) -> None:
        self.clock = MovableClock(now)
        self.telegram = Simulator(self.clock, strict=True)
        self._content = content
        self._data = data
        self._settings = settings
        self.program: Program

    async def __aenter__(self) -> "World":
        await self.telegram.start()
        self.program = self.new_program()
        await self.program.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.program.stop()
        await self.telegram.stop()

    def new_program(self) -> Program:
        """Make a program on the same database and content, not started yet."""
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            telegram_api_url=self.telegram.address,
            database_url=f"sqlite+aiosqlite:///{self._data / 'bot.db'}",
            content_dir=self._content,
            http_port=0,
            admin_ids=frozenset({ADMIN}),
            **self._settings,
        )
        return Program(settings, self.clock, spacing=0, poll_seconds=5, deadline=2)

    def person(self, number: int = 5_000_000_001, language: str = "en", name: str = "Ana") -> Person:
        return self.telegram.person(id=number, first_name=name, language_code=language, token=TOKEN)

    async def settled(self) -> None:
        """Wait until every update is fetched, handled and marked so."""
        await self.telegram.settled(TOKEN)
        await self.program.intake.settled()
        await self.telegram.settled(TOKEN)

    async def ask(self, person: Person, words: str) -> Bubble:
        """Let a person write, and return the bot's last message once all is handled."""
        person.writes(words)
        await self.settled()
        return last(person)

    async def tap(self, person: Person, label: str | None = None, *, data: str | None = None) -> Bubble:
        """Let a person tap a button of the bot's last message, by what it says or by forged data."""
        person.taps(last(person).message_id, label, data=data)
        await self.settled()
        return last(person)


def last(person: Person) -> Bubble:
    return [bubble for bubble in person.sees if bubble.from_bot][-1]
