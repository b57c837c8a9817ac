"""/audit: what admins did, newest first, in the words and the hours of whoever asks."""

from pathlib import Path

from bot.db.operations import audit
from tests.world import ADMIN, MONDAY, World, labels, last

ANA = 5_000_000_001
NOON = "Monday, December 22, 2025, at 09:00"


async def note(world: World, *acts: tuple[int | None, str, str]) -> None:
    async with world.program.core.database.write() as session:
        for admin_id, act, about in acts:
            await audit.add(session, admin_id, act, about, MONDAY)


def split(admin_id: int | None, *acts: str) -> list[tuple[int | None, str, str]]:
    """Read `act:about`, and let the first have been noted last."""
    return [(admin_id, *act.split(":", 1)) for act in reversed(acts)]  # type: ignore[misc]  # two each


def entries(text: str) -> list[str]:
    return text.split("\n\n")[1:]


async def test_nothing_is_a_sentence(world: World) -> None:
    assert (await world.ask(world.admin(), "/audit")).text == "No admin has done anything yet."


async def test_what_was_given_and_taken_back_stands_there_newest_first(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    for command in (f"/grant {ANA} 30", f"/grant {ANA} 30", f"/revoke {ANA}"):
        await world.ask(world.admin(), command)
    await world.tap(world.admin(), "Take back all 2")
    shown = entries((await world.ask(world.admin(), "/audit")).text)
    assert shown == [
        f"{NOON}, you:\nTaken back from {ANA}: access as a gift (30 days)",
        f"{NOON}, you:\nTaken back from {ANA}: access as a gift (30 days)",
        f"{NOON}, you:\n30 days of access given to {ANA}",
        f"{NOON}, you:\n30 days of access given to {ANA}",
    ]


async def test_every_act_has_its_words_in_both_languages(world: World) -> None:
    steered = ("pause", "resume", "cancel", "undo", "leave", "resend")
    confirmed = "broadcast:campaign 1 to inactive-8"
    await note(world, *split(7, confirmed, *(f"{act} campaign:campaign 1" for act in steered)))
    english = entries((await world.ask(world.admin(), "/audit")).text)
    assert [entry.split("\n")[1] for entry in english] == [
        "Broadcast confirmed: campaign 1, inactive for 8 weeks",
        "Paused: campaign 1",
        "Resumed: campaign 1",
        "Cancelled: campaign 1",
        "Undone before it began: campaign 1",
        "Left as it was, nothing sent again: campaign 1",
        "Sent again to those we couldn’t confirm: campaign 1",
    ]
    given = (f"grant:1 days to {ANA}", f"revoke:trial of 7 days from {ANA}")
    issues = ("send now:2025-12-22", "wait:2025-12-22", "not this one:2025-12-22")
    await note(world, *split(None, *given, *issues))
    await world.ask(world.admin(), "/language")
    await world.tap(world.admin(), data="do:set:language:es")
    spanish = entries((await world.ask(world.admin(), "/audit")).text)[:6]
    assert spanish[0].startswith("Lunes 22 de diciembre de 2025 a las 09:00, línea de comandos:\n")
    assert spanish[5].startswith("Lunes 22 de diciembre de 2025 a las 09:00, 7:\n")
    assert [entry.split("\n")[1] for entry in spanish] == [
        f"1 día de acceso para {ANA}",
        f"Se le quitó a {ANA}: la prueba gratis (7 días)",
        "Edición del 22 de diciembre de 2025: enviarla ya",
        "Edición del 22 de diciembre de 2025: esperar",
        "Edición del 22 de diciembre de 2025: no enviarla",
        "Anuncio confirmado: n.º 1, inactivos hace 8 semanas",
    ]


async def test_a_campaign_is_named_by_its_title(lively: World) -> None:
    ada = lively.admin()
    await lively.ask(ada, "/broadcast Hello <all> & everyone")
    await lively.tap(ada, "One text for everybody")
    await lively.tap(ada, "Everyone")
    await lively.tap(ada, "Confirm")
    (entry,) = entries((await lively.ask(ada, "/audit")).text)
    assert entry.split("\n")[1] == "Broadcast confirmed: “Hello <all> & everyone”, everyone"


async def test_what_is_not_known_is_shown_as_it_was_noted_cut_and_harmless(world: World) -> None:
    odd = (
        ("import <b>readers</b>", "a\nb\u202ec\0d & <i>".replace("\0", "")),
        ("grant", "days to nobody"),
        ("revoke", f"gift until never from {ANA}"),
        ("pause campaign", "campaign 99999999999999999999"),
        ("send now", "2025-13-45"),
        ("grant", "x" * 10_000),
        ("broadcast", "campaign 1 to <b>"),
        ("", ""),
    )
    await note(world, *((ADMIN, act, about) for act, about in reversed(odd)))
    shown = [entry.split("\n", 1)[1] for entry in entries((await world.ask(world.admin(), "/audit")).text)]
    assert shown == [
        "import <b>readers</b>: a b c d & <i>".replace("c d", "cd"),
        "grant: days to nobody",
        f"revoke: gift until never from {ANA}",
        "pause campaign: campaign 99999999999999999999",
        "send now: 2025-13-45",
        f"grant: {'x' * 59}…",
        "broadcast: campaign 1 to <b>",
        ":",
    ]


async def test_older_ones_are_a_tap_away_and_newer_ones_again(world: World) -> None:
    ada = world.admin()
    await note(world, *((ADMIN, "grant", f"{days} days to {ANA}") for days in range(2, 27)))
    first = await world.ask(ada, "/audit")
    assert (len(entries(first.text)), labels(first)) == (10, ["Older ▶"])
    assert "26 days" in entries(first.text)[0]
    second = await world.tap(ada, "Older ▶", on=first)
    assert (second.message_id, labels(second)) == (first.message_id, ["◀ Newer", "Older ▶"])
    third = await world.tap(ada, "Older ▶", on=second)
    assert (len(entries(third.text)), labels(third)) == (5, ["◀ Newer"])
    assert (await world.tap(ada, "◀ Newer", on=third)).text == second.text
    beyond = await world.tap(ada, data="do:audit:999999999", on=third)
    assert beyond.text == first.text


async def test_hours_are_those_of_the_admin_s_own_zone(world: World) -> None:
    await world.ask(world.admin(), "/start")
    await note(world, (ADMIN, "grant", f"30 days to {ANA}"))
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE readers SET zone = 'Asia/Tokyo'")
    assert "Monday, December 22, 2025, at 21:00, you:" in (await world.ask(world.admin(), "/audit")).text


async def test_an_admin_who_was_removed_turns_no_page(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder) as world:
        await note(world, *((ADMIN, "grant", f"30 days to {ANA}") for _ in range(11)))
        shown = await world.ask(world.admin(), "/audit")
        world.set(admin_ids=frozenset())
        await world.restart()
        await world.tap(world.admin(), "Older ▶", on=shown)
        assert last(world.admin()).text == shown.text
