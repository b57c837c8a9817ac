"""What belongs together is gathered from the inbox, whichever process brought its parts."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextvars import Context
from typing import Any

import pytest

from bot.db.engine.session import Database
from bot.db.tables import inbox
from bot.telegram.updates import grouped
from bot.telegram.updates.grouped import Kind
from tests.telegram.inboxes import ANA, PATIENCE, update_inbox
from tests.waiting import until

LONG = "/broadcast " + "x" * 4_000


class Kept:
    """Handles updates by keeping what they were."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    async def handle(self, update: dict[str, Any], *, last: bool) -> str | None:  # noqa: ARG002  # not asked here
        self.seen.append(update)
        return None


class Waits:
    """Passes at once; `then` happens when so many seconds were waited for."""

    def __init__(self, seconds: float, then: Callable[[], Any]) -> None:
        self.passed = 0.0
        self._seconds = seconds
        self._then = then

    async def __call__(self, seconds: float) -> None:
        self.passed += seconds
        if self.passed == self._seconds:
            await self._then()
        await asyncio.sleep(0)


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    opened = [Database(database_url), Database(database_url)]
    yield opened
    for database in opened:
        await database.close()


def text(
    number: int, words: str, person: int = ANA, date: int = 1_766_404_800, **more: Any
) -> dict[str, Any]:
    chat = {"id": person, "type": "private"}
    message = {
        "message_id": number,
        "date": date,
        "chat": chat,
        "from": {"id": person},
        "text": words,
        **more,
    }
    return {"update_id": number, "message": message}


@pytest.mark.parametrize("seconds", [0.25, 1.75, 2.0])
async def test_the_second_half_may_come_two_seconds_later_and_to_another_process(
    databases: list[Database], seconds: float
) -> None:
    store, nobody = Kept(), Kept()
    other = update_inbox(databases[1], nobody.handle, "b")
    waits = Waits(seconds, lambda: other.take([text(2, "the end", date=1_766_404_801), text(3, "hello")]))
    mine = update_inbox(databases[0], store.handle, "a", sleep=waits)
    await mine.resume()
    await other.resume()
    await mine.take([text(1, LONG)])
    await asyncio.wait_for(mine.wait_until_handled(), PATIENCE)
    await asyncio.wait_for(other.wait_until_handled(), PATIENCE)
    whole, *rest = [*store.seen, *nobody.seen]
    assert grouped.texts(whole) == [LONG, "the end"]
    assert [update["update_id"] for update in rest] == [3]
    await mine.stop()
    await other.stop()
    async with databases[0].read() as session:
        rows = (await session.execute(inbox.select())).all()
    assert [row.handled_at is not None for row in rows] == [True] * 3


async def test_nothing_is_waited_for_longer_than_two_seconds_and_others_do_not_wait(
    databases: list[Database],
) -> None:
    store, luz = Kept(), ANA + 1

    async def arrives() -> None:
        await mine.take([text(2, "/latest", luz)])
        await until(lambda: store.seen)

    waits = Waits(2.0, arrives)
    mine = update_inbox(databases[0], store.handle, "a", sleep=waits)
    await mine.resume()
    await mine.take([text(1, LONG)])
    await asyncio.wait_for(mine.wait_until_handled(), PATIENCE)
    assert [update["update_id"] for update in store.seen] == [2, 1]
    assert waits.passed == 2.0
    await mine.stop()


async def test_an_ordinary_message_does_not_wait_at_all(databases: list[Database]) -> None:
    store, waits = Kept(), Waits(-1, asyncio.Event().wait)
    mine = update_inbox(databases[0], store.handle, "a", sleep=waits)
    await mine.resume()
    ordinary = ["/latest", "hello", "/broadcast " + "x" * 3_984]
    await mine.take([text(number, words) for number, words in enumerate(ordinary, 1)])
    await asyncio.wait_for(mine.wait_until_handled(), PATIENCE)
    assert len(store.seen) == 3
    assert waits.passed == 0.0
    await mine.stop()


async def test_a_stop_in_the_wait_leaves_both_halves_for_the_next_program(databases: list[Database]) -> None:
    store, again = Kept(), Kept()
    stopping: list[asyncio.Task[None]] = []

    async def stop() -> None:
        # Not as part of what is handled, whose fencing tokens it would have.
        stopping.append(asyncio.create_task(mine.stop(), context=Context()))
        await asyncio.wait(stopping, timeout=1.0)  # until it waits for nobody but us

    mine = update_inbox(databases[0], store.handle, "a", sleep=Waits(0.5, stop))
    await mine.resume()
    await mine.take([text(1, LONG)])
    await until(lambda: stopping)
    await stopping[0]
    assert store.seen == []
    following = update_inbox(databases[1], again.handle, "b", sleep=Waits(-1, stop))
    await following.take([text(2, "the end")])
    await following.resume()
    await asyncio.wait_for(following.wait_until_handled(), PATIENCE)
    (whole,) = again.seen
    assert grouped.kind_of(whole) is Kind.CUT
    await following.stop()


async def test_halves_of_two_writers_are_not_mixed(databases: list[Database]) -> None:
    store, luz = Kept(), ANA + 1
    mine = update_inbox(databases[0], store.handle, "a", sleep=Waits(-1, asyncio.Event().wait))
    await mine.resume()
    await mine.take([text(1, LONG), text(2, LONG, luz), text(3, "Ana's end"), text(4, "Luz's end", luz)])
    await asyncio.wait_for(mine.wait_until_handled(), PATIENCE)
    assert sorted(grouped.texts(update)[1] for update in store.seen) == ["Ana's end", "Luz's end"]
    await mine.stop()


@pytest.mark.parametrize(
    "later",
    [
        text(2, "the end", date=1_766_404_803),
        text(2, "the end", date=1_766_404_799),
        text(2, "the end", forward_origin={"type": "hidden_user"}),
        text(2, "the end", via_bot={"id": 7}),
        text(2, "the end", chat={"id": -5, "type": "group"}),
        text(2, "the end", message_thread_id=9, is_topic_message=True),
        text(2, "/latest now", date=1_766_404_802),
    ],
    ids=["later", "earlier", "forwarded", "of a bot", "elsewhere", "another topic", "a later command"],
)
async def test_what_belongs_to_no_half_is_left_alone(later: dict[str, Any]) -> None:
    assert grouped.parts(Kind.CUT, text(1, LONG), [later]) == []


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"id": "x"}, True])
@pytest.mark.parametrize(
    "name", ["date", "chat", "from", "text", "forward_origin", "media_group_id", "sender_chat"]
)
async def test_odd_fields_break_nothing(name: str, value: object) -> None:
    odd = text(1, LONG)
    odd["message"][name] = value
    for kind in Kind:
        updates = [odd, *grouped.parts(kind, odd, [odd, text(2, "x")])]
        assert json.dumps(grouped.as_one(kind, updates))
    assert grouped.begins(odd) in (None, *Kind)
    grouped.thing(odd)
