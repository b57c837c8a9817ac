"""Readers who try everything against offers, codes, payments and their own data."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.db.tables import charges, star_subscriptions
from bot.domain.readers.grants import GRACE
from bot.domain.subscriptions.star_subscription import State
from telegram_simulator import Person
from tests.conversations.stars import MONTHLY, ONCE, PRICES, link, offered, rich
from tests.offers import ALL, new_codes
from tests.world import PUBLICATION, World, labels, last

ODD = (
    "",
    "no",
    "yes:yes",
    "-1",
    "0",
    "1" * 40,
    "٣",
    "²",
    "9" * 19,
    "HOLIDAY",
    "HOLIDAY:14",
    "HOLIDAY:14:after",
    "HOLIDAY:99999999999999999999",
    "PRINTED:10:after",
    "LANTERN:30:after",
    "LANTERN:31",
    "\x00:1",
    "\u202eNRETNAL:30",
    "' OR 1=1--:30",
    "30r-250",
    "30r-1",
    "cancel:yes",
    "cancel:maybe",
    "renew",
)
NAMES = (
    *("offer", "offers:yes", "offers:end", "offers:list", "pay", "stars"),
    *("code", "deleteme", "trial", "mydata"),
)
FREE = {
    "trial": ("do:trial:7:after", 7),
    "code": ("do:code:LANTERN:30", 30),
    "promotion": ("do:offer:HOLIDAY:14:after", 14),
}


@pytest.fixture
def content(content: Path) -> Path:
    (content / "publication.toml").write_text(f"{PUBLICATION}{ALL}{PRICES}", encoding="utf-8")
    return content


async def grants(world: World, person: Person) -> list[str]:
    async with world.program.core.database.read() as session:
        query = text("SELECT source FROM grants WHERE reader_id = :id ORDER BY given_at")
        return list((await session.execute(query, {"id": person.id})).scalars())


async def errors(world: World) -> list[str]:
    """Return what went wrong while updates were handled."""
    async with world.program.core.database.read() as session:
        query = text("SELECT error FROM inbox WHERE error IS NOT NULL")
        return list((await session.execute(query)).scalars())


@pytest.mark.parametrize("place", ["private", "group"])
async def test_forged_buttons_break_nothing_and_give_nothing_in_groups(world: World, place: str) -> None:
    mia, group = rich(world), None
    message = await world.ask(mia, "/help")
    if place == "group":
        group = world.group()
        message = (await world.answers(mia, "/latest", group))[-1]
    for name in NAMES:
        for odd in ODD:
            data = f"do:{name}:{odd}".encode()[:64].decode(errors="ignore")
            mia.taps(message.message_id, data=data, group=group)
        await world.wait_until_idle(60.0)
    assert await errors(world) == []
    held = await grants(world, mia)
    assert held == [] if group else set(held) <= {"offer", "trial"}
    assert not mia.stars.subscriptions


async def test_one_code_in_fifty_spellings_is_redeemed_once(world: World) -> None:
    mia, (code,) = world.person(), await new_codes(world)
    await world.ask(mia, "/help")
    chance = random.Random(7)  # noqa: S311  # nothing here is secret
    for _ in range(50):
        spelt = "".join(chance.choice((sign.lower(), sign.upper())) for sign in code)
        spelt = spelt.replace("-", chance.choice(("-", " ", "", "–", "_", "  ")))
        mia.writes(chance.choice(("", "/redeem ", "code ", "Código: ")) + spelt)
        mia.taps(last(mia).message_id, data=f"do:code:{spelt}:10"[:64])
    await world.wait_until_idle(60.0)
    assert await errors(world) == []
    assert await grants(world, mia) == ["offer"]


async def test_words_that_no_person_types_break_nothing(world: World) -> None:
    mia = world.person()
    await world.ask(mia, "/help")
    odd = ("\x00", "LAN\x00TERN", "\u202eLANTERN", "LANTERN\u200b", "x" * 4_000, "' OR 1=1", "💡" * 50)
    for words in odd:
        for before in ("", "/redeem ", "/start c_", "/deleteme ", "/subscribe ", "/trial "):
            mia.writes(before + words)
    await world.wait_until_idle(60.0)
    assert await errors(world) == []
    assert set(await grants(world, mia)) <= {"offer"}


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_the_order_no_day_is_lost(world: World, seed: int) -> None:
    """Trial, promotion, code, two payments and a cancel, with days between them."""
    ana, chance = rich(world), random.Random(seed)  # noqa: S311  # nothing here is secret
    await world.ask(ana, "/help")
    free: list[tuple[datetime, int]] = []
    acts = ["trial", "code", "once", "monthly", "cancel", "promotion"]
    chance.shuffle(acts)
    for act in acts:
        await _act(world, ana, act, free)
        world.later(days=chance.choice((0, 0, 1, 8, 40)), seconds=chance.randrange(90))
        await world.wait_until_idle()
    now = world.clock.now()
    end = await paid_until(world, free)
    stored = (await world.reader(ana)).full_until
    assert await errors(world) == []
    if end > now:
        assert stored is not None
        assert abs(stored - end) < timedelta(seconds=5)
    else:
        assert stored is None or stored <= now


async def paid_until(world: World, free: list[tuple[datetime, int]]) -> datetime:
    """Count the end of all days that were had for nothing or paid, one after the other, and of the grace."""
    async with world.program.core.database.read() as session:
        paid = [(row.paid_at, row.days) for row in await session.execute(charges.select())]
        awaited: list[datetime] = [
            row.expires_at
            for row in await session.execute(star_subscriptions.select())
            if row.state == State.ACTIVE
        ]
    end = datetime.min.replace(tzinfo=UTC)
    for given, days in sorted([*free, *paid]):
        end = max(end, given) + timedelta(days=days)
    graces = [expires + GRACE for expires in awaited if end >= expires]
    return max([end, *graces])


async def _act(world: World, ana: Person, act: str, free: list[tuple[datetime, int]]) -> None:
    before = len(await grants(world, ana))
    at = world.clock.now()
    if act in {"once", "monthly"}:
        await ana.pays(link(await offered(world, ana, ONCE if act == "once" else MONTHLY)))
        await world.wait_until_idle()
        return
    if act == "cancel":
        asked = await world.tap(ana, data="do:stars:cancel")
        await world.tap(ana, labels(asked)[0])  # “Yes”, or what there is where nothing renews
        return
    data, days = FREE[act]
    ana.taps((await world.ask(ana, "/help")).message_id, data=data)
    await world.wait_until_idle()
    if len(await grants(world, ana)) > before:
        free.append((at, days))


async def test_old_buttons_two_hundred_at_once_in_any_order(world: World) -> None:
    ana, chance = rich(world), random.Random(3)  # noqa: S311  # nothing here is secret
    await ana.pays(link(await offered(world, ana, MONTHLY)))
    await world.wait_until_idle()
    for words in ("/account", "/subscribe", "/trial", "/deleteme", "/redeem LANTERN", "/settings", "/stop"):
        await world.ask(ana, words)
    buttons = [
        (bubble.message_id, button["callback_data"])
        for bubble in ana.sees
        for row in bubble.buttons or []
        for button in row
        if "callback_data" in button and "deleteme:1" not in button["callback_data"]
    ]
    forged = ("do:stars:cancel:yes", "do:stars:renew", "do:trial:7:after")
    buttons += [(ana.sees[0].message_id, data) for data in forged]
    for _ in range(200):
        message_id, data = chance.choice(buttons)
        ana.taps(message_id, data=data)
    await world.wait_until_idle(90.0)
    assert await errors(world) == []
    held = await grants(world, ana)
    assert held.count("stars") == 1
    assert held.count("trial") <= 1
    assert held.count("offer") <= 2
