"""A bot and a local Telegram that tests talk to."""

import asyncio
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from PIL import Image
from pydantic import SecretStr

from bot.app import Program
from bot.clock import MovableClock
from bot.composition.delivery_classes import DeliveryClasses
from bot.composition.hash_key import kept_key
from bot.composition.parts import Parts
from bot.composition.parts_runner import PartsRunner
from bot.composition.timing import Timing
from bot.config import Settings
from bot.db.readers import readers
from bot.domain.readers.reader import Reader
from bot.services.content.archive import QUIET
from bot.telegram.api.http.http_connection import DEADLINE_SECONDS
from bot.telegram.chat.capability import Capability, Command
from telegram_simulator import Bubble, Group, Person, Simulator
from tests.databases import address
from tests.files import long_ago

TOKEN = "7000000001:CANARY-token-that-must-never-be-seen-anywhere"
ADMIN = 6_000_000_001
MONDAY = datetime(2025, 12, 22, 12, 0, tzinfo=UTC)
"""The third issue came out at 10:00 UTC of this day (07:00 in Asunción)."""

TICK = 0.1
SELDOM = 1.0
WATCH = 0.5
NEVER = 86_400.0

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

- The canarypolitics bill passed with \\<b> & friends.

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

- Se aprobó la ley canarypolítica con \\<b> & amigos.

# Economía: Bajan los precios {{#economy}}

El pan está más barato, dice canaryeconomía.
"""


async def hurried(seconds: float) -> None:
    """Wait between two tries of one call: shorter than outside of tests."""
    await asyncio.sleep(seconds / 20)


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


def write_cover(folder: Path, day: str) -> bytes:
    """Put a small picture beside an issue's editions; return its bytes."""
    picture = io.BytesIO()
    Image.new("RGB", (120, 80), (20, 90, 160)).save(picture, "PNG")
    (folder / day / "cover.png").write_bytes(picture.getvalue())
    return picture.getvalue()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program's web server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class WorldProgram(Program):
    """A program that remembers what its last start returned."""

    runner: PartsRunner

    @property
    def parts(self) -> Parts:
        return self.runner.parts

    async def start(self) -> PartsRunner:
        self.runner = await super().start()
        return self.runner


class World:
    """`async with World(…)`: a program and a simulator that run until the end of the block."""

    def __init__(
        self,
        content: Path,
        data: Path,
        now: datetime = MONDAY,
        *,
        tick: float = TICK,
        spacing: float = 0.0,
        ceiling: int = 10_000,
        news: bool = False,
        menus: bool = False,
        deadline: float = DEADLINE_SECONDS,
        capabilities: Sequence[Capability] = (),
        delivery: DeliveryClasses | None = None,
        **settings: Any,
    ) -> None:
        """`news`: admins hear by themselves what the content folder says of issues to come; else their
        chats hold only what they asked for. `menus`: the start sets the menus and the bot's profile, which
        takes some twenty calls. `tick`: seconds between two looks at what is due. A rare look
        costs less, and is waited for.
        `spacing`, `ceiling`: the pace of messages (see `RateLimiter`). `deadline`: seconds in which
        Telegram's answer comes; shorter than the program's own only where a test waits for its end.
        `capabilities`: others than the bot's own. `delivery`: other classes to deliver with.
        """
        self.clock = MovableClock(now)
        self.telegram = Simulator(self.clock, strict=True, webhook_pause=0)  # rivals set theirs at once
        self.content = content
        self._data = data
        self._tick = tick
        self._spacing = spacing
        self._ceiling = ceiling
        self._news_seconds = tick if news else NEVER
        self._menus = menus
        self._deadline = deadline
        self._capabilities = capabilities
        self._delivery = delivery
        self._settings = settings
        self._seconds = 0.0
        self._waited_out = 0.0
        self.program: WorldProgram

    async def __aenter__(self) -> Self:
        for file in self.content.glob("*/*"):
            long_ago(file)
        await self.telegram.start()
        self.program = self.new_program()
        try:
            await self.program.start()
            await self.program.core.archive.load_rest()
        except BaseException:
            await self.telegram.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.program.stop()
        await self.telegram.stop()

    def new_program(
        self,
        clock: MovableClock | None = None,
        *,
        real: Callable[[], float] | None = None,
        **given: Any,
    ) -> "WorldProgram":
        """Make a program on the same database and content, not started yet; `given`: see `Program`."""
        chosen: dict[str, Any] = {
            "http_port": 0,
            "telegram_api_url": self.telegram.address,
        } | self._settings
        admins = chosen.pop("admin_ids", frozenset({ADMIN}))
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            database_url=address(self._data),
            hash_key=chosen.pop("hash_key", None) or SecretStr(kept_key(self._data).decode()),
            content_dir=self.content,
            **chosen,
        )
        # Copied, because settings themselves refuse accounts that hide someone (see `test_masks`).
        settings = settings.model_copy(update={"admin_ids": admins})
        # The second of quiet passes at `reload`'s word.
        timing = Timing(
            spacing=self._spacing,
            ceiling=self._ceiling,
            poll_seconds=5,
            deadline=self._deadline,
            status_message_seconds=self._tick,
            news_seconds=self._news_seconds,
            tick_seconds=self._tick,
            watch_seconds=WATCH,
            pacing=lambda: time.monotonic() + self._waited_out,
            monotonic=lambda: self._seconds,
            sleep=hurried,
        )
        return WorldProgram(
            settings,
            clock or self.clock,
            replace(timing, real=real) if real else timing,
            **{"capabilities": self._capabilities, "delivery": self._delivery, "sets_menus": self._menus}
            | given,
        )

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands that the program declares."""
        return self.program.parts.handlers.capabilities.commands

    async def reload(self) -> None:
        """Let the program notice what changed in the content folder, and the second of quiet pass."""
        await self.program.core.archive.scan()
        self._seconds += QUIET
        await self.program.core.archive.scan()
        await self.program.core.releasing.look()

    def set(self, **settings: Any) -> None:
        """Choose settings that the next program has."""
        self._settings |= settings

    async def restart(self) -> None:
        """Stop the program and start it again, on the same database and content."""
        await self.program.stop()
        self.program = self.new_program()
        await self.program.start()

    def passes(self, seconds: float) -> None:
        """Let so many seconds pass on the program's own clock, which no wall clock moves."""
        self._seconds += seconds

    def wait_out(self, seconds: float) -> None:
        """Let so many seconds pass on the rate limiter's clock."""
        self._waited_out += seconds

    def later(self, **span: float) -> None:
        """Move the wall clock on by `days`, `hours` …"""
        self.clock.move_to(self.clock.now() + timedelta(**span))

    def person(self, number: int = 5_000_000_001, language: str = "en", name: str = "Ana") -> Person:
        return self.telegram.person(id=number, first_name=name, language_code=language, token=TOKEN)

    def admin(self, language: str = "en") -> Person:
        return self.person(ADMIN, language, "Ada")

    def group(self, number: int = -4_000_000_001) -> Group:
        return self.telegram.group(id=number, title="Friends", token=TOKEN)

    async def wait_until_idle(self, patience: float = 15.0) -> None:
        """Wait until every update is fetched, handled and marked so; TimeoutError after some seconds."""
        await self.telegram.wait_until_idle(TOKEN, patience)
        if await self.program.parts.checkouts.finish():  # a yes brings a payment
            await self.telegram.wait_until_idle(TOKEN, patience)
        await self.program.parts.update_inbox.wait_until_handled()
        await self.telegram.wait_until_idle(TOKEN, patience)

    async def published(self) -> None:
        """Wait until the menus of private chats and groups are set, in every language (`menus`)."""

        def all_set() -> bool:
            return sum(bool(row.result) for row in self.telegram.ledger.of(method="setMyCommands")) >= 6

        await self.telegram.until(all_set, 5.0)

    async def ask(self, person: Person, words: str) -> Bubble:
        """Let a person write, and return the bot's last message once all is handled."""
        person.writes(words)
        await self.wait_until_idle()
        return last(person)

    async def answers(self, person: Person, words: str, group: Group | None = None) -> list[Bubble]:
        """Let a person write, here or in a group, and return the messages that this brought."""
        asked = person.writes(words, group=group)
        await self.wait_until_idle()
        return since(group or person, asked.message_id)

    async def tap(
        self,
        person: Person,
        label: str | None = None,
        *,
        data: str | None = None,
        on: Bubble | None = None,
        group: Group | None = None,
    ) -> Bubble:
        """Let a person tap a button, of the bot's last message or the one given, by what it says, for a
        section's by its kicker, or by forged data; return the bot's last message.
        """
        message = on or last(group or person)
        person.taps(message.message_id, _whole_label(message, label), data=data, group=group)
        await self.wait_until_idle()
        return last(group or person)

    async def push(self, **update: Any) -> None:
        """Bring the bot a raw update, and wait until it is handled."""
        self.telegram.pushes(TOKEN, update)
        await self.wait_until_idle()

    async def call(self, method: str, **values: Any) -> Any:
        """Call the local Telegram as the bot, and return the result."""
        address = f"{self.telegram.address}/bot{TOKEN}/{method}"
        async with aiohttp.ClientSession() as session, session.post(address, json=values) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def web(self, path: str) -> Answer:
        """Ask the program's own web server, as anyone on the network may."""
        address = f"{self.program.address}{path}"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def take_trial(self, person: Person) -> Bubble:
        """Let a person start the trial as /trial offers it; return the bot's last message."""
        await self.ask(person, "/trial")
        return await self.tap(person, data="do:trial")

    async def subscribe(self, person: Person, days: int = 7) -> None:
        """Let the admin give a person access."""
        await self.ask(person, "/start")
        answer = await self.ask(self.admin(), f"/grant {person.id} {days}")
        assert "Done" in answer.text, answer.text

    async def reader(self, person: Person) -> Reader:
        """Return what the database keeps of a person."""
        async with self.program.core.database.read() as session:
            reader = await readers.find(session, person.id)
        assert reader is not None
        return reader

    def write(self, day: str, text: str, language: str = "en") -> None:
        """Write an edition into the content folder."""
        (self.content / day).mkdir(exist_ok=True)
        (self.content / day / f"{language}.md").write_text(text.replace("{date}", day), encoding="utf-8")


def last(chat: Person | Group) -> Bubble:
    return since(chat, 0)[-1]


def since(chat: Person | Group, message_id: int) -> list[Bubble]:
    """Return the bot's messages that stand below this one."""
    return [bubble for bubble in chat.sees if bubble.from_bot and bubble.message_id > message_id]


def words(bubble: Bubble) -> str:
    """Return everything that a message shows: its text, and what its buttons say."""
    return "\n".join([bubble.text, *labels(bubble)])


def labels(bubble: Bubble) -> list[str]:
    return [button["text"] for row in bubble.buttons for button in row]


def _whole_label(bubble: Bubble, label: str | None) -> str | None:
    return next((whole for whole in labels(bubble) if label and whole.startswith(f"{label}: ")), label)


def data(bubble: Bubble) -> dict[str, str]:
    """Return what the message's buttons send, by what they say."""
    buttons = [button for row in bubble.buttons for button in row]
    return {button["text"]: button["callback_data"] for button in buttons if "callback_data" in button}


def told(person: Person | Group) -> str:
    """Return what the last answer to a tap said, "" when it only ended the waiting."""
    return str(person.alerts[-1]["text"])
