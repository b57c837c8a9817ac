"""/help, /privacy, and the command menus."""

import pytest

from bot.domain.commands import RESERVED
from bot.telegram.commands import COMMANDS
from tests.world import ADMIN, World

ABOUT_ONE_READER = {"trial", "account", "settings", "language", "stop"}


async def test_help_lists_what_a_reader_may_ask_and_nothing_for_admins(world: World) -> None:
    answer = await world.ask(world.person(), "/help")
    assert "I bring you The Test Post." in answer.text
    for command in COMMANDS:
        assert (f"/{command.name}:" in answer.text) == (not command.admin and command.name != "start")


async def test_help_shows_how_to_write_what_follows_a_command(world: World) -> None:
    english = (await world.ask(world.person(), "/help")).text
    assert "as in /section politics" in english
    assert "as in /search river" in english
    spanish = (await world.ask(world.person(5_000_000_002, "es"), "/help")).text
    assert "por ejemplo /search río" in spanish


async def test_help_lists_an_admin_s_commands_to_an_admin(world: World) -> None:
    assert "/grant:" in (await world.ask(world.admin(), "/help")).text


async def test_help_tells_admins_alone_how_to_look_at_what_is_to_come(world: World) -> None:
    words = "Issues that are not out yet stand at the top of /archive"
    assert words in (await world.ask(world.admin(), "/help")).text
    assert words not in (await world.ask(world.person(), "/help")).text
    assert words not in (await world.answers(world.admin(), "/help", world.group()))[-1].text


async def test_privacy_says_what_is_kept(world: World) -> None:
    assert "I keep your Telegram ID" in (await world.ask(world.person(), "/privacy")).text
    assert "Guardo tu ID" in (await world.ask(world.person(5_000_000_002, "es"), "/privacy")).text


@pytest.mark.parametrize("code", ["", "en", "es"])
async def test_the_menus_speak_the_reader_s_language(world: World, code: str) -> None:
    await world.published()
    rows = await menu(world, {"type": "all_private_chats"}, code)
    about = {row["command"]: row["description"] for row in rows}
    assert about["latest"] == ("la edición de esta semana" if code == "es" else "this week’s issue")
    assert set(about) == {command.name for command in COMMANDS if not command.admin} - {"start"}


async def test_the_menu_of_groups_holds_nothing_about_one_reader(world: World) -> None:
    await world.published()
    names = {row["command"] for row in await menu(world, {"type": "all_group_chats"}, "es")}
    assert "latest" in names
    assert names.isdisjoint(ABOUT_ONE_READER | {"grant"})


async def test_an_admin_sees_the_admins_menu_after_start(world: World) -> None:
    await world.ask(world.admin("es"), "/start")
    about = {row["command"]: row["description"] for row in await menu(world, chat(ADMIN))}
    assert about["grant"] == "dar días de acceso a un lector"


async def test_a_reader_who_chooses_a_language_gets_the_menu_in_it(world: World) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/language")
    await world.tap(ana, "Español")
    about = {row["command"]: row["description"] for row in await menu(world, chat(ana.id))}
    assert about["latest"] == "la edición de esta semana"
    assert "grant" not in about


async def test_every_command_is_reserved_so_that_no_section_takes_its_name() -> None:
    assert {command.name for command in COMMANDS} <= RESERVED


def chat(number: int) -> dict[str, object]:
    return {"type": "chat", "chat_id": number}


async def menu(world: World, scope: dict[str, object], code: str = "") -> list[dict[str, str]]:
    rows: list[dict[str, str]] = await world.call("getMyCommands", scope=scope, language_code=code)
    return rows
