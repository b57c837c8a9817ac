"""Admins are asked about an issue that waits: each message stays true, and the first answer wins."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.db.readers import readers
from bot.db.tables import audit, campaigns, release_messages
from bot.domain.publishing.release import ReleaseAnswer
from bot.domain.readers.reader import QuietHours
from bot.services.publishing.release_questions import Result
from bot.telegram.admin.release.waiting_issues import SELDOM
from telegram_simulator import Bubble, Person, ResetAfter, TooMany
from tests.conversations.test_monday import RELEASE, SUNDAY
from tests.waiting import until
from tests.world import ADMIN, ENGLISH, SPANISH, TICK, World, WorldProgram, data, labels, told

BERTA, CARLA = 6_000_000_002, 6_000_000_003
MONDAY = "2025-12-22"
TUESDAY = "2025-12-23"
NEXT = "2025-12-29"
MINUTE = timedelta(minutes=1)
ON_TUESDAY = datetime(2025, 12, 23, 10, 0, tzinfo=UTC)
"""The hour of an issue that is dated a day after the push day."""

NOTICE = "⚠ “Title of 2025-12-22” of December 22, 2025 is out.\n"
BROKEN = SPANISH.replace("<!-- paywall -->\n", "<!-- paywall -->\n\n<!-- paywall -->\n")


ADMINS = frozenset({ADMIN, BERTA})


@pytest.fixture
async def sunday(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The evening before the push, with two admins: Ada, and Berta, who speaks Spanish."""
    async with World(content, data_folder, now=SUNDAY, admin_ids=ADMINS) as world:
        yield world


@pytest.fixture
async def tuesday(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """Five minutes before an issue would be out that is dated a Tuesday; the same two admins."""
    both = {"en": ENGLISH, "es": SPANISH}
    (content / TUESDAY).mkdir()
    for language, text in both.items():
        (content / TUESDAY / f"{language}.md").write_text(text.format(date=TUESDAY), encoding="utf-8")
    async with World(content, data_folder, now=ON_TUESDAY - 5 * MINUTE, admin_ids=ADMINS) as world:
        yield world


async def two_admins(world: World) -> tuple[Person, Person]:
    ada, berta = world.admin(), world.person(BERTA, "es", "Berta")
    await world.ask(ada, "/start")
    await world.ask(berta, "/start")
    return ada, berta


async def ask_both(world: World) -> tuple[Person, Person]:
    """Let the Tuesday's hour come, and both admins be asked about its issue."""
    ada, berta = await two_admins(world)
    world.clock.move_to(ON_TUESDAY)
    await until(lambda: asked(ada) and asked(berta))
    return ada, berta


async def at(world: World, moment: datetime) -> None:
    """Move the clock, and let the look end that began before: it would date a save by the time before."""
    world.clock.move_to(moment)
    await world.program.core.releasing.look()


def questions(admin: Person, day: str = TUESDAY) -> list[Bubble]:
    """Return the questions that have buttons, oldest first."""
    return [bubble for bubble in admin.sees if bubble.from_bot and is_question(bubble, day)]


def is_question(message: Bubble, day: str) -> bool:
    return any(one.startswith("do:issue:") and day in one for one in data(message).values())


def asked(admin: Person, day: str = TUESDAY) -> Bubble | None:
    return next(reversed(questions(admin, day)), None)


def question(admin: Person, day: str = TUESDAY) -> Bubble:
    found = asked(admin, day)
    assert found is not None, [bubble.text for bubble in admin.sees]
    return found


def stands(admin: Person, message: Bubble) -> Bubble:
    """Return a message as it stands by now."""
    return next(bubble for bubble in admin.sees if bubble.message_id == message.message_id)


def says(admin: Person, message: Bubble, *phrases: str) -> Callable[[], bool]:
    return lambda: all(phrase in stands(admin, message).text for phrase in phrases)


def copies(person: Person, day: str = TUESDAY) -> list[Bubble]:
    """Return what of an issue stands in somebody's chat, that is no question about it."""
    titles = (f"Title of {day}\n", f"Título del {day}\n")
    found = [one for one in person.sees if one.from_bot and any(title in one.text for title in titles)]
    return [one for one in found if one.buttons and not is_question(one, day)]


async def pushes(world: World) -> list[str]:
    async with world.program.core.database.read() as session:
        return list((await session.execute(select(campaigns.c.key))).scalars())


async def acts(world: World) -> list[tuple[str, int, str]]:
    async with world.program.core.database.read() as session:
        rows = await session.execute(select(audit).order_by(audit.c.id))
        return [(row.act, row.admin_id, row.about) for row in rows if str(row.about) in {MONDAY, TUESDAY}]


async def unsettled(world: World) -> int:
    async with world.program.core.database.read() as session:
        query = select(release_messages).where(release_messages.c.settled.is_(False))
        return len((await session.execute(query)).all())


async def test_an_issue_of_another_weekday_is_asked_about_by_every_admin_in_her_language(
    tuesday: World,
) -> None:
    ada, berta = await ask_both(tuesday)
    text = question(ada).text
    assert text.startswith(
        "⚠ Title of 2025-12-23 is waiting to go out.\nIssue of Tuesday, December 23, 2025."
    )
    for phrase in (
        "Its date is a Tuesday, but the push day is Monday.",
        "• In English: “Title of 2025-12-23”, 3 sections, 1 reader\n",
        "• In Spanish: “Título del 2025-12-23”, 3 sections, 1 reader\n• without a cover",
        "it only goes out when somebody presses a button.",
        "Send now: it goes out at once, and you can still pause or cancel it.",
        "Wait: it stays until somebody presses a button, and I ask again in an hour.",
        "Not this one: it isn’t sent to anyone, and readers find it like any older issue.",
    ):
        assert phrase in text
    assert labels(question(ada)) == ["Send now", "Wait", "Not this one"]
    assert "Su fecha cae en martes, pero el día de envío es el lunes." in question(berta).text
    assert labels(question(berta)) == ["Enviar ahora", "Esperar", "Esta no"]
    assert TUESDAY not in await pushes(tuesday)


async def test_an_issue_of_a_day_that_is_skipped_is_asked_about(
    content: Path, data_folder: Path, tuesday: World
) -> None:
    """A holiday: the week after the next has no issue, and somebody writes one all the same."""
    ada, berta = await two_admins(tuesday)
    with (content / "publication.toml").open("a", encoding="utf-8") as file:
        file.write(f"skip = [{NEXT}]\n")
    tuesday.write(NEXT, ENGLISH.format(date=NEXT))
    await tuesday.reload()
    tuesday.clock.move_to(RELEASE + timedelta(days=7))
    await until(lambda: asked(ada, NEXT) and asked(berta, NEXT))
    words = "Its date is in skip in publication.toml, so nothing was meant to come out that day."
    spanish = "Su fecha está en skip, en publication.toml: ese día no iba a salir nada."
    assert words in question(ada, NEXT).text
    assert "As it stands, it only goes out when somebody presses a button." in question(ada, NEXT).text
    assert spanish in question(berta, NEXT).text
    assert NEXT not in await pushes(tuesday)


async def test_send_now_sends_it_with_pause_and_cancel_and_both_messages_say_whose_it_was(
    tuesday: World,
) -> None:
    ada, berta = await ask_both(tuesday)
    ana = tuesday.person()
    await tuesday.ask(ana, "/start")
    hers, other = question(ada), question(berta)
    await tuesday.tap(ada, "Send now", on=hers)
    assert told(ada) == "It goes out now. You can still pause or cancel it."
    await until(lambda: copies(ana))
    await until(says(ada, hers, "You pressed Send now at 07:00:", "It went out at 07:00:"))
    await until(says(berta, other, "Ada tocó Enviar ahora a las 07:00:", "Salió a las 07:00:"))
    assert labels(stands(ada, hers)) == labels(stands(berta, other)) == []
    assert await acts(tuesday) == [("send now", ADMIN, TUESDAY)]
    assert await pushes(tuesday) == [TUESDAY]
    await until(
        lambda: any("Sent: 3 of 3" in one.text for one in ada.sees)
    )  # the status message, which the buttons stand under while it is sent
    await until(lambda: unsettled_is(tuesday, 0))


async def unsettled_is(world: World, count: int) -> bool:
    return await unsettled(world) == count


async def test_send_now_of_an_issue_that_a_newer_one_overtakes_does_not_claim_that_it_went_out(
    tuesday: World,
) -> None:
    """The Thursday's and the Tuesday's wait, and both are sent before anything has been done."""
    thursday = "2025-12-25"
    ada, _ = await ask_both(tuesday)
    tuesday.write(thursday, ENGLISH.format(date=thursday))
    await tuesday.reload()
    tuesday.later(days=2)
    await until(lambda: asked(ada, thursday))
    first, second = question(ada), question(ada, thursday)
    await tuesday.program.core.lease.release()
    for day, message in ((TUESDAY, first), (thursday, second)):
        answered = await tuesday.program.core.release_questions.answer(
            date.fromisoformat(day), ADMIN, ReleaseAnswer.SEND_NOW, round_of(message)
        )
        assert answered.result is Result.TAKEN
    await tuesday.program.core.lease.attempt()
    await until(says(ada, second, "You pressed Send now", "It went out at"))
    await until(
        says(ada, first, "You pressed Send now", "A newer issue is out. This one isn’t sent to anyone")
    )

    async def is_pushed() -> bool:
        return await pushes(tuesday) == [thursday]

    await until(is_pushed)


async def test_not_this_one_sends_it_to_nobody_and_readers_find_it(tuesday: World) -> None:
    ada, berta = await ask_both(tuesday)
    ana = tuesday.person()
    assert "2025-12-23" not in (await tuesday.ask(ana, "/start")).text
    hers, other = question(ada), question(berta)
    await tuesday.tap(berta, "Esta no", on=other)
    assert (
        told(berta) == "No se le envía a nadie. Los lectores la encuentran como cualquier edición anterior."
    )
    await until(says(ada, hers, "Berta pressed Not this one at 07:00:", "It isn’t sent to anyone."))
    await until(says(berta, other, "Pulsaste Esta no a las 07:00:"))
    await until(lambda: unsettled_is(tuesday, 0))
    assert "Title of 2025-12-23" in (await tuesday.ask(ana, "/latest")).text
    assert await pushes(tuesday) == []
    assert await acts(tuesday) == [("not this one", BERTA, TUESDAY)]


async def test_wait_keeps_it_until_somebody_presses_and_is_asked_again_after_an_hour(tuesday: World) -> None:
    ada, berta = await ask_both(tuesday)
    hers, other = question(ada), question(berta)
    await tuesday.tap(ada, "Wait", on=hers)
    assert told(ada) == "It waits until somebody presses a button. I’ll ask again in an hour."
    await until(says(berta, other, "Ada tocó Esperar a las 07:00:", "Vuelvo a preguntar a las 08:00."))
    await until(says(ada, hers, "You pressed Wait at 07:00:", "I ask again at 08:00."))
    assert labels(stands(berta, other)) == ["Enviar ahora", "Esta no"]
    tuesday.later(minutes=59)
    await asyncio.sleep(0.5)  # several rounds, in which nothing new must come
    assert question(ada).message_id == hers.message_id
    tuesday.later(minutes=1)
    await until(lambda: question(ada).message_id != hers.message_id)
    await until(lambda: question(berta).message_id != other.message_id)
    await until(says(ada, hers, "I’ve asked again in a newer message."))
    await until(says(berta, other, "Volví a preguntar, en un mensaje más reciente."))
    assert labels(stands(ada, hers)) == []
    await tuesday.tap(berta, "Enviar ahora", on=question(berta))
    await until(lambda: pushed(tuesday))
    assert await acts(tuesday) == [("wait", ADMIN, TUESDAY), ("send now", BERTA, TUESDAY)]


async def test_after_a_wait_any_admin_may_still_send_it_from_the_same_message(tuesday: World) -> None:
    ada, berta = await ask_both(tuesday)
    other = question(berta)
    await tuesday.tap(ada, "Wait", on=question(ada))
    await until(says(berta, other, "Ada tocó Esperar"))
    await tuesday.tap(berta, "Enviar ahora", on=stands(berta, other))
    assert told(berta) == "Sale ahora. Todavía puedes pausar o cancelar el envío."
    await until(lambda: pushed(tuesday))


WAYS = {
    "Send now": ("Enviar ahora", "send now"),
    "Wait": ("Esperar", "wait"),
    "Not this one": ("Esta no", "not this one"),
}


@pytest.mark.parametrize(
    ("mine", "theirs"), [("Send now", "Wait"), ("Wait", "Not this one"), ("Not this one", "Send now")]
)
async def test_of_two_who_press_different_buttons_at_once_the_first_wins(
    tuesday: World, mine: str, theirs: str
) -> None:
    ada, berta = await ask_both(tuesday)
    hers, other = question(ada), question(berta)
    ada.taps(hers.message_id, data=data(hers)[mine])
    berta.taps(other.message_id, data=data(other)[WAYS[theirs][0]])
    await tuesday.wait_until_idle()
    ((act, by, _),) = await acts(tuesday)
    if by == ADMIN:
        assert act == WAYS[mine][1]
        assert told(berta).startswith("Ada ")
        await until(says(berta, other, f"Ada tocó {WAYS[mine][0]} a las 07:00:"))
    else:
        assert act == WAYS[theirs][1]
        assert told(ada).startswith("Berta ")
        await until(says(ada, hers, f"Berta pressed {theirs} at 07:00:"))
    if act == "send now":
        await until(lambda: pushed(tuesday))
    else:
        assert await pushes(tuesday) == []


async def test_fifty_presses_of_two_admins_through_two_programs_are_one_answer(tuesday: World) -> None:
    await ask_both(tuesday)
    second = await another(tuesday)
    programs = tuesday.program, second
    day = date.fromisoformat(TUESDAY)
    answers = await asyncio.gather(
        *(
            programs[turn % 2].core.release_questions.answer(
                day, (ADMIN, BERTA)[turn // 2 % 2], list(ReleaseAnswer)[turn % 3], 1
            )
            for turn in range(50)
        )
    )
    await second.stop()
    assert sum(one.result is Result.TAKEN for one in answers) == 1
    assert len(await acts(tuesday)) == 1
    (stands,) = {one.stands for one in answers}
    assert stands is not None


async def pushed(world: World) -> bool:
    return await is_pushed(world, TUESDAY)


async def is_pushed(world: World, day: str) -> bool:
    return day in await pushes(world)


async def another(world: World) -> WorldProgram:
    """Start another program on the same database."""
    program = world.new_program()
    await program.start()
    return program


async def test_an_answer_through_a_program_that_stands_by_is_shown_by_the_one_that_leads(
    tuesday: World,
) -> None:
    ada, _ = await ask_both(tuesday)
    second = await another(tuesday)
    message = question(ada)
    answered = await second.core.release_questions.answer(
        date.fromisoformat(TUESDAY), BERTA, ReleaseAnswer.NOT_THIS_ONE, round_of(message)
    )
    assert answered.result is Result.TAKEN
    await until(says(ada, message, "Berta pressed Not this one"))
    await second.stop()


def round_of(message: Bubble) -> int:
    return int(next(iter(data(message).values())).rpartition(":")[2])


def of(admin: Person, day: str) -> list[Bubble]:
    """Return the questions about an issue, whatever they say by now."""
    titles = (f"⚠ Title of {day} is waiting", f"⚠ Título del {day} espera")
    return [one for one in admin.sees if one.from_bot and one.text.startswith(titles)]


async def test_a_question_is_edited_as_its_issue_is_broken_mended_and_changed(sunday: World) -> None:
    ada, _ = await two_admins(sunday)
    await at(sunday, RELEASE - 10 * MINUTE)
    sunday.write(MONDAY, BROKEN.format(date=MONDAY), "es")
    await sunday.reload()
    sunday.clock.move_to(RELEASE)
    await until(lambda: asked(ada, MONDAY))
    message = question(ada, MONDAY)
    assert "The edition in Spanish has an error and doesn’t load." in message.text
    assert f"\n• {MONDAY}/es.md:" in message.text
    assert "• In Spanish: “Título del 2025-12-22”, 3 sections, 1 reader (an older text" in message.text
    assert "It goes out by itself at 07:15:" in message.text
    await at(sunday, RELEASE + 2 * MINUTE)
    sunday.write(MONDAY, SPANISH.format(date=MONDAY), "es")
    await sunday.reload()
    await until(says(ada, message, "It goes out by itself at 07:03:"))
    assert "has an error" not in stands(ada, message).text
    assert "es.md" not in stands(ada, message).text
    assert "Something in its folder or in publication.toml changed" in stands(ada, message).text
    await at(sunday, RELEASE + timedelta(minutes=2, seconds=20))
    sunday.write(MONDAY, BROKEN.format(date=MONDAY), "es")
    await sunday.reload()
    await until(says(ada, message, "The edition in Spanish has an error", "at 07:17:"))
    assert len([one for one in ada.sees if "is waiting to go out" in one.text]) == 1
    sunday.later(minutes=15)
    await until(says(ada, message, "It went out by itself at 07:17:", "In Spanish an older text went out"))
    await until(lambda: any(one.text.startswith(NOTICE) for one in ada.sees))


async def test_send_now_of_a_broken_issue_sends_its_last_good_words_and_every_admin_is_told_which(
    sunday: World,
) -> None:
    ada, berta = await two_admins(sunday)
    await at(sunday, RELEASE - 10 * MINUTE)
    sunday.write(MONDAY, BROKEN.format(date=MONDAY).replace("Título", "Otro título"), "es")
    await sunday.reload()
    sunday.clock.move_to(RELEASE)
    await until(lambda: asked(ada, MONDAY) and asked(berta, MONDAY))
    await sunday.tap(berta, "Enviar ahora", on=question(berta, MONDAY))
    await until(lambda: copies(berta, MONDAY))
    await until(lambda: any(one.text.startswith(NOTICE) for one in ada.sees))
    notice = "⚠ Ya salió «Título del 2025-12-22», del 22 de diciembre de 2025.\nEn español salió un texto"
    await until(lambda: any(one.text.startswith(notice) for one in berta.sees))
    assert not any("Otro título" in one.text for one in berta.sees)


async def test_a_draft_at_its_hour_waits_until_it_is_none_and_goes_a_minute_later(sunday: World) -> None:
    ada, berta = await two_admins(sunday)
    await at(sunday, RELEASE - 10 * MINUTE)
    sunday.write(MONDAY, SPANISH.format(date=MONDAY).replace("---\n", "---\ndraft: true\n", 1), "es")
    await sunday.reload()
    sunday.clock.move_to(RELEASE)
    await until(lambda: asked(ada, MONDAY) and asked(berta, MONDAY))
    message, other = question(ada, MONDAY), question(berta, MONDAY)
    assert "The edition in Spanish is a draft." in message.text
    assert "It goes out by itself a minute after no draft is left." in message.text
    assert "La versión en español es un borrador." in other.text
    await at(sunday, RELEASE + 2 * MINUTE)
    sunday.write(MONDAY, SPANISH.format(date=MONDAY), "es")
    await sunday.reload()
    await until(says(ada, message, "It goes out by itself at 07:03:"))
    assert "is a draft" not in stands(ada, message).text
    sunday.clock.move_to(RELEASE + 3 * MINUTE)
    await until(says(ada, message, "It went out by itself at 07:03:"))
    assert not any(one.text.startswith(NOTICE) for one in ada.sees)  # nothing old went out


async def test_a_draft_that_does_not_load_yet_is_not_left_out_after_fifteen_minutes(sunday: World) -> None:
    ada, _ = await two_admins(sunday)
    await at(sunday, RELEASE - 10 * MINUTE)
    sunday.write(MONDAY, BROKEN.format(date=MONDAY).replace("---\n", "---\ndraft: true\n", 1), "es")
    await sunday.reload()
    sunday.clock.move_to(RELEASE)
    await until(lambda: asked(ada, MONDAY))
    message = question(ada, MONDAY)
    assert "The edition in Spanish has an error and doesn’t load." in message.text
    assert "The edition in Spanish is a draft." in message.text
    assert "As it stands, it only goes out when somebody presses a button." in message.text
    await at(sunday, RELEASE + 20 * MINUTE)
    assert await pushes(sunday) == []
    sunday.write(MONDAY, SPANISH.format(date=MONDAY), "es")
    await sunday.reload()
    await at(sunday, RELEASE + 22 * MINUTE)
    await until(lambda: is_pushed(sunday, MONDAY))


async def test_readers_who_come_one_after_another_edit_it_seldom(tuesday: World) -> None:
    ada, _ = await ask_both(tuesday)
    message, began = question(ada), time.monotonic()
    for number in range(12):
        await tuesday.ask(tuesday.person(5_000_000_100 + number), "/start")
    rests = (time.monotonic() - began) / (SELDOM * TICK)
    edits = tuesday.telegram.ledger.of(method="editMessageText", chat_id=ADMIN)
    assert len(edits) <= 2 + rests
    await until(says(ada, message, "“Title of 2025-12-23”, 3 sections, 13 readers"))


async def test_a_change_in_the_last_minute_is_told_with_the_second_at_which_it_goes(sunday: World) -> None:
    ada, berta = await two_admins(sunday)
    await at(sunday, RELEASE - timedelta(seconds=30))
    sunday.write(MONDAY, ENGLISH.format(date=MONDAY).replace("rose", "fell"))
    await sunday.reload()
    await asyncio.sleep(0.3)
    assert not asked(ada, MONDAY)
    sunday.clock.move_to(RELEASE)
    await until(lambda: asked(ada, MONDAY) and asked(berta, MONDAY))
    message, other = question(ada, MONDAY), question(berta, MONDAY)
    assert "changed in the minute before it was due (at 07:00), or later." in message.text
    assert "It goes out by itself at 07:00:" in message.text
    assert "Sale por sí sola a las 07:00:" in other.text
    sunday.later(seconds=30)
    await until(says(ada, message, "It went out by itself at 07:00:"))
    await until(says(berta, other, "Salió por sí sola a las 07:00:"))


async def test_an_issue_that_is_found_late_waits_a_minute_and_is_said_to_be_gone_when_it_is(
    content: Path, data_folder: Path
) -> None:
    hour = RELEASE + timedelta(days=7)
    async with World(content, data_folder, now=hour - MINUTE, admin_ids=ADMINS) as world:
        ada, berta = await two_admins(world)
        await at(world, hour + 5 * MINUTE)
        world.write(NEXT, ENGLISH.format(date=NEXT))
        await world.reload()
        await until(lambda: asked(ada, NEXT) and asked(berta, NEXT))
        message, other = question(ada, NEXT), question(berta, NEXT)
        for phrase in (
            "It turned up after it was due (at 07:00).",
            "• In English: “Title of 2025-12-29”, 3 sections, 1 reader\n",
            "• In Spanish: missing; its 1 reader gets it in English\n",
            "It goes out by itself at 07:06:",
        ):
            assert phrase in message.text
        assert "• En español: falta; su 1 lector la recibe en inglés\n" in other.text
        shutil.rmtree(content / NEXT)
        await world.reload()
        await until(says(ada, message, "It’s no longer in the content folder, so nothing goes out."))
        await until(says(berta, other, "Ya no está en la carpeta de contenido, así que no sale nada."))
        world.later(minutes=30)
        await world.tap(ada, data=data(message)["Send now"], on=stands(ada, message))
        assert told(ada) == "There’s no open question about this issue, so nothing changed."
        assert await pushes(world) == []


async def test_buttons_of_last_week_end_in_words(tuesday: World) -> None:
    ada, berta = await ask_both(tuesday)
    hers, other = question(ada), question(berta)
    await tuesday.tap(ada, "Send now", on=hers)
    await until(lambda: pushed(tuesday))
    tuesday.later(days=7)
    for label, data_ in data(other).items():
        await tuesday.tap(berta, data=data_, on=other)
        said = "Ada se adelantó y tocó «Enviar ahora» el martes 23 de diciembre de 2025 a las 07:00:"
        assert told(berta).startswith(said), label
        assert told(berta).endswith("; eso es lo que vale."), label
    assert await acts(tuesday) == [("send now", ADMIN, TUESDAY)]


async def test_buttons_that_say_nothing_we_know_end_in_words(tuesday: World) -> None:
    ada, _ = await ask_both(tuesday)
    for forged in (
        "send:2025-12-99:1",
        "send:2025-12-23:x",
        "burn:2025-12-23:1",
        f"send:{TUESDAY}:" + "9" * 30,
    ):
        await tuesday.tap(ada, data=f"do:issue:{forged}", on=question(ada))
        assert told(ada) == "This button is out of date. /latest opens the current issue."
    await tuesday.tap(ada, data="do:issue:send:2024-01-01:1", on=question(ada))
    assert told(ada) == "There’s no open question about this issue, so nothing changed."
    assert await acts(tuesday) == []


async def test_who_is_an_admin_no_more_presses_in_vain_and_one_who_has_become_one_is_asked(
    content: Path, data_folder: Path, tuesday: World
) -> None:
    ada, berta = await two_admins(tuesday)
    carla = tuesday.person(CARLA, "en", "Carla")
    await tuesday.ask(carla, "/start")
    tuesday.clock.move_to(ON_TUESDAY)
    await until(lambda: asked(ada) and asked(berta))
    tuesday.set(admin_ids=frozenset({ADMIN, CARLA}))
    await tuesday.restart()
    await until(lambda: asked(carla))
    assert len(questions(ada)) == 1
    await tuesday.tap(berta, "Enviar ahora", on=question(berta))
    assert told(berta) == "Este botón ya no sirve. /latest abre la última edición."
    assert await acts(tuesday) == []
    await tuesday.tap(carla, "Not this one", on=question(carla))
    await until(says(ada, questions(ada)[0], "Carla pressed Not this one"))


async def test_quiet_hours_keep_no_question_back(tuesday: World) -> None:
    ada, berta = await two_admins(tuesday)
    async with tuesday.program.core.database.write() as session:
        for admin in (ada, berta):
            await readers.change(session, admin.id, quiet=QuietHours(5, 9))
    tuesday.clock.move_to(ON_TUESDAY)
    await until(lambda: asked(ada) and asked(berta))


async def test_a_restart_between_question_and_answer_asks_nobody_twice(tuesday: World) -> None:
    ada, berta = await ask_both(tuesday)
    await until(lambda: kept(tuesday, 2))
    await tuesday.restart()
    await asyncio.sleep(0.5)  # several rounds, in which nothing new must come
    assert len(of(ada, TUESDAY)) == len(of(berta, TUESDAY)) == 1
    await tuesday.tap(ada, "Send now", on=question(ada))
    await until(says(berta, questions(berta)[0], "Ada tocó Enviar ahora"))


async def kept(world: World, count: int) -> bool:
    """Tell whether it is known of so many questions where they stand."""
    async with world.program.core.database.read() as session:
        query = select(release_messages).where(release_messages.c.message_id.is_not(None))
        return len((await session.execute(query)).all()) == count


async def test_a_question_whose_answer_is_lost_is_sent_again_but_seldom_and_every_copy_has_words(
    tuesday: World,
) -> None:
    ada, _ = await two_admins(tuesday)
    tuesday.telegram.faults.add(method="sendMessage", chat_id=ADMIN, times=None, kind=ResetAfter())
    tuesday.clock.move_to(ON_TUESDAY)
    await until(lambda: asked(ada))
    await asyncio.sleep(1.5)  # many rounds, in which it must not be asked again
    assert len(of(ada, TUESDAY)) == 1
    for seconds in (10, 60, 600):
        tuesday.later(seconds=seconds)
        await asyncio.sleep(0.5)
    assert len(of(ada, TUESDAY)) == 3
    tuesday.telegram.faults.clear()
    first, second, third = of(ada, TUESDAY)
    await tuesday.tap(ada, "Not this one", on=second)  # its place is known by that
    await until(says(ada, second, "You pressed Not this one"))
    await tuesday.tap(ada, "Send now", on=first)
    assert told(ada).startswith("You pressed “Not this one”")
    await until(says(ada, first, "You pressed “Not this one”"))
    assert labels(stands(ada, first)) == []
    assert labels(third) != []


async def test_a_question_that_was_refused_for_a_moment_is_sent_once(tuesday: World) -> None:
    ada, berta = await two_admins(tuesday)
    tuesday.telegram.faults.add(method="sendMessage", chat_id=ADMIN, times=2, kind=TooMany(1))
    tuesday.clock.move_to(ON_TUESDAY)
    await until(lambda: asked(berta))
    await until(lambda: asked(ada))
    assert len(of(ada, TUESDAY)) == 1


async def test_an_admin_who_has_blocked_the_bot_is_asked_when_she_is_back(tuesday: World) -> None:
    ada, berta = await two_admins(tuesday)
    berta.blocks()
    await tuesday.wait_until_idle()
    tuesday.clock.move_to(ON_TUESDAY)
    await until(lambda: asked(ada))
    assert not asked(berta)
    await tuesday.ask(berta, "/start")
    await until(lambda: asked(berta))
    assert len(questions(ada)) == 1


async def test_where_no_admin_can_be_asked_it_waits_all_the_same_and_the_log_says_so(tuesday: World) -> None:
    ana = tuesday.person()
    await tuesday.ask(ana, "/start")
    with capture_logs() as logs:
        tuesday.clock.move_to(ON_TUESDAY)
        await until(lambda: [one for one in logs if "no admin who can be asked" in one["event"]])
        await asyncio.sleep(0.5)  # several rounds more
    (line,) = [one for one in logs if "no admin who can be asked" in one["event"]]
    assert (line["issue"], line["why"], line["out_by_itself"]) == (TUESDAY, "weekday", "no")
    assert await pushes(tuesday) == []
    ada = tuesday.admin()
    await tuesday.ask(ada, "/start")
    await until(lambda: asked(ada))


async def test_a_question_that_its_admin_deletes_does_not_come_back(tuesday: World) -> None:
    ada, berta = await ask_both(tuesday)
    await until(lambda: kept(tuesday, 2))
    await tuesday.call("deleteMessage", chat_id=ADMIN, message_id=question(ada).message_id)
    await tuesday.tap(berta, "Esperar", on=question(berta))
    await until(says(berta, questions(berta)[0], "Pulsaste Esperar"))
    await asyncio.sleep(0.5)  # several rounds, in which nothing new must come
    assert not asked(ada)


async def test_who_leads_no_more_asks_nobody(tuesday: World) -> None:
    ada, berta = await two_admins(tuesday)
    await tuesday.program.core.lease.release()
    tuesday.clock.move_to(ON_TUESDAY)
    await asyncio.sleep(0.5)
    assert not asked(ada)
    assert not asked(berta)
