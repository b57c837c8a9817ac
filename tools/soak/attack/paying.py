"""Readers pay during a push, among cheats, while the database stalls."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.db.tables import charges, readers
from tests.web.hooks import free_port
from tools.soak import issues
from tools.soak.attack.harness.calls import Called, Watch
from tools.soak.attack.harness.environment import START, Environment
from tools.soak.attack.harness.findings import Finding, all_of, at_least, at_most
from tools.soak.attack.harness.people import together
from tools.soak.attack.harness.tills import MONTHLY, ONCE, PRICES, Forger, Till, stall
from tools.soak.attack.harness.waiting import reached
from tools.soak.audit import Audit, audit, states_of

IN_TIME = 3.0
CLAIMED_SECONDS = 5.0
"""How long before it went out a copy may have been claimed."""

AT_ONCE = 10
"""Payers who are busy at the same time, or thieves. With more than a hundred updates that cannot be stored
Telegram shows no payer behind them by polling.
"""

THANKS = ("Thank you!", "¡Gracias!")
ENDED = "SELECT count(*) FROM campaigns WHERE state = 'ended'"
STORED = "SELECT count(*) FROM charges WHERE paid_at IS NOT NULL"
GRANTS = "SELECT count(*) FROM grants WHERE source = 'stars'"
GRANTED = "SELECT count(DISTINCT source_id) FROM grants WHERE source = 'stars' AND revoked_at IS NULL"
SECOND = """
    SELECT count(*) FROM
    (SELECT reader_id FROM charges WHERE days = 30 GROUP BY reader_id HAVING count(*) > 1) AS twice
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Of the `readers` the last `payers` pay, and `twice` of them on two devices at once; others
    pay by a payer's link: `thieves`. Every question is forged in so many `rounds`. Nobody can write so many
    times, for `stalled` seconds each. `opened` are to pay before their copy goes out. `patience` is for the
    push.
    """

    readers: int
    payers: int
    twice: int
    thieves: int
    rounds: int
    stalls: int
    stalled: float
    patience: float
    opened: int = 1
    by_webhook: bool = False
    rate: int = 25
    window: int = 8


SMALL = Plan(
    readers=60,
    payers=10,
    twice=2,
    thieves=5,
    rounds=3,
    stalls=1,
    stalled=2.0,
    patience=60.0,
    rate=8,
    window=4,
)
SMALL_HOOK = replace(SMALL, by_webhook=True)
WHOLE = Plan(
    readers=5_000,
    payers=200,
    twice=20,
    thieves=50,
    rounds=60,
    stalls=10,
    stalled=4.0,
    patience=600.0,
    opened=10,
)
WHOLE_HOOK = replace(WHOLE, by_webhook=True)


@dataclass(frozen=True, slots=True)
class Figures:
    """`slowest`: seconds until an answer, of honest payers and of forged questions; `forged`: questions, of
    which so many were `refused`; `wrongly`: payments of thieves and on second devices; `days`, `stars`: by
    how many the books are wrong; `wrong_pages`: readers who got a page that was not hers.
    """

    plan: Plan
    paid: int
    slowest: tuple[float, float]
    forged: int
    refused: int
    wrongly: int
    payments: int
    stored: int
    grants: int
    granted: int
    days: float
    stars: int
    thanked: int
    ended: int
    opened: int
    wrong_pages: int
    audit: Audit

    def findings(self) -> list[Finding]:
        return [
            all_of("payers who could pay", self.paid, self.plan.payers),
            at_most("longest wait of a payer", self.slowest[0], IN_TIME, " s"),
            at_most("longest wait for the answer to a forged question", self.slowest[1], IN_TIME, " s"),
            all_of("forged questions that were refused", self.refused, self.forged),
            at_most("payments that should not have been", self.wrongly, 0),
            all_of("payments that were stored", self.stored, self.payments),
            all_of("payments with exactly one grant", self.granted, self.payments),
            at_most("grants beyond that", self.grants - self.granted, 0),
            at_most("days by which readers' ends are wrong", self.days, 0),
            at_most("Stars by which the books are wrong", self.stars, 0),
            all_of("payers who were thanked once", self.thanked, self.paid),
            all_of("pushes that ended", self.ended, 1),
            at_least("readers who got the open page", self.opened, self.plan.opened),
            at_most("readers with a page that was not theirs", self.wrong_pages, 0),
            at_most("readers who got nothing, and no word about it", len(self.audit.lost), 0),
            at_most("readers who got it twice", len(self.audit.twice), 0),
            at_most("readers left unknown", self.audit.unknown, 0),
        ]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    issues.write(folder / "content", 0)
    with (folder / "content" / "publication.toml").open("a", encoding="utf-8") as file:
        file.write(PRICES)
    async with Environment(database, folder, readers=plan.readers, people=plan.thieves + 5) as env:
        port = free_port()
        hook: dict[str, Any] = {"port": port, "webhook": port} if plan.by_webhook else {}
        program = await env.program(rate=plan.rate, window=plan.window, unpaid=True, spacing=1.0, **hook)
        await env.crowd.asks(env.others[-1], "/help")  # it takes updates
        await env.tell("updates/duplicate", kind="successful_payment", times=plan.payers // 2)
        async with Watch(env.session, env.telegram) as watch:
            await program.move(issues.out_at(0))
            await reached(lambda: _copies(watch), 5, plan.patience)
            return await _pay(env, watch, plan)


async def _pay(env: Environment, watch: Watch, plan: Plan) -> Figures:
    till, forger = Till(env), Forger(env, env.readers[0], env.others[-2])
    turns = asyncio.Semaphore(AT_ONCE)
    async with together([stall(env.url, plan.stalls, plan.stalled)]):
        forging = asyncio.create_task(forger.forge(plan.rounds, plan.stalled / 2))
        payers = [_payer(env, till, plan, number, turns) for number in range(plan.payers)]
        paid, wrongly = map(sum, zip(*await asyncio.gather(*payers), strict=True))
        await forging
    payments = await _payments(env)
    stored = await reached(lambda: env.ask(STORED), len(payments), plan.patience)
    ended = await reached(lambda: env.ask(ENDED), 1, plan.patience)
    await reached(lambda: _thanked(watch), paid, 30.0)
    await watch.read()
    refused, slowest = await _answers(env, forger.asked)
    copies, opened, wrong_pages = _pages(watch.calls, till.began, await _pushed(env))
    states = await states_of(env.database, str(issues.monday(0)))
    return Figures(
        plan,
        paid,
        (max(till.waits, default=0.0), slowest),
        len(forger.asked),
        refused,
        wrongly + await env.ask(SECOND),
        len(payments),
        stored,
        await env.ask(GRANTS),
        await env.ask(GRANTED),
        await _wrong_days(env),
        await _wrong_stars(env, payments),
        await _thanked(watch),
        ended,
        opened,
        wrong_pages,
        audit(copies, states, env.readers),
    )


async def _payer(
    env: Environment, till: Till, plan: Plan, number: int, turns: asyncio.Semaphore
) -> tuple[int, int]:
    """Let a reader pay; return whether she has, and how many paid who should not have."""
    person, price = env.readers[-1 - number], ONCE if number % 2 else MONTHLY
    async with turns:
        link = await till.link(person, price)
        thieves = env.others[: plan.thieves] if number == 1 else ()
        till.began[person] = time.time()
        devices = 2 if number < plan.twice and price is MONTHLY else 1
        pressed = await asyncio.gather(*(till.press_pay(person, link) for _ in range(devices)))
        hers = sum(said["paid"] for said in pressed) or int(await till.pay(person, link))
        stolen = 0
        for begin in range(0, len(thieves), AT_ONCE):
            tries = (till.press_pay(thief, link) for thief in thieves[begin : begin + AT_ONCE])
            stolen += sum(said["paid"] for said in await asyncio.gather(*tries))
        return min(hers, 1), max(hers - 1, 0) + stolen


async def _copies(watch: Watch) -> int:
    await watch.read()
    return len(watch.copies(issues.marker(0)))


async def _thanked(watch: Watch) -> int:
    """Return how many were thanked exactly once."""
    thanks = Counter(call.chat for call in watch.calls if call.words.startswith(THANKS))
    return sum(times == 1 for times in thanks.values())


async def _payments(env: Environment) -> list[Mapping[str, Any]]:
    """Return what the local Telegram has taken from people for this bot."""
    return [row for row in await env.told("transactions") if "source" in row]


async def _pushed(env: Environment) -> dict[int, int]:
    """Return the number of the message that each reader got by the push."""
    async with env.database.read() as session:
        rows = await session.execute(text("SELECT reader_id, message_id FROM deliveries"))
        return {row.reader_id: row.message_id for row in rows if row.message_id}


async def _answers(env: Environment, asked: Mapping[str, float]) -> tuple[int, float]:
    """Return how many of these questions were refused, and the longest wait for an answer."""
    rows = await env.told("calls?limit=100000")
    answers = {
        str(row["payload"]["pre_checkout_query_id"]): row
        for row in rows
        if row["method"] == "answerPreCheckoutQuery"
    }
    answered = [answers[number] for number in asked if number in answers]
    waits = [
        datetime.fromisoformat(row["at"]).timestamp() - asked[str(row["payload"]["pre_checkout_query_id"])]
        for row in answered
    ]
    refused = sum(str(row["payload"]["ok"]).lower() == "false" for row in answered)
    return refused, max(waits, default=0.0)


def _pages(
    calls: Iterable[Called], began: Mapping[int, float], pushed: Mapping[int, int]
) -> tuple[Counter[int], int, int]:
    """Return how many copies each reader got, how many of them were open, and how many readers got the wrong
    page: an open one before they paid, or a locked one though they had been thanked when it was claimed.

    `pushed`: the number of each reader's copy. The page on which reading goes on after a payment is no copy.
    """
    copies, thanked = Counter[int](), dict[int, float]()
    opened = wrong = 0
    for call in calls:
        if call.words.startswith(THANKS):
            thanked.setdefault(call.chat, call.at)
        if not call.method.startswith("send") or issues.marker(0) not in call.words:
            continue
        if not call.locks:
            wrong += call.at < began.get(call.chat, float("inf"))
        if call.message != pushed.get(call.chat) and not call.locks and call.chat in thanked:
            continue
        copies[call.chat] += 1
        opened += not call.locks
        wrong += call.locks and call.at - CLAIMED_SECONDS > thanked.get(call.chat, call.at)
    return copies, opened, wrong


async def _wrong_days(env: Environment) -> float:
    """Return by how many days, in all, readers' ends differ from what they have paid, one after the other."""
    ends: dict[int, datetime] = {}
    async with env.database.read() as session:
        paid = await session.execute(charges.select().order_by(charges.c.paid_at, charges.c.charge_id))
        for row in paid:
            ends[row.reader_id] = max(ends.get(row.reader_id, row.paid_at), row.paid_at) + timedelta(row.days)
        rows = await session.execute(readers.select().where(readers.c.full_until.is_not(None)))
        stored = {row.id: row.full_until for row in rows}
    wrong = (ends.get(reader, START) - stored.get(reader, START) for reader in {*ends, *stored})
    return float(sum(abs(span.total_seconds()) for span in wrong) / 86_400)


async def _wrong_stars(env: Environment, payments: Iterable[Mapping[str, Any]]) -> int:
    """Return by how many Stars, in all, the charges differ from the local Telegram's transactions."""
    async with env.database.read() as session:
        query = text("SELECT charge_id, stars FROM charges WHERE reader_id IS NOT NULL")
        stored = {row.charge_id: row.stars for row in await session.execute(query)}
    told = {row["id"]: int(row["amount"]) for row in payments}
    return sum(abs(stored.get(number, 0) - told.get(number, 0)) for number in {*stored, *told})
