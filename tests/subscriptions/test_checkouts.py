"""May this be paid? Many who ask at once are all told, and nobody gets two subscriptions."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.domain.subscriptions.checkout import Question, Refusal
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.checkouts import UNDER_WAY, Checkouts
from tests.subscriptions.payments import ANA, KEY, monthly, once
from tests.world import MONDAY

MANY = 200
PATIENT = 20.0
"""Seconds: how busy this machine is does not matter here."""

SECOND = monthly(nonce="00000003").payload


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


def asks(payload: str) -> Question:
    return Question(ANA, "XTR", 250, payload)


class StepClock(StoppedClock):
    """Shows MONDAY, and later what it is moved to."""

    def __init__(self) -> None:
        super().__init__(MONDAY)
        self._later = timedelta()

    def move(self, span: timedelta) -> None:
        self._later += span

    def now(self) -> datetime:
        return super().now() + self._later


async def test_of_two_hundred_payers_at_once_none_is_refused(database: Database) -> None:
    checkouts = Checkouts(database, StoppedClock(MONDAY), KEY, look_seconds=PATIENT)
    verdicts = await asyncio.gather(*(checkouts.judge(asks(once().payload)) for _ in range(MANY)))
    assert {verdict.refusal for verdict in verdicts} == {None}


async def test_while_one_subscription_is_being_paid_there_is_no_yes_to_another(database: Database) -> None:
    clock = StepClock()
    checkouts = Checkouts(database, clock, KEY)
    assert (await checkouts.judge(asks(monthly().payload))).refusal is None
    assert (await checkouts.judge(asks(SECOND))).refusal is Refusal.UNSURE
    again = await checkouts.judge(asks(monthly().payload))  # the same link on another device
    assert again.refusal is Refusal.UNSURE
    assert (await checkouts.judge(asks(once().payload))).refusal is None
    clock.move(UNDER_WAY)
    assert (await checkouts.judge(asks(SECOND))).refusal is None


async def test_of_two_programs_at_once_only_one_says_yes(database: Database, database_url: str) -> None:
    """Two devices ask at the same moment, each another program behind one webhook."""
    clock, other = StepClock(), Database(database_url)
    programs = [Checkouts(known, clock, KEY, look_seconds=PATIENT) for known in (database, other)]
    for _ in range(10):
        payloads = (monthly().payload, SECOND)
        both = await asyncio.gather(
            *(program.judge(asks(text)) for program, text in zip(programs, payloads, strict=True))
        )
        assert sorted([verdict.refusal for verdict in both], key=str) == [None, Refusal.UNSURE]
        clock.move(UNDER_WAY)
    await other.close()


async def test_who_was_refused_by_the_other_program_waits_no_longer_than_there(
    database: Database, database_url: str
) -> None:
    clock, other = StepClock(), Database(database_url)
    first, second = (Checkouts(known, clock, KEY, look_seconds=PATIENT) for known in (database, other))
    assert (await first.judge(asks(monthly().payload))).refusal is None
    clock.move(UNDER_WAY / 2)
    assert (await second.judge(asks(SECOND))).refusal is Refusal.UNSURE
    clock.move(UNDER_WAY / 2)
    assert (await second.judge(asks(SECOND))).refusal is None
    await other.close()


async def test_once_it_is_paid_its_row_says_no(database: Database) -> None:
    checkouts = Checkouts(database, StoppedClock(MONDAY), KEY)
    assert (await checkouts.judge(asks(monthly().payload))).refusal is None
    await Charges(database, StoppedClock(MONDAY)).record(monthly())
    assert (await checkouts.judge(asks(SECOND))).refusal is Refusal.SUBSCRIBED
