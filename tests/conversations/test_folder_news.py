"""Admins hear in chat what the content folder says of issues to come: each change once, in one message."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from telegram_simulator import Bubble, Person, Status
from tests.conversations.test_campaigns import BERTA, berta
from tests.waiting import until
from tests.world import ADMIN, ENGLISH, PUBLICATION, SPANISH, World, last, since, told, write_cover

SATURDAY = datetime(2025, 12, 20, 14, 0, tzinfo=UTC)
"""11:00 in Asunción; the issue of Monday is out 44 hours later."""

SUNDAY = datetime(2025, 12, 22, 0, 0, tzinfo=UTC)
"""21:00 of the eve in Asunción: an hour before the quiet hours begin, ten before the issue's own."""

NIGHT = datetime(2025, 12, 22, 4, 0, tzinfo=UTC)
"""01:00 in Asunción, in everybody's quiet hours."""

MORNING = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
DAY = "2025-12-22"
IN = "✓ The issue of Monday, December 22, 2025 is loaded."
BROKEN = "⚠ The issue of Monday, December 22, 2025 has errors."
MENDED = "✓ Fixed: the issue of Monday, December 22, 2025 is loaded."
GONE = "✕ The issue of Monday, December 22, 2025 was removed"
BAD = SPANISH.replace("{{#economy}}", "{{#politics}}")


@pytest.fixture
async def saturday(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The folder holds nothing of Monday's issue yet; there are two admins, and Berta speaks Spanish."""
    shutil.rmtree(content / DAY)
    admins = frozenset({ADMIN, BERTA})
    async with World(content, data_folder, SATURDAY, admin_ids=admins, news=True) as world:
        yield world


def news(admin: Person, about: str = "The issue of") -> list[Bubble]:
    """Return the messages of news that stand in an admin's chat, oldest first."""
    return [bubble for bubble in since(admin, 0) if about in bubble.text.partition("\n")[0]]


def newest(admin: Person) -> str:
    messages = news(admin) or news(admin, "issue of")
    return messages[-1].text if messages else ""


async def says(admin: Person, *words: str) -> None:
    await until(lambda: any(all(word in bubble.text for word in words) for bubble in since(admin, 0)))


async def save(world: World, text: str = ENGLISH, language: str = "en", day: str = DAY) -> None:
    world.write(day, text.format(date=day), language)
    await world.reload()


async def looked(world: World) -> None:
    """Wait until what the folder says was looked at anew, and nothing was left to be told."""
    await asyncio.sleep(0.35)  # three looks, in which nothing must be told
    await world.wait_until_idle()


async def test_an_issue_that_is_in_is_told_with_what_it_holds(saturday: World) -> None:
    ada, other = saturday.admin(), await berta(saturday)
    await saturday.ask(ada, "/start")
    saturday.write(DAY, SPANISH.format(date=DAY), "es")
    write_cover(saturday.content, DAY)
    await save(saturday)
    await says(ada, IN)
    assert newest(ada).splitlines() == [
        IN,
        f"Title of {DAY}",
        "English and Spanish · 3 sections · with a cover",
        "Out on Monday, December 22, 2025, at 07:00.",
        "",
        "The folder as of Saturday at 11:00.",
    ]
    await says(other, "✓ La edición del lunes 22 de diciembre de 2025 está cargada.")
    assert last(other).text.splitlines()[1:4] == [
        f"Título del {DAY}",
        "Inglés y español · 3 secciones · con imagen de portada",
        "Sale el lunes 22 de diciembre de 2025 a las 07:00.",
    ]
    assert last(other).text.endswith("Así estaba la carpeta el sábado a las 11:00.")


async def test_one_message_shows_what_changes_once_a_minute_at_most(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN, "✕ Still missing: Spanish.")
    await save(saturday, SPANISH, "es")
    saturday.later(seconds=58)
    await looked(saturday)
    assert "Still missing" in newest(ada)
    saturday.later(seconds=2)
    await says(ada, IN, "English and Spanish")
    assert len(news(ada)) == 1
    assert "no cover" in newest(ada)


async def test_a_break_is_told_with_file_line_and_cure_and_so_is_its_mending(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN)
    saturday.later(minutes=5)
    await save(saturday, BAD, "es")
    await says(ada, BROKEN)
    assert newest(ada).splitlines()[:-2] == [
        BROKEN,
        "",
        f"• {DAY}/es.md:23: The id 'politics' is already that of line 15. Give one of the two another one.",
        "",
        f"Title of {DAY}",
        "English · 3 sections · no cover",
        "⚠ With errors, and no good version yet: Spanish.",
        "It’s due on Monday, December 22, 2025, at 07:00. If it still has errors then, it waits and I ask.",
    ]
    saturday.later(minutes=5)
    await save(saturday, SPANISH, "es")
    await says(ada, MENDED, "English and Spanish")
    assert len(news(ada, "issue of")) == 1


async def test_near_its_hour_good_that_becomes_broken_or_back_is_a_new_message_also_at_night(
    saturday: World,
) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.write(DAY, SPANISH.format(date=DAY), "es")
    await save(saturday)
    await says(ada, IN)
    saturday.clock.move_to(NIGHT)
    await save(saturday, BAD, "es")
    await until(lambda: len(news(ada)) == 2)
    assert newest(ada).startswith(BROKEN)
    assert "the last good version is kept: Spanish" in newest(ada)
    saturday.later(minutes=2)
    await save(saturday, SPANISH, "es")
    await until(lambda: bool(news(ada, "Fixed")))
    assert [bubble.text.partition("\n")[0] for bubble in news(ada, "issue of")] == [IN, BROKEN, MENDED]


async def test_all_else_waits_until_her_quiet_hours_end(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.write(DAY, SPANISH.format(date=DAY), "es")
    await save(saturday)
    await says(ada, IN, "English and Spanish")
    saturday.clock.move_to(NIGHT)
    await save(saturday, ENGLISH.replace("Title of", "Another title of"))
    await save(saturday, day="2025-12-29")
    await looked(saturday)
    assert ("Another title" in newest(ada), len(news(ada))) == (False, 1)
    saturday.clock.move_to(MORNING.replace(minute=1))
    await says(ada, "✓ The issue of Monday, December 29, 2025 is loaded.")


async def test_in_the_last_minute_no_hour_is_promised_that_the_change_puts_off(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN, "Out on Monday, December 22, 2025, at 07:00.")
    await saturday.tap(ada, data="do:set:quiet:0")  # none
    saturday.clock.move_to(MORNING - timedelta(seconds=40))
    await save(saturday, SPANISH, "es")
    await says(ada, IN, "It’s due on Monday, December 22, 2025, at 07:00. A change in the last minute")
    assert not any("Out on" in bubble.text for bubble in news(ada))


async def test_a_draft_is_told_as_what_holds_the_issue(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.write(DAY, SPANISH.format(date=DAY).replace("---\n", "---\ndraft: true\n", 1), "es")
    await save(saturday)
    await says(ada, IN, "✎ Held, because of a draft: Spanish.", "It waits until no draft is left.")
    assert "es is a draft (draft: true)" in newest(ada)


async def test_a_folder_that_is_taken_away_and_comes_back_is_told(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN)
    (saturday.content / DAY).rename(saturday.content / "unfinished")
    saturday.later(minutes=2)
    await saturday.reload()
    await says(ada, GONE, "nothing of it is left in the content folder")
    (saturday.content / "unfinished").rename(saturday.content / DAY)
    saturday.later(minutes=2)
    await saturday.reload()
    await says(ada, IN)
    assert len(news(ada)) == 1


async def test_an_empty_folder_is_no_news(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    (saturday.content / DAY).mkdir()
    await saturday.reload()
    await looked(saturday)
    assert not news(ada)


async def test_a_changed_publication_is_told_and_a_broken_one_with_its_line(saturday: World) -> None:
    ada, file = saturday.admin(), saturday.content / "publication.toml"
    await saturday.ask(ada, "/start")
    await looked(saturday)
    assert not news(ada, "publication.toml")
    saturday.later(minutes=2)
    file.write_text(PUBLICATION + "skip = [2025-12-29]\n", encoding="utf-8")
    await saturday.reload()
    await says(ada, "✓ publication.toml has changed.", "No issue on: December 29, 2025.")
    assert "An issue every Monday at 07:00 (Asunción): English and Spanish." in last(ada).text
    saturday.later(minutes=2)
    file.write_text(PUBLICATION.replace("07:00", "27:00"), encoding="utf-8")
    await saturday.reload()
    await says(
        ada,
        "⚠ There’s a problem in the content folder.",
        "• publication.toml:7: push.hour is no time of day.",
    )
    saturday.later(minutes=2)
    file.write_text(PUBLICATION, encoding="utf-8")
    await saturday.reload()
    await says(ada, "✓ publication.toml is fine again.")


async def test_a_restart_tells_nothing_again_and_what_changed_meanwhile(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN)
    saturday.later(minutes=2)
    await saturday.restart()
    await looked(saturday)
    assert len(news(ada)) == 1
    await saturday.program.stop()
    shutil.rmtree(saturday.content / DAY)
    saturday.program = saturday.new_program()
    await saturday.program.start()
    await says(ada, GONE)
    assert len(news(ada)) == 1


async def test_who_turned_it_off_hears_nothing_and_only_admins_are_asked(saturday: World) -> None:
    ada, ana = saturday.admin(), saturday.person()
    assert "News of the content folder" not in (await saturday.ask(ana, "/settings")).text
    await saturday.tap(ana, data="do:set:news:off")
    assert told(ana).startswith("This button is out of date.")
    assert (await saturday.reader(ana)).news
    assert "News of the content folder: on (for admins)" in (await saturday.ask(ada, "/settings")).text
    changed = await saturday.tap(ada, "Turn off news of the content folder")
    assert "News of the content folder: off (for admins)" in changed.text
    await save(saturday)
    await looked(saturday)
    assert not news(ada)
    await saturday.tap(ada, "Turn on news of the content folder")
    await says(ada, IN)
    assert not news(ana)


async def test_a_lost_answer_tells_it_no_second_time(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.telegram.faults.add(
        method="sendMessage", chat_id=ADMIN, times=1, kind=Status(502, "Bad Gateway")
    )
    tried = len(saturday.telegram.ledger.of(method="sendMessage"))
    await save(saturday)
    await until(lambda: len(saturday.telegram.ledger.of(method="sendMessage")) > tried)
    await looked(saturday)
    assert len(saturday.telegram.ledger.of(method="sendMessage")) == tried + 1
    saturday.later(minutes=2)
    await save(saturday, SPANISH, "es")
    await says(ada, IN, "English and Spanish")


async def test_what_was_certainly_not_sent_is_told_later(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.telegram.faults.add(
        method="sendMessage", chat_id=ADMIN, times=1, kind=Status(401, "Unauthorized")
    )
    await save(saturday)
    await says(ada, IN)


async def test_a_message_that_the_admin_deleted_comes_anew(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN)
    await saturday.call("deleteMessage", chat_id=ada.id, message_id=news(ada)[0].message_id)
    saturday.later(minutes=2)
    await save(saturday, SPANISH, "es")
    await says(ada, IN, "English and Spanish")
    assert len(news(ada)) == 1


async def test_the_evening_before_says_that_there_is_no_issue(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.clock.move_to(SUNDAY.replace(day=21, hour=20, minute=59))  # 17:59 in Asunción
    await looked(saturday)
    assert not news(ada, "There’s no issue")
    saturday.later(minutes=1)
    await says(ada, "⚠ There’s no issue for Monday, December 22, 2025 yet. If none comes, nothing is sent")
    await saturday.restart()
    await looked(saturday)
    assert len(news(ada, "There’s no issue")) == 1


async def test_the_evening_before_says_what_is_still_missing(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    for day in ("2025-12-08", "2025-12-15"):
        write_cover(saturday.content, day)
    saturday.write("2025-12-01", ENGLISH.format(date="2025-12-01"))
    write_cover(saturday.content, "2025-12-01")
    await save(saturday, BAD, "es")
    await says(ada, BROKEN)
    saturday.clock.move_to(SUNDAY)
    await says(ada, "⚠ The issue of Monday, December 22, 2025 isn’t complete yet.")
    assert last(ada).text.splitlines()[1:] == [
        "⚠ With errors, and no good version yet: Spanish.",
        "✕ Still missing: English.",
        "✕ It has no cover; the issues before it did.",
    ]


async def test_the_evening_before_is_silent_when_all_is_there(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    saturday.write(DAY, SPANISH.format(date=DAY), "es")
    await save(saturday)
    await says(ada, IN, "English and Spanish")
    saturday.clock.move_to(SUNDAY)
    await looked(saturday)
    assert len(since(ada, news(ada)[0].message_id)) == 0


async def test_many_problems_are_counted_and_the_first_are_named(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    wrong = "".join(f"# A {number} {{{{#a{number}!}}}}\n\nx\n\n" for number in range(9))
    await save(saturday, ENGLISH + wrong)
    await says(ada, BROKEN, "4 more: the log and briefing check name them.")
    assert newest(ada).count("•") == 5


async def test_what_was_out_before_the_bot_first_ran_is_named_to_admins_and_in_the_log(
    content: Path, data_folder: Path
) -> None:
    words = "For admins: issues up to December 15, 2025 were out before I first ran."
    world = World(content, data_folder, SATURDAY)
    with capture_logs() as logs:
        async with world:
            assert words in (await world.answers(world.admin(), "/start"))[0].text
            assert "For admins" not in (await world.answers(world.person(), "/start"))[0].text
            await world.restart()
    lines = [log for log in logs if log["event"].startswith("issues that are out already are not pushed")]
    assert [log["newest"] for log in lines] == ["2025-12-15"]


async def test_once_an_issue_was_pushed_admins_hear_no_more_of_the_old_ones(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, SATURDAY, news=True) as world:
        ada = world.admin()
        world.clock.move_to(MORNING)
        assert "For admins" not in (await world.answers(ada, "/start"))[0].text


async def test_an_issue_that_breaks_after_its_hour_points_to_the_question_about_it(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday)
    await says(ada, IN)
    await save(saturday, BAD, "es")
    saturday.clock.move_to(MORNING)
    await says(ada, BROKEN, "It was due on Monday, December 22, 2025, at 07:00.")
    assert "The question about it says when it goes out." in newest(ada)
    await says(ada, "is waiting to go out.")


async def test_what_is_to_be_written_in_a_file_is_shown_as_code(saturday: World) -> None:
    ada = saturday.admin()
    await saturday.ask(ada, "/start")
    await save(saturday, ENGLISH.replace("<!-- paywall -->", ""))
    await says(ada, BROKEN, "or audience: everyone to the front matter.")


async def test_who_hears_on_the_eve_for_the_first_time_of_an_incomplete_issue_hears_it_once(
    saturday: World,
) -> None:
    ada = saturday.admin()
    saturday.clock.move_to(SUNDAY)
    saturday.write(DAY, SPANISH.format(date=DAY).replace("---\n", "---\ndraft: true\n", 1), "es")
    await save(saturday)
    await saturday.ask(ada, "/start")
    await says(ada, IN, "✎ Held, because of a draft: Spanish.")
    await looked(saturday)
    assert not news(ada, "isn’t complete yet")
