"""Telegram's question before a payment is answered in time, whatever else runs."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.engine.session import Database
from bot.domain.delivery.campaign import State
from bot.domain.subscriptions.payload import Payload
from telegram_simulator import Latency, PaymentRefused, Person
from tests.conversations.stars import MONTHLY, ONCE, link, offered, rich, sell
from tests.databases import on_postgresql, on_sqlite
from tests.delivery.mondays import Monday
from tests.waiting import until
from tests.web.hooks import bring, hooked
from tests.world import MONDAY, TOKEN, World, last

IN_TIME = 3.0
ANA = {"id": 5_000_000_001, "is_bot": False, "first_name": "Ana", "language_code": "es"}


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


async def pays_in_time(person: Person, address: str) -> None:
    """Pay by a link; TimeoutError where the bot takes longer than `IN_TIME`."""
    async with asyncio.timeout(IN_TIME):
        await person.pays(address)


@asynccontextmanager
async def nobody_writes(database: Database) -> AsyncIterator[None]:
    """Let another process keep everybody from storing updates."""
    if not database.is_shared:
        other = await asyncio.to_thread(_writing, str(database.url.database))
        yield
        other.close()
        return
    async with holding(database, "LOCK TABLE inbox IN EXCLUSIVE MODE"):
        yield


def _writing(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


@asynccontextmanager
async def holding(database: Database, lock: str) -> AsyncIterator[None]:
    """Let another process hold a lock on PostgreSQL."""
    engine = create_async_engine(database.url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(lock))
        yield
    await engine.dispose()


async def test_telegram_is_asked_for_all_that_payments_need(world: World) -> None:
    await world.ask(world.person(), "/help")
    poll = world.telegram.ledger.of(method="getUpdates")[-1]
    assert {"message", "pre_checkout_query", "subscription"} <= {*poll.payload["allowed_updates"]}


async def test_a_payer_is_answered_while_updates_wait_for_the_database(world: World) -> None:
    ana, ben = rich(world), world.person(5_000_000_002)
    offer = await offered(world, ana, MONTHLY)
    database = world.program.core.database
    async with nobody_writes(database):
        ben.writes("/search lighthouse")
        await until(lambda: _fetched(world, "lighthouse"))
        await pays_in_time(ana, link(offer))
    await world.wait_until_idle(30.0)
    assert "Thank you!" in last(ana).text
    assert "lighthouse" in last(ben).text


def _fetched(world: World, words: str) -> bool:
    """Tell whether a poll has brought this message."""
    return any(words in str(row.result) for row in world.telegram.ledger.of(method="getUpdates"))


@on_postgresql
async def test_while_the_database_hangs_the_answer_is_no_in_words(world: World) -> None:
    ana = rich(world, "es")
    offer = await offered(world, ana, ONCE)
    async with holding(world.program.core.database, "LOCK TABLE charges IN ACCESS EXCLUSIVE MODE"):
        with pytest.raises(PaymentRefused, match="No pude comprobar este pago, así que no se te cobró nada"):
            await pays_in_time(ana, link(offer))
    await pays_in_time(ana, link(offer))


@on_postgresql
async def test_where_nobody_knows_whether_she_pays_for_another_the_answer_is_no(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, MONTHLY)
    async with holding(world.program.core.database, "LOCK TABLE checkouts IN ACCESS EXCLUSIVE MODE"):
        with pytest.raises(PaymentRefused, match="I couldn’t check this payment, so you weren’t charged"):
            await pays_in_time(ana, link(offer))
    world.later(seconds=61)
    await pays_in_time(ana, link(offer))


async def test_where_the_database_fails_the_answer_is_no_in_words(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, ONCE)
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE charges RENAME TO hidden")
    with pytest.raises(PaymentRefused, match="I couldn’t check this payment"):
        await pays_in_time(ana, link(offer))
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO charges")


async def test_payers_are_answered_in_time_during_a_push(content: Path, data_folder: Path) -> None:
    async with Monday.of(content, data_folder) as monday:
        await monday.enrol(150)
        payers = [rich(monday.world, number=5_200_000_000 + number) for number in range(15)]
        links = [link(await offered(monday.world, payer, MONTHLY)) for payer in payers]
        monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.05))
        await monday.push()
        await monday.at_least(5, State.SENT)
        await asyncio.gather(*(pays_in_time(*pair) for pair in zip(payers, links, strict=True)))
        await monday.ended()
        await monday.world.wait_until_idle(30.0)
        assert all(any("Thank you!" in bubble.text for bubble in payer.sees) for payer in payers)


@pytest.mark.parametrize("count", [1, 2], ids=["by one link", "by two links"])
async def test_of_two_devices_that_subscribe_at_once_one_does(world: World, count: int) -> None:
    ana = rich(world)
    links = [link(await offered(world, ana, MONTHLY)) for _ in range(count)]
    both = await asyncio.gather(ana.pays(links[0]), ana.pays(links[-1]), return_exceptions=True)
    (refusal,) = [refused for refused in both if isinstance(refused, PaymentRefused)]
    assert "I couldn’t check this payment, so you weren’t charged" in str(refusal)
    await world.wait_until_idle()
    assert len(ana.stars.subscriptions) == 1
    with pytest.raises(PaymentRefused, match="You have a subscription already"):
        await ana.pays(links[0])


async def test_who_was_not_charged_may_subscribe_a_minute_later(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, MONTHLY)
    world.telegram.payments.declines = 1
    with pytest.raises(PaymentRefused):
        await ana.pays(link(offer))
    world.later(seconds=61)
    await ana.pays(link(offer))
    assert len(ana.stars.subscriptions) == 1


async def test_a_query_that_comes_twice_is_answered_once(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, ONCE)
    world.telegram.disruptions(TOKEN).duplicate("pre_checkout_query")
    await ana.pays(link(offer))
    await world.wait_until_idle()
    assert len(world.telegram.ledger.of(method="answerPreCheckoutQuery")) == 1


def query(world: World, **changed: Any) -> dict[str, Any]:
    """Return a pre-checkout query for the last link that was made, with some fields changed."""
    made = world.telegram.ledger.of(method="createInvoiceLink")[-1]
    fields = {
        "id": "77",
        "from": ANA,
        "currency": "XTR",
        "total_amount": 400,
        "invoice_payload": made.payload["payload"],
    }
    return fields | changed


def said(world: World) -> tuple[bool, str]:
    """Return the only answer to a pre-checkout query, and its words."""
    (row,) = world.telegram.ledger.of(method="answerPreCheckoutQuery")
    return row.payload["ok"] in {True, "true"}, str(row.payload.get("error_message", ""))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"total_amount": 399}, "El precio no coincide"),
        ({"currency": "USD"}, "El precio no coincide"),
        ({"from": ANA | {"id": 5_000_000_002}}, "Este enlace es de otra persona"),
        ({"total_amount": "400"}, "Esta factura no es mía"),
        ({"invoice_payload": "x"}, "Esta factura no es mía"),
        ({"invoice_payload": 7}, "Esta factura no es mía"),
        ({"invoice_payload": "month-1 ' OR 1=1 --"}, "Esta factura no es mía"),
    ],
    ids=repr,
)
async def test_what_does_not_fit_is_refused_in_the_payers_language(
    world: World, changed: dict[str, Any], words: str
) -> None:
    await offered(world, rich(world, "es"), ONCE)
    await world.push(pre_checkout_query=query(world, **changed))
    allowed, told = said(world)
    assert not allowed
    assert words in told
    assert "no se te cobró nada" in told


@on_sqlite
async def test_the_price_of_a_link_is_the_one_that_was_signed(world: World) -> None:
    """Who changes a payload cannot sign it."""
    await offered(world, rich(world, "es"), ONCE)
    forged = Payload(ANA["id"], 1, 3_650, renews=False, made_at=MONDAY, nonce="0" * 8)  # type: ignore[arg-type]
    texts = [forged.signed(b"another key"), query(world)["invoice_payload"].replace(".400.90.", ".1.90.")]
    for number, payload in enumerate(texts):
        body = query(world, id=str(number), total_amount=1, invoice_payload=payload)
        await world.push(pre_checkout_query=body)
    rows = world.telegram.ledger.of(method="answerPreCheckoutQuery")
    assert [row.payload["ok"] in {True, "true"} for row in rows] == [False, False]


async def test_by_webhook_the_next_question_waits_for_no_database(content: Path, data_folder: Path) -> None:
    """Telegram brings a payer's questions one after the other."""
    async with hooked(content, data_folder) as world:
        await offered(world, rich(world, "es"), ONCE)
        async with nobody_writes(world.program.core.database), asyncio.timeout(IN_TIME):
            for number in range(3):
                question = query(world, id=str(number), total_amount=1)
                body = {"update_id": 900 + number, "pre_checkout_query": question}
                assert await bring(world.program, body) == 200


async def test_by_webhook_a_payment_may_come_before_its_question(content: Path, data_folder: Path) -> None:
    """Telegram brings them in different lanes."""
    async with hooked(content, data_folder) as world:
        await offered(world, rich(world, "es"), ONCE)
        paid = {
            "currency": "XTR",
            "total_amount": 400,
            "invoice_payload": query(world)["invoice_payload"],
            "telegram_payment_charge_id": "charge",
            "provider_payment_charge_id": "",
        }
        message = {
            "message_id": 900,
            "date": int(world.clock.now().timestamp()),
            "chat": {"id": ANA["id"], "type": "private", "first_name": "Ana"},
            "from": ANA,
            "successful_payment": paid,
        }
        updates = [
            {"update_id": 9_001, "message": message},
            {"update_id": 9_000, "pre_checkout_query": query(world)},
        ]
        assert [await bring(world.program, update) for update in updates] == [200, 200]
        await world.wait_until_idle()
        assert said(world) == (True, "")
        assert "¡Gracias!" in last(world.person(language="es")).text
        assert await bring(world.program, updates[1]) == 200
        assert len(world.telegram.ledger.of(method="answerPreCheckoutQuery")) == 1
