"""What stands on the bot's own page in Telegram, before anyone starts it."""

import asyncio
from pathlib import Path

from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.domain.content.publication import read
from bot.telegram.chat.bot_profile import Profile
from tests.databases import address, make_impatient, on_sqlite
from tests.waiting import until
from tests.world import PUBLICATION, World

KINDS = ("Description", "ShortDescription")


async def said(world: World, what: str, language: str = "") -> str:
    answer = await world.call(f"getMy{what}", language_code=language)
    return str(next(iter(answer.values())))


async def described(world: World) -> None:
    """Wait until each kind was asked for in each language, and what was to be set is set."""

    async def is_done() -> bool:
        return all([await said(world, what, code) for what in KINDS for code in ("", "en", "es")])

    await until(is_done)


async def test_the_bot_describes_itself_in_each_language(introduced: World) -> None:
    await described(introduced)
    assert await said(introduced, "Description", "es") == (
        "The Test Post: un resumen para pruebas.\n\nCada lunes a las 07:00 (Asunción) sale una nueva edición."
    )
    assert await said(introduced, "ShortDescription") == "The Test Post: a briefing for tests."
    assert not introduced.telegram.ledger.of(method="setMyName")


async def test_what_somebody_else_has_set_stays_and_what_we_set_follows_the_publication(
    introduced: World,
) -> None:
    await described(introduced)
    await introduced.call("setMyDescription", description="Written by hand", language_code="es")
    file = introduced.content / "publication.toml"
    file.write_text(file.read_text("utf-8").replace("a briefing for", "news for"), encoding="utf-8")
    await introduced.restart()

    async def has_followed() -> bool:
        return await said(introduced, "ShortDescription") == "The Test Post: news for tests."

    await until(has_followed)
    assert await said(introduced, "Description", "es") == "Written by hand"


async def test_the_name_is_set_only_where_that_is_asked_for(content: Path, data_folder: Path) -> None:
    file = content / "publication.toml"
    file.write_text("set_name = true\n" + file.read_text("utf-8"), encoding="utf-8")
    async with World(content, data_folder, menus=True) as world:
        await until(lambda: world.telegram.ledger.of(method="setMyName"))
        await described(world)
        assert await said(world, "Name", "es") == "The Test Post"


@on_sqlite
async def test_a_description_is_set_also_where_the_database_was_away_for_a_time(
    introduced: World, data_folder: Path
) -> None:
    await described(introduced)
    make_impatient(data_folder, 0.05)
    impatient = Database(address(data_folder))
    changed = read(PUBLICATION.replace("a briefing for", "news for"))
    profile = Profile(introduced.program.core.transport, impatient, introduced.clock, lambda: changed)
    asked = len(introduced.telegram.ledger.of(method="getMyDescription"))
    async with introduced.program.core.database.write() as session:
        await timestamps.put(session, "held", introduced.clock.now())
        publishing = asyncio.create_task(profile.set_all())
        await until(lambda: len(introduced.telegram.ledger.of(method="getMyDescription")) > asked + 1)
    await publishing
    await impatient.close()
    assert await said(introduced, "ShortDescription") == "The Test Post: news for tests."
