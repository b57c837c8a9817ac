"""/settings, /language and /stop: chosen by buttons, in the same message."""

from pathlib import Path

import pytest

from bot.services.readers.readers import Readers
from bot.telegram.handlers.readers.settings_words import QUIET, ZONES
from telegram_simulator import Person
from tests.conversations.test_monday import RELEASE, SUNDAY
from tests.waiting import until
from tests.world import World, data, labels, told


async def test_settings_say_how_things_stand(world: World) -> None:
    answer = await world.ask(world.person(), "/settings")
    assert answer.text == (
        "Settings\n\nLanguage: English\nPages: Classic\nMonday delivery: on\nNext issue: Monday, "
        "December 29, 2025, at 07:00\n"
        "Reminders before your access ends: on\nTime zone: Asunción (09:00 now)\nQuiet hours: 22:00 to 07:00"
    )


async def test_between_the_release_and_her_own_hour_the_next_one_is_today_s(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, now=SUNDAY) as world:
        ana = world.person()
        await world.ask(ana, "/start")
        await world.ask(ana, "/settings")
        await world.tap(ana, data="do:set:zone:America/Los_Angeles")
        assert "Next issue: Monday, December 22, 2025, at 07:00" in ana.sees[-1].text
        world.clock.move_to(RELEASE)
        await until(lambda: _awaits(world, ana))
        settings = await world.ask(ana, "/settings")
        assert "Next issue: Monday, December 22, 2025, at 07:00" in settings.text
        late = await world.tap(ana, data="do:set:quiet:4")  # 0 to 9
        assert "Next issue: Monday, December 22, 2025, at 07:00" in late.text  # it was promised
        tokyo = await world.tap(ana, data="do:set:zone:Asia/Tokyo")  # due at midnight there, unpromised
        assert "Next issue: Tuesday, December 23, 2025, at 09:00" in tokyo.text
        await world.ask(ana, "/latest")
        settings = await world.ask(ana, "/settings")
        assert "Next issue: Monday, December 29, 2025, at 19:00" in settings.text


async def test_one_whose_issue_comes_this_moment_is_told_so(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, now=SUNDAY) as world:
        ana = world.person(language="es")
        await world.ask(ana, "/start")
        await world.program.runner.stop_sending()  # her row is due, and nobody has come to it yet
        world.clock.move_to(RELEASE)
        await world.program.parts.publishing.open_due()
        assert "La próxima edición ya va en camino." in (await world.ask(ana, "/settings")).text


async def _awaits(world: World, person: Person) -> bool:
    return await Readers(world.program.core.database, world.clock).awaits(person.id) is not None


async def test_every_choice_of_every_setting_is_edited_in_place(world: World) -> None:
    ana = world.person()
    settings = await world.ask(ana, "/settings")
    for menu in ("Pages", "Time zone", "Quiet hours"):
        opened = await world.tap(ana, menu)
        for choice in [label for label in labels(opened) if label != "◀ Settings"]:
            changed = await world.tap(ana, choice)
            if menu != "Pages":
                changed = await world.tap(ana, "Save")
            assert changed.message_id == settings.message_id
            assert told(ana) == "Saved."
            assert "Settings" in changed.text
            assert (await world.tap(ana, menu)).message_id == settings.message_id
        await world.tap(ana, "◀ Settings")
    assert len([bubble for bubble in ana.sees if bubble.from_bot]) == 1


async def test_the_choice_is_shown_and_kept(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, "Time zone")
    await world.tap(ana, "Tokyo · 21:00")
    await world.tap(ana, "Save")
    await world.tap(ana, "Quiet hours")
    await world.tap(ana, "No quiet hours")
    await world.tap(ana, "Save")
    await world.tap(ana, "Turn off Monday delivery")
    await world.restart()
    text = (await world.ask(ana, "/settings")).text
    assert "Time zone: Tokyo (21:00 now)" in text
    assert "Quiet hours: none" in text
    assert "Monday delivery: off" in text
    changed = await world.tap(ana, "Turn on Monday delivery")
    assert "Monday delivery: on" in changed.text


async def test_the_publication_s_zone_can_be_taken_again(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:zone:Europe/Madrid")
    await world.tap(ana, "Time zone")
    await world.tap(ana, "Same as the newsletter (Asunción)")
    assert "Time zone: Asunción (" in (await world.tap(ana, "Save")).text


async def test_the_hour_that_follows_is_said_before_it_is_saved(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, "Time zone")
    madrid = await world.tap(ana, data="do:try:zone:Europe/Madrid")
    assert "You’ll get each issue on Mondays at 11:00, your time." in madrid.text
    assert "That’s when it comes out." in madrid.text
    west = await world.tap(ana, data="do:try:zone:America/Los_Angeles")
    assert "on Mondays at 07:00, your time" in west.text
    assert "comes out" not in west.text
    sydney = await world.tap(ana, data="do:try:zone:Australia/Sydney")
    assert "on Mondays at 21:00, your time" in sydney.text
    auckland = await world.tap(ana, data="do:try:zone:Pacific/Auckland")
    assert "on Tuesdays at 07:00, your time" in auckland.text
    assert "during your quiet hours, and arrives when they end" in auckland.text
    assert (await world.reader(ana)).zone is None


async def test_it_says_when_the_delivery_is_turned_off_all_the_same(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, "Turn off Monday delivery")
    await world.tap(ana, "Quiet hours")
    assert "For now you have delivery turned off." in (await world.tap(ana, "23:00 to 08:00")).text
    for forged in ("do:try:zone:Mars/Olympus", "do:try:language:es", "do:try:quiet:99", "do:try::"):
        ana.taps(ana.sees[-1].message_id, data=forged)
        await world.wait_until_idle()
        assert "out of date" in told(ana)


async def test_rich_pages_are_shown_after_the_choice_and_classic_ones_after_the_next(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, "Pages")
    await world.tap(ana, "Rich")
    assert (await world.ask(ana, "/latest")).rich is not None
    await world.ask(ana, "/settings")
    await world.tap(ana, "Pages")
    await world.tap(ana, "Classic")
    assert (await world.ask(ana, "/latest")).rich is None


async def test_spanish_names_the_weekday_that_comes_again_with_its_article(world: World) -> None:
    ana = world.person(language="es")
    settings = await world.ask(ana, "/settings")
    assert "Envío de los lunes: activado" in settings.text
    assert "Desactivar el envío de los lunes" in labels(settings)
    await world.tap(ana, "Zona horaria")
    madrid = await world.tap(ana, data="do:try:zone:Europe/Madrid")
    assert "Recibirás cada edición los lunes a las 11:00, hora de tu zona." in madrid.text


async def test_the_language_changes_everything_at_once(world: World) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/language")
    changed = await world.tap(ana, "Español")
    assert changed.text.startswith("Ajustes\n\nIdioma: Español\nFormato: Simple")
    assert told(ana) == "Guardado."
    assert "Título del 2025-12-22" in (await world.ask(ana, "/latest")).text
    await world.ask(ana, "/language")
    assert "Language: English" in (await world.tap(ana, "English")).text


def test_every_choice_fits_into_a_button() -> None:
    assert max(len(f"do:set:zone:{zone}".encode()) for zone in ZONES) <= 64


FOREIGN = (
    *("language:xx", "language:", "rendering:gold", "push:maybe", "zone:Mars/Olympus", "zone:../../etc"),
    *("quiet:-1", f"quiet:{len(QUIET)}", "quiet:٣", f"quiet:{'9' * 5000}", "quiet:", "admin:on", ":"),
    *("full_until:2099-01-01", "id:1"),
)


async def test_a_choice_that_is_none_of_ours_changes_nothing(world: World) -> None:
    ana = world.person()
    before = await world.ask(ana, "/settings")
    for words in FOREIGN:
        await world.tap(ana, data=f"do:set:{words}")
        assert told(ana) == "This button is out of date. Open /settings again.", words[:80]
    assert ana.sees[-1] == before
    assert (await world.ask(ana, "/settings")).text == before.text


async def test_an_unknown_setting_shows_all_of_them(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    for what in ("", "nothing", "all"):
        assert "Settings" in (await world.tap(ana, data=f"do:show:{what}")).text
    assert len([bubble for bubble in ana.sees if bubble.from_bot]) == 1


async def test_stop_ends_what_is_sent_unasked_and_one_tap_undoes_it(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    stopped = await world.ask(ana, "/stop")
    assert stopped.text.startswith("Done. I won’t send you anything unless you ask.")
    assert (await world.reader(ana)).stopped_at is not None
    undone = await world.tap(ana, "Undo")
    assert undone.message_id == stopped.message_id
    assert undone.text == "Everything is as it was before."
    assert undone.buttons == []
    assert told(ana) == "Undone."
    assert (await world.reader(ana)).stopped_at is None


@pytest.mark.parametrize(
    ("code", "word", "stopped", "undone"),
    [
        ("en", "unsubscribe", "because you asked for it", "Everything is as it was before."),
        ("es", "baja", "porque lo pediste", "Todo quedó como antes."),
    ],
)
async def test_who_stopped_by_a_word_is_not_told_of_a_command_that_she_never_wrote(
    world: World, code: str, word: str, stopped: str, undone: str
) -> None:
    ana = world.person(language=code)
    done = await world.ask(ana, word)
    overview = await world.ask(ana, "/settings")
    assert stopped in overview.text
    assert "/stop" not in overview.text
    await world.tap(ana, data="do:resume", on=done)
    assert next(bubble.text for bubble in ana.sees if bubble.message_id == done.message_id) == undone


async def test_stop_keeps_access_settings_and_the_way_to_read_on(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:push:off")
    await world.ask(ana, "/stop")
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text
    greeting, _ = await world.answers(ana, "/start")
    assert "You asked me to stop, so I’m not sending it." in greeting.text
    assert (await world.reader(ana)).stopped_at is not None


async def test_who_stopped_is_told_so_and_finds_the_way_back_in_her_settings(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:push:off")
    await world.ask(ana, "/stop")
    stopped = await world.ask(ana, "/settings")
    assert "Delivery: stopped, because you asked for it" in stopped.text
    await world.tap(ana, "Time zone", on=stopped)
    assert (
        "For now you get nothing, because you asked for it." in (await world.tap(ana, "Tokyo · 21:00")).text
    )
    await world.tap(ana, "Send me issues again", on=await world.ask(ana, "/settings"))
    assert (await world.reader(ana)).stopped_at is None
    assert "Monday delivery: off" in (await world.ask(ana, "/settings")).text


async def test_a_greeting_of_one_who_stopped_has_the_way_back(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/stop")
    greeting, _ = await world.answers(ana, "/start")
    await world.tap(ana, "Send me issues again", on=greeting)
    assert (await world.reader(ana)).stopped_at is None


async def test_a_tap_on_a_message_that_is_gone_brings_a_new_one(world: World) -> None:
    ana = world.person()
    settings = await world.ask(ana, "/settings")
    await world.call("deleteMessage", chat_id=ana.id, message_id=settings.message_id)
    ana.taps(settings.message_id, data="do:set:push:off")
    await world.wait_until_idle()
    assert "Monday delivery: off" in ana.sees[-1].text
    assert "show:language" in data(ana.sees[-1])["Language"]
