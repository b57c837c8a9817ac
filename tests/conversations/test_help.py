"""/help, /privacy, and the command menus."""

import re
from pathlib import Path

import pytest

from bot.domain.content.commands import RESERVED
from bot.telegram.chat.capability import Where, Who
from tests.waiting import until
from tests.world import ADMIN, PUBLICATION, World, data, labels, last

ABOUT_ONE_READER = {"trial", "account", "settings", "language", "stop"}
SIX = ["latest", "sections", "archive", "search", "account", "settings"]
REST = {"topstory", "language", "feedback", "privacy", "stop"}
IN_PRIVACY = {"mydata", "deleteme"}
ELSEWHERE = {"trial", "section", "help", "start", *IN_PRIVACY}
"""The trial is offered by /account, a section by /sections, one's own data by /privacy."""


def offered_to_readers(world: World) -> set[str]:
    """Return the commands of readers that this publication offers."""
    publication = world.program.core.publication()
    commands = (command for command in world.commands if command.who is Who.EVERYONE)
    return {command.name for command in commands if command.offered(publication)}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_help_says_six_things_and_has_buttons_for_the_rest(world: World, language: str) -> None:
    answer = await world.ask(world.person(language=language), "/help")
    assert "The Test Post" in answer.text.splitlines()[0]
    assert re.findall(r"^/(\w+): ", answer.text, re.MULTILINE) == SIX
    assert {sent.removeprefix("do:run:") for sent in data(answer).values()} == REST
    readers = offered_to_readers(world)
    assert readers == {*SIX, *REST, *ELSEWHERE}


@pytest.mark.parametrize(
    ("language", "label", "said"),
    [
        ("en", "Privacy", "I keep your Telegram ID"),
        ("es", "Privacidad", "Guardo tu ID"),
        ("en", "Top story", "River rises"),
        ("es", "Tema de portada", "Crece el río"),
        ("en", "Write to the newsroom", "What would you like to tell the newsroom?"),
        ("es", "Dejar de recibir el boletín", "Listo"),
    ],
)
async def test_a_button_of_help_does_what_it_says(world: World, language: str, label: str, said: str) -> None:
    ana = world.person(language=language)
    await world.ask(ana, "/help")
    assert said in (await world.tap(ana, label)).text


async def test_help_in_a_group_lists_what_may_be_asked_there_and_has_no_buttons(world: World) -> None:
    (answer,) = await world.answers(world.person(), "/help", world.group())
    private = {command.name for command in world.commands if command.where is Where.PRIVATE}
    assert set(re.findall(r"^/(\w+): ", answer.text, re.MULTILINE)) == (
        {command.name for command in world.commands} - private - {"start"}
    )
    assert labels(answer) == []


@pytest.mark.parametrize(("code", "example"), [("en", "/economy;"), ("es", "/economia;")])
async def test_help_names_a_section_of_the_current_issue_in_the_reader_s_language(
    world: World, code: str, example: str
) -> None:
    ana = world.person(language=code)
    assert example in (await world.ask(ana, "/help")).text
    assert "canary" not in (await world.ask(ana, example.strip(";"))).text
    assert "🔒" in last(ana).text


async def test_help_shows_how_to_write_what_follows_a_command(world: World) -> None:
    english = (await world.ask(world.person(), "/help")).text
    assert "as in /search river" in english
    spanish = (await world.ask(world.person(5_000_000_002, "es"), "/help")).text
    assert "por ejemplo /search río" in spanish


@pytest.mark.parametrize(
    ("language", "said"), [("en", "For admins: /broadcast "), ("es", "Para administradores: /broadcast ")]
)
async def test_help_names_an_admin_s_commands_to_an_admin_alone(
    world: World, language: str, said: str
) -> None:
    answer = await world.ask(world.admin(language), "/help")
    assert said in answer.text
    assert "/grant" in answer.text
    assert re.findall(r"^/(\w+): ", answer.text, re.MULTILINE) == SIX
    for other in ("/help", "Help!"):
        assert "/grant" not in (await world.ask(world.person(), other)).text


async def test_help_tells_admins_alone_how_to_look_at_what_is_to_come(world: World) -> None:
    words = "Issues that aren’t out yet are at the top of /archive"
    assert words in (await world.ask(world.admin(), "/help")).text
    assert words not in (await world.ask(world.person(), "/help")).text
    assert words not in (await world.answers(world.admin(), "/help", world.group()))[-1].text


async def test_privacy_says_what_is_kept(world: World) -> None:
    assert "I keep your Telegram ID" in (await world.ask(world.person(), "/privacy")).text
    assert "Guardo tu ID" in (await world.ask(world.person(5_000_000_002, "es"), "/privacy")).text


@pytest.mark.parametrize("code", ["", "en", "es"])
async def test_the_menus_speak_the_reader_s_language(introduced: World, code: str) -> None:
    await introduced.published()
    rows = await menu(introduced, {"type": "all_private_chats"}, code)
    about = {row["command"]: row["description"] for row in rows}
    assert about["latest"] == ("la edición de esta semana" if code == "es" else "this week’s issue")
    assert set(about) == offered_to_readers(introduced) - {"start", *IN_PRIVACY}


async def test_the_menu_of_groups_holds_nothing_about_one_reader(introduced: World) -> None:
    await introduced.published()
    names = {row["command"] for row in await menu(introduced, {"type": "all_group_chats"}, "es")}
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


async def test_where_the_newsroom_takes_no_messages_nothing_offers_to_write_to_it(
    content: Path, data_folder: Path
) -> None:
    """Menus too, which are set anew at each start, also those that stand in admins' own chats."""
    async with World(content, data_folder, menus=True) as world:
        ada = world.admin()
        await world.ask(ada, "/start")
        assert "feedback" in {row["command"] for row in await menu(world, chat(ADMIN))}
        (content / "publication.toml").write_text(PUBLICATION + "feedback = false\n", encoding="utf-8")
        await world.restart()
        await until(lambda: len(menus_of(world, ADMIN)) >= 2)
        everyone: dict[str, object] = {"type": "all_private_chats"}
        for scope in (everyone, chat(ADMIN)):
            assert "feedback" not in {row["command"] for row in await menu(world, scope)}
        for person, word in ((world.person(), "/help"), (world.person(), "help"), (ada, "/help")):
            answer = await world.ask(person, word)
            assert "do:run:feedback" not in data(answer).values()
            assert "/feedback" not in answer.text
        assert "/feedback" not in (await world.ask(world.person(), "/feedbak")).text


@pytest.mark.parametrize(("off", "command"), [("feedback = false", "feedback"), ("trial_days = 0", "trial")])
async def test_a_menu_of_her_own_loses_what_is_offered_no_more_once_she_asks_for_it(
    world: World, off: str, command: str
) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/language")
    await world.tap(ana, "Español")
    assert command in {row["command"] for row in await menu(world, chat(ana.id))}
    changed = f"{off}\n{PUBLICATION.replace('trial_days = 7', '')}"
    (world.content / "publication.toml").write_text(changed, encoding="utf-8")
    await world.reload()
    await world.ask(ana, f"/{command}")
    assert command not in {row["command"] for row in await menu(world, chat(ana.id))}


async def test_a_reader_who_speaks_another_language_than_her_phone_gets_her_menu_at_each_start(
    world: World,
) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/language")
    await world.tap(ana, "Español")
    await world.call("deleteMyCommands", scope=chat(ana.id))
    await world.ask(ana, "/start")
    about = {row["command"]: row["description"] for row in await menu(world, chat(ana.id))}
    assert about["latest"] == "la edición de esta semana"


async def test_every_command_is_reserved_so_that_no_section_takes_its_name(world: World) -> None:
    assert {command.name for command in world.commands} <= RESERVED


def menus_of(world: World, number: int) -> list[object]:
    """Return the menus that were set for one chat."""
    rows = world.telegram.ledger.of(method="setMyCommands")
    return [row.payload["commands"] for row in rows if row.payload["scope"] == chat(number)]


def chat(number: int) -> dict[str, object]:
    return {"type": "chat", "chat_id": number}


async def menu(world: World, scope: dict[str, object], code: str = "") -> list[dict[str, str]]:
    rows: list[dict[str, str]] = await world.call("getMyCommands", scope=scope, language_code=code)
    return rows
