"""A state machine of the sender: killed, asleep, paused, at any moment."""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.clock import StoppedClock
from bot.db.delivery import campaigns, filling
from bot.db.delivery.audience import wants_issues
from bot.db.delivery.campaigns import Opening
from bot.db.engine.session import Database
from bot.db.readers import open_pages, readers
from bot.db.readers.open_pages import OpenPage
from bot.db.tables import deliveries as ledger
from bot.domain.content.gate import Access
from bot.domain.content.publication import Publication
from bot.domain.delivery.campaign import Campaign, CampaignState, FrozenPage, Kind, Skip, State
from bot.domain.delivery.campaign_actions import Action, Verdict
from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent, Unknown
from bot.domain.pages.page import Place
from bot.domain.readers.reader import Reader, Rendering
from bot.metrics import Metrics
from bot.services.delivery.campaigns import Campaigns
from bot.services.delivery.sending.claiming import Claim, Claiming
from bot.services.delivery.sending.lease import Lease
from bot.services.delivery.sending.outcome_writer import Done, OutcomeWriter
from bot.services.delivery.sending.recovery import recover
from tests.databases import migrate
from tests.delivery.mondays import KEY, RELEASE

EXAMPLES = int(os.environ.get("BRIEFING_MACHINES", "15"))
STEPS = 40
WINDOW = 3
ADMIN = 1
PEOPLE = range(11, 18)
ABROAD = 17
"""She lives in New York: her row is due two hours after the release."""

PUBLICATION = Publication("Test", "Test", ("en",), ZoneInfo("America/Asuncion"), 0, time(7))
PAGE = FrozenPage("en", Access.PREVIEW, Rendering.CLASSIC, "sendMessage", {"text": "front"}, "en", "1")
ENDINGS = ("sent", "lost but arrived", "lost", "refused", "not sent", "put off")

Result = TypeVar("Result")
people = st.sampled_from(PEOPLE)
places = st.integers(0, WINDOW)


@cache
def blank() -> bytes:
    """Return a SQLite database with its tables and no rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bot.db"
        asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
        return file.read_bytes()


class Sender:
    """A process that sends, step by step: what it has claimed, and what it knows of that."""

    def __init__(self, database: Database, clock: StoppedClock, number: int) -> None:
        self.lease = Lease(database, f"sender {number}")
        metrics = Metrics()
        self.claiming = Claiming(database, clock, self.lease, lambda: PUBLICATION, metrics)
        self.outcome_writer = OutcomeWriter(database, clock, metrics, self._written)
        self.epoch = 0
        self.claims: list[Claim] = []
        self.answered: list[Done] = []
        self._unwritten = 0
        self._all_written = asyncio.Event()

    @property
    def in_use(self) -> int:
        return len(self.claims) + len(self.answered)

    async def commit(self) -> None:
        """Write down what was answered."""
        if not self.answered:
            return
        self._unwritten = len(self.answered)
        self._all_written.clear()
        for done in self.answered:
            self.outcome_writer.add(done)
        self.answered = []
        writing = asyncio.create_task(self.outcome_writer.run())
        await self._all_written.wait()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    def _written(self, count: int) -> None:
        self._unwritten -= count
        if self._unwritten == 0:
            self._all_written.set()


class Delivery(RuleBasedStateMachine):
    """`seen` is what Telegram has put into each reader's chat; nothing else decides who has a copy."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="briefing-machine-"))
        (self.folder / "bot.db").write_bytes(blank())
        self.clock = StoppedClock(RELEASE)
        self.database = Database(f"sqlite+aiosqlite:///{self.folder / 'bot.db'}")
        self.campaigns = Campaigns(self.database, self.clock, Metrics())
        self.all: list[Sender] = []
        self.seen: Counter[int] = Counter()
        self.blocked: set[int] = set()
        self.opened_it: set[int] = set()
        self.may_have_two: set[int] = set()
        self.asleep: list[Sender] = []
        self.campaign_id: int | None = None

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def teardown(self) -> None:
        for sender in self.all:
            self.run(sender.lease.release())
        self.run(self.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begins(self) -> None:
        self.run(self._enrol())
        self.sender = self.run(self._start())

    async def _enrol(self) -> None:
        async with self.database.write() as session:
            for number in PEOPLE:
                await readers.add(session, Reader(number, "en", quiet=None), self.clock.now())
            await readers.change(session, ABROAD, zone="America/New_York")

    async def _start(self) -> Sender:
        """Start a sender where the last one is dead or asleep."""
        made = Sender(self.database, self.clock, len(self.all) + 1)
        self.all.append(made)
        async with self.database.write() as session:
            await session.exec_driver_sql("UPDATE leases SET until = 0")
        await made.lease.attempt()
        assert made.lease.epoch == len(self.all)
        made.epoch = len(self.all)
        await recover(self.database, made.epoch, self.clock.now(), Metrics())
        return made

    @rule()
    def opens(self) -> None:
        """Two processes may find the issue due, or one twice."""
        opened = self.run(self._open())
        assert (opened is None) == (self.campaign_id is not None)
        self.campaign_id = self.campaign_id or opened

    async def _open(self) -> int | None:
        now = self.clock.now()
        async with self.database.write() as session:
            added = await campaigns.add(session, Opening(Kind.ISSUE, KEY, "Title", now), now)
            if added is None:
                return None
            places = await filling.whereabouts(session)
            due = {place: now + timedelta(hours=2 if place.zone else 0) for place in places}
            rows = await filling.fill(session, added, due, wants_issues())
            await campaigns.freeze(session, added, [PAGE], rows)
        return added

    @rule(limit=st.integers(1, WINDOW))
    def claims(self, limit: int) -> None:
        free = min(limit, WINDOW - self.sender.in_use)
        if free <= 0:
            return
        result = self.run(self.sender.claiming.claim(self.sender.epoch, free))
        assert len(result) <= free
        for claim in result:
            reader = self.run(self._reader(claim.reader_id))
            assert reader.stopped_at is None
            assert reader.gone_at is None
            assert reader.push
            assert claim.reader_id not in self.opened_it
            assert claim.access is reader.access(self.clock.now())
            assert self._campaign().state is CampaignState.OPEN
        self.sender.claims += result

    @precondition(lambda self: self.asleep)
    @rule(place=places)
    def a_stopped_process_claims_in_vain(self, place: int) -> None:
        sleeping = self.asleep[place % len(self.asleep)]
        assert self.run(sleeping.claiming.claim(sleeping.epoch, WINDOW)) == []

    @precondition(lambda self: self.sender.claims)
    @rule(place=places, ending=st.sampled_from(ENDINGS))
    def hands_over(self, place: int, ending: str) -> None:
        claim = self.sender.claims.pop(place % len(self.sender.claims))
        outcome = self._hand_over(claim.reader_id, ending)
        self.sender.answered.append(Done(claim, PAGE, outcome))

    def _hand_over(self, reader_id: int, ending: str) -> Outcome:
        if ending in {"not sent", "put off"}:
            return NotSent(ending, 30.0 if ending == "put off" else 0.0)
        if reader_id in self.blocked:
            return Gone("Forbidden: bot was blocked by the user")
        if ending == "refused":
            return Rejected("Bad Request: message is too long")
        if ending == "lost":
            return Unknown("reset")
        self.seen[reader_id] += 1
        return Sent(self.seen[reader_id]) if ending == "sent" else Unknown("reset")

    @precondition(lambda self: self.sender.answered)
    @rule()
    def outcomes_are_committed(self) -> None:
        self.run(self.sender.commit())

    @rule(arrived=st.integers(0, WINDOW))
    def is_killed(self, arrived: int) -> None:
        """Of what was in hand, some has been written to the network, and arrives all the same."""
        unknown = self._count(State.UNKNOWN)
        for claim in self.sender.claims[:arrived]:
            self._hand_over(claim.reader_id, "sent")
        self.sender = self.run(self._start())
        assert self._count(State.UNKNOWN) <= unknown + WINDOW
        assert self._count(State.SENDING) == 0

    @rule(arrived=st.integers(0, WINDOW))
    def falls_asleep(self, arrived: int) -> None:
        """It wakes too late: what was not written to the network by then it keeps back."""
        sender = self.sender
        for claim in sender.claims[:arrived]:
            sender.answered.append(Done(claim, PAGE, self._hand_over(claim.reader_id, "sent")))
        sender.answered += [Done(claim, PAGE, NotSent("asleep")) for claim in sender.claims[arrived:]]
        sender.claims = []
        self.asleep.append(sender)
        self.sender = self.run(self._start())

    @precondition(lambda self: self.asleep)
    @rule(place=places)
    def a_stopped_process_writes_down_what_it_learnt(self, place: int) -> None:
        self.run(self.asleep.pop(place % len(self.asleep)).commit())

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        self.clock.move_to(self.clock.now() + timedelta(minutes=minutes))

    @rule()
    def the_clock_jumped(self) -> None:
        """It looks again at what it finds, as at its start: what is its own is not abandoned."""
        unknown = self._count(State.UNKNOWN)
        self.run(recover(self.database, self.sender.epoch, self.clock.now(), Metrics()))
        assert self._count(State.UNKNOWN) == unknown

    @rule(reader=people, stops=st.booleans())
    def reader_stops_or_resumes(self, reader: int, stops: bool) -> None:
        self.run(self._choose(reader, stopped_at=self.clock.now() if stops else None))

    @rule(reader=people, push=st.booleans())
    def reader_turns_the_push(self, reader: int, push: bool) -> None:
        self.run(self._choose(reader, push=push))

    @rule(reader=people, told=st.booleans())
    def reader_blocks(self, reader: int, told: bool) -> None:
        self.blocked.add(reader)
        if told:
            self.run(self._choose(reader, gone_at=self.clock.now()))

    @rule(reader=people)
    def reader_returns(self, reader: int) -> None:
        self.blocked.discard(reader)
        self.run(self._choose(reader, gone_at=None, active_at=self.clock.now()))

    @rule(reader=people, full=st.booleans())
    def access_comes_or_expires(self, reader: int, full: bool) -> None:
        until = self.clock.now() + timedelta(hours=1) if full else self.clock.now()
        self.run(self._choose(reader, full_until=until))

    @rule(reader=people)
    def reader_opens_the_issue(self, reader: int) -> None:
        if reader in self.blocked:
            return
        self.opened_it.add(reader)
        self.run(self._open_page(reader))

    async def _open_page(self, reader: int) -> None:
        place = Place(date.fromisoformat(KEY))
        page = OpenPage(reader, 1_000, place, "en", Rendering.CLASSIC, "1", protected=False)
        async with self.database.write() as session:
            await open_pages.remember(session, [page], self.clock.now())

    @precondition(lambda self: self.campaign_id)
    @rule(act=st.sampled_from([Action.PAUSE, Action.RESUME, Action.RESUME, Action.RESEND, Action.LEAVE]))
    def admin_steers(self, act: Action) -> None:
        unknown = {number for number, row in self._rows().items() if row[0] is State.UNKNOWN}
        answer = self.run(self.campaigns.act(act, self.campaign_id or 0, ADMIN))
        if act is Action.RESEND and answer.verdict is Verdict.DONE:
            assert not self.may_have_two
            self.may_have_two = unknown

    @precondition(lambda self: self.campaign_id)
    @rule(sure=st.integers(0, 5))
    def admin_cancels(self, sure: int) -> None:
        if sure == 0:  # it is over then: not too often
            self.run(self.campaigns.act(Action.CANCEL, self.campaign_id or 0, ADMIN))

    @rule()
    def the_ledger_is_put_right(self) -> None:
        self.run(self.campaigns.reconcile())

    @invariant()
    def nobody_has_two_and_nobody_is_forgotten(self) -> None:
        for number, (state, reason) in self._rows().items():
            copies = self.seen[number]
            assert copies <= 1 + (number in self.may_have_two), number
            if number in self.may_have_two or self._in_hand(number):
                continue
            if state is State.SENT:
                assert copies == 1, number
            elif state is State.SKIPPED and reason == Skip.HAS_IT:
                assert number in self.opened_it or copies, number
            elif state is not State.UNKNOWN:
                assert copies == 0, (number, state)

    @invariant()
    def sums_add_up(self) -> None:
        campaign = self._campaign() if self.campaign_id else None
        if campaign is None:
            return
        assert len(self._rows()) == campaign.frozen
        if campaign.state is CampaignState.ENDED:
            assert {state for state, _ in self._rows().values()} <= {
                *(State.SENT, State.FAILED, State.SKIPPED, State.UNKNOWN)
            }

    @invariant()
    def the_window_is_kept(self) -> None:
        assert self._count(State.SENDING) <= WINDOW

    def _in_hand(self, number: int) -> bool:
        """Tell whether somebody knows more of this reader than the ledger does."""
        known = [done.claim for process in (*self.asleep, self.sender) for done in process.answered]
        return any(claim.reader_id == number for claim in known)

    def _count(self, state: State) -> int:
        return sum(row is state for row, _ in self._rows().values())

    def _rows(self) -> dict[int, tuple[State, str | None]]:
        return self.run(self._ask_rows())

    async def _ask_rows(self) -> dict[int, tuple[State, str | None]]:
        query = select(ledger.c.reader_id, ledger.c.state, ledger.c.reason)
        async with self.database.read() as session:
            rows = await session.execute(query)
            return {row.reader_id: (State(row.state), row.reason) for row in rows}

    def _campaign(self) -> Campaign:
        result = self.run(self.campaigns.find(self.campaign_id or 0))
        assert result is not None
        return result

    async def _reader(self, number: int) -> Reader:
        async with self.database.read() as session:
            reader = await readers.find(session, number)
        assert reader is not None
        return reader

    async def _choose(self, number: int, **values: object) -> None:
        async with self.database.write() as session:
            await readers.change(session, number, **values)


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
