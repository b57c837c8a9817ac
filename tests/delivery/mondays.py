"""A Monday with many readers, and what they saw."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import select

from bot.db.delivery import campaigns, deliveries, filling
from bot.db.delivery.audience import reachable
from bot.db.delivery.campaigns import Opening
from bot.db.readers import readers
from bot.db.tables import deliveries as ledger
from bot.db.tables import notices
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, Report, State
from bot.domain.readers.reader import Reader
from telegram_simulator import Person
from tests import waiting
from tests.world import TOKEN, World

SUNDAY = datetime(2025, 12, 21, 22, 0, tzinfo=UTC)
RELEASE = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
KEY = "2025-12-22"
FIRST = 5_100_000_001
TIMES = int(os.environ.get("BRIEFING_FAULTS", "2"))
"""How often each fault befalls a campaign: 200 in the proof, few in CI."""

NO_ANSWER = "circuit breaker open: Telegram does not answer"
"""What the log says when claiming stops."""

PATIENCE = 30.0 + TIMES
until = partial(waiting.until, patience=PATIENCE)
FAST: dict[str, Any] = {"paid_broadcast": True, "send_rate": 200, "send_window": 8}


@dataclass(slots=True)
class Monday:
    """`async with Monday(…)` starts on the evening before, with so many readers."""

    world: World
    people: Sequence[Person] = ()

    @classmethod
    def of(cls, content: Path, data: Path, now: datetime = SUNDAY, **settings: Any) -> Self:
        return cls(World(content, data, now, **(FAST | settings)))

    async def __aenter__(self) -> Self:
        await self.world.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.world.__aexit__(kind, error, trace)

    async def enrol(self, count: int, **chosen: object) -> Sequence[Person]:
        """Let so many people have started the bot, who chose this; their languages take turns."""
        first = FIRST + len(self.people)
        people = self.world.telegram.crowd(count, token=TOKEN, first_id=first)
        async with self.world.program.core.database.write() as session:
            for person in people:
                reader = Reader(person.id, str(person.user["language_code"]))
                await readers.add(session, reader, self.world.clock.now())
                if chosen:
                    await readers.change(session, person.id, **chosen)
        self.people = [*self.people, *people]
        return people

    async def choose(self, person: Person, **values: object) -> None:
        """Change what the database keeps of a reader."""
        async with self.world.program.core.database.write() as session:
            await readers.change(session, person.id, **values)

    async def push(self, at: datetime = RELEASE) -> None:
        """Let it be Monday, and the campaign be open."""
        self.world.clock.move_to(at)
        await until(self.is_open)

    async def is_open(self) -> bool:
        """Ask for the campaign, as the clock's door does."""
        await self.world.program.parts.publishing.open_due()
        return await self.find() is not None

    async def find(self, key: str = KEY) -> Campaign | None:
        async with self.world.program.core.database.read() as session:
            return await campaigns.by_key(session, Kind.ISSUE, key)

    async def campaign(self, key: str = KEY) -> Campaign:
        campaign = await self.find(key)
        assert campaign is not None
        return campaign

    async def report(self, key: str = KEY) -> Report:
        campaign = await self.campaign(key)
        async with self.world.program.core.database.read() as session:
            return Report(campaign.frozen, await deliveries.counts(session, campaign.id))

    async def states(self, key: str = KEY) -> dict[int, State]:
        """Return what the ledger says of each reader."""
        campaign = await self.campaign(key)
        query = select(ledger.c.reader_id, ledger.c.state).where(ledger.c.campaign_id == campaign.id)
        async with self.world.program.core.database.read() as session:
            return {row.reader_id: State(row.state) for row in await session.execute(query)}

    async def in_state(self, state: CampaignState, key: str = KEY) -> None:
        """Wait until the campaign is so."""

        async def reached() -> bool:
            campaign = await self.find(key)
            return campaign is not None and campaign.state is state

        await until(reached)

    async def ended(self, key: str = KEY) -> Report:
        """Wait until the campaign has ended; return its report, which adds up."""
        await self.in_state(CampaignState.ENDED, key)
        report = await self.report(key)
        assert report.adds_up, report
        return report

    async def at_least(self, count: int, state: State) -> None:
        """Wait until so many rows are so."""

        async def reached() -> bool:
            return (await self.report()).of(state) >= count

        await until(reached)

    async def wait_until_idle(self) -> None:
        """Wait until no row is claimed."""

        async def nothing_open() -> bool:
            return (await self.report()).of(State.SENDING) == 0

        await until(nothing_open)

    async def announce(self, starts_at: datetime) -> Callable[[], Awaitable[Campaign | None]]:
        """Open a broadcast to everyone that begins later; return how to find it."""
        now = self.world.clock.now()
        opening = Opening(Kind.BROADCAST, "nonce", "An announcement", starts_at)
        async with self.world.program.core.database.write() as session:
            campaign_id = await campaigns.add(session, opening, now)
            assert campaign_id is not None
            due = dict.fromkeys(await filling.whereabouts(session), starts_at)
            rows = await filling.fill(session, campaign_id, due, reachable())
            await campaigns.change(session, campaign_id, expected=[CampaignState.OPEN], frozen=rows)

        async def found() -> Campaign | None:
            async with self.world.program.core.database.read() as session:
                return await campaigns.find(session, campaign_id)

        return found

    async def resume(self, key: str = KEY) -> None:
        """Do to the campaign what an admin's Resume does."""
        campaign = await self.campaign(key)
        async with self.world.program.core.database.write() as session:
            values = {"state": CampaignState.OPEN, "why": None, "starts_at": self.world.clock.now()}
            assert await campaigns.change(session, campaign.id, expected=[CampaignState.PAUSED], **values)

    async def notices(self, kind: str) -> list[str]:
        """Return the keys of what the admins are told, or were."""
        query = select(notices.c.key).where(notices.c.kind == kind)
        async with self.world.program.core.database.read() as session:
            return list((await session.execute(query)).scalars())

    async def reader(self, person: Person) -> Reader:
        return await self.world.reader(person)

    def copies(self, key: str = KEY) -> Counter[int]:
        """Return how many messages with this issue's front page each reader has got."""
        return Counter({person.id: len(fronts(person, key)) for person in self.people})

    def sends(self) -> int:
        """Return how many messages Telegram was asked to send."""
        calls = self.world.telegram.ledger
        return len(calls.of(method="sendMessage")) + len(calls.of(method="sendRichMessage"))

    async def agrees(self, key: str = KEY) -> None:
        """Check that nobody has two copies, and that everyone who is said to have one has it."""
        copies, states = self.copies(key), await self.states(key)
        assert max(copies.values(), default=0) <= 1
        for reader_id, state in states.items():
            if state is State.SENT:
                assert copies[reader_id] == 1, reader_id
            elif state is not State.UNKNOWN:
                assert copies[reader_id] == 0, (reader_id, state)


def fronts(person: Person, key: str = KEY) -> list[str]:
    """Return every front page of an issue that this person was ever sent, in either language."""
    new = [bubble for kind, bubble in person.history if kind == "new"]
    titles = (f"Title of {key}", f"Título del {key}")
    return [bubble.text for bubble in new if any(title in bubble.text for title in titles)]


async def stays(so: Callable[[], bool], seconds: float = 0.6) -> bool:
    """Watch for a while, in which the sender asks several times what is due, that this does not change."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if not so():
            return False
        await asyncio.sleep(0.02)
    return True
