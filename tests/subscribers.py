"""Promotions that run, prices, and readers who pay."""

from datetime import datetime, timedelta

from bot.db.readers import grants, readers
from bot.db.subscriptions import offers, star_subscriptions
from bot.domain.readers.grants import FOREVER, Grant, Source
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.services.subscriptions.access import update_access
from telegram_simulator import Person
from tests.world import ADMIN, PUBLICATION, World

PROMOTION = """
[[offers]]
id = "HOLIDAY"
auto = true
label.en = "Holiday Special: 30 days for $0"
label.es = "Especial de verano: 30 días por $0"
about.en = "Every section for 30 days, without a card. Until January 6."
about.es = "Todas las secciones durante 30 días, sin tarjeta. Hasta el 6 de enero."
days = 30
starts = 2025-12-15
ends = 2026-01-06
"""
SPECIAL = {"en": "Holiday Special: 30 days for $0", "es": "Especial de verano: 30 días por $0"}
TAKE = "do:offer:HOLIDAY:30"

PRICES = """
[[prices]]
stars = 250
days = 30
renews = true
label.en = "Monthly, renews every 30 days"
label.es = "Mensual, se renueva cada 30 días"

[[prices]]
stars = 2400
days = 365
label.en = "365 days, paid once"
label.es = "365 días, en un solo pago"

[[prices]]
stars = 2000
days = 365
gift = true
label.en = "A year for a friend"
label.es = "Un año para alguien"
"""
CODE = """
[[offers]]
code = "LANTERN"
label.en = "Lantern Night"
label.es = "Noche de los Candiles"
days = 30
"""


async def publish(world: World, *more: str, trial_days: int = 7) -> None:
    """Let publication.toml say this too."""
    text = PUBLICATION.replace("trial_days = 7", f"trial_days = {trial_days}") + "\n".join(more)
    (world.content / "publication.toml").write_text(text, encoding="utf-8")
    await world.reload()


def promotion_for(who: str, **more: str) -> str:
    """Return the promotion, for these readers only; `more` of its fields."""
    fields = {"who": f'"{who}"', **more}
    return PROMOTION + "".join(f"{name} = {value}\n" for name, value in fields.items())


async def end_promotion(world: World) -> None:
    """Let an admin end the promotion."""
    async with world.program.core.database.write() as session:
        assert await offers.end(session, "HOLIDAY", ADMIN, world.clock.now())
    await world.program.core.closed_offers.refresh()


async def use_up_promotion(world: World, cap: int) -> None:
    """Let others take the promotion until its cap is reached."""
    async with world.program.core.database.write() as session:
        for _ in range(cap):
            assert await offers.take(session, "HOLIDAY", cap)
    await world.program.core.closed_offers.refresh()


async def give(
    world: World, person: Person, source: Source, days: int | None = None, *, source_id: str = "a"
) -> datetime:
    """Give a reader access from this source, so many days or for ever; return when it was given."""
    await world.ask(person, "/start")
    now = world.clock.now()
    grant = Grant(source, f"{source_id}:{person.id}", now, days=days, until=None if days else FOREVER)
    async with world.program.core.database.write() as session:
        assert await grants.add(session, person.id, grant)
        await update_access(session, person.id, now)
    return now


async def subscribe(world: World, person: Person, stars: int = 250) -> StarSubscription:
    """Let a reader pay her first 30 days of a subscription that renews, a moment ago."""
    now = await give(world, person, Source.STARS, 30, source_id="charge")
    subscription = StarSubscription(
        payload=f"a payload of {person.id}",
        reader_id=person.id,
        stars=stars,
        days=30,
        first_charge_id=f"charge:{person.id}",
        expires_at=now + timedelta(days=30),
        state=State.ACTIVE,
        cancelled_by=None,
        heard_at=now,
    )
    await put(world, subscription)
    return subscription


async def put(world: World, subscription: StarSubscription) -> None:
    async with world.program.core.database.write() as session:
        await star_subscriptions.put(session, subscription)
        await update_access(session, subscription.reader_id, world.clock.now())


async def change(world: World, person: Person, **columns: str | datetime | None) -> None:
    """Change what the database keeps of a reader."""
    async with world.program.core.database.write() as session:
        await readers.change(session, person.id, **columns)


CANCELLERS = {"reader": CancelledBy.READER, "bot": CancelledBy.BOT}
