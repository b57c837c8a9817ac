"""A push day on which nothing comes out: no alarm, and readers are told when the next issue comes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telegram_simulator import Person
from tests.conversations.test_notices import heard
from tests.waiting import until
from tests.world import ENGLISH as ENGLISH_ISSUE
from tests.world import PUBLICATION, World, since
from tests.world import SPANISH as SPANISH_ISSUE

EVE = datetime(2025, 12, 28, 22, 0, tzinfo=UTC)
AFTER = datetime(2025, 12, 30, 12, 0, tzinfo=UTC)
SKIPPED = "2025-12-29"
NEXT = datetime(2026, 1, 4, 22, 0, tzinfo=UTC)
ENGLISH = "There’s no issue on Monday, December 29, 2025. The next one comes on Monday, January 5, 2026{at}."
SPANISH = "El lunes 29 de diciembre de 2025 no hay edición. La próxima llega el lunes 5 de enero de 2026{at}."
EN = ENGLISH.format(at=", at 07:00")
ES = SPANISH.format(at=" a las 07:00")


@pytest.fixture
async def week(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The week after the third issue; the push day that follows is skipped."""
    (content / "publication.toml").write_text("skip = [2025-12-29]\n" + PUBLICATION, encoding="utf-8")
    async with World(content, data_folder, news=True) as running:
        yield running


async def test_latest_says_when_the_next_issue_comes_in_the_reader_s_language(week: World) -> None:
    ana, luz = week.person(), week.person(5_000_000_002, "es", "Luz")
    for person, words, title in ((ana, EN, "Title of"), (luz, ES, "Título del")):
        await week.ask(person, "/start")
        said, page = await week.answers(person, "/latest")
        assert said.text == words
        assert f"{title} 2025-12-22" in page.text
    week.clock.move_to(AFTER)
    assert (await week.answers(ana, "/latest"))[0].text == EN


async def test_the_hour_is_that_of_whoever_asks(week: World) -> None:
    ana = week.person()
    await week.ask(ana, "/settings")
    await week.tap(ana, data="do:set:zone:Asia/Tokyo")
    said = ENGLISH.format(at=", at 19:00")  # it comes out at 07:00 in Asunción
    assert (await week.answers(ana, "/latest"))[0].text == said
    await week.tap(ana, data="do:set:rendering:rich")
    rich = (await week.answers(ana, "/latest"))[0]
    assert rich.text == said
    assert '<tg-time unix="1767607200" format="wDt">Monday, January 5, 2026, at 19:00</tg-time>' in rich.html


async def test_who_comes_is_told_at_once(week: World) -> None:
    welcome = (await week.answers(week.person(), "/start"))[0]
    assert welcome.text.splitlines()[1] == EN


async def test_a_group_is_told_as_well(week: World) -> None:
    group = week.group()
    await week.answers(week.person(), "/latest", group)
    assert since(group, 0)[0].text == EN


async def test_the_public_page_says_it_in_the_publication_s_first_language(week: World) -> None:
    assert ENGLISH.format(at="") in (await week.web("/")).text


async def test_settings_name_the_hour_of_the_issue_after_it(week: World) -> None:
    assert (
        "Next issue: Monday, January 5, 2026, at 07:00" in (await week.ask(week.person(), "/settings")).text
    )


async def test_nothing_is_said_once_the_week_is_over(week: World) -> None:
    ana = week.person()
    week.write("2026-01-05", (week.content / "2025-12-22" / "en.md").read_text(encoding="utf-8"))
    await week.reload()
    week.clock.move_to(datetime(2026, 1, 5, 10, 0, tzinfo=UTC))
    assert "There’s no issue" not in "".join(bubble.text for bubble in await week.answers(ana, "/start"))
    assert len(await week.answers(ana, "/latest")) == 1
    assert "There’s no issue" not in (await week.web("/")).text


async def test_no_missing_issue_is_told_on_its_eve_but_on_the_next_one(week: World) -> None:
    ada = week.admin()
    await week.ask(ada, "/start")
    week.clock.move_to(EVE)
    await asyncio.sleep(0.35)  # three looks, in which nothing must be told
    assert not heard(ada, "⚠")
    week.clock.move_to(NEXT)
    await until(lambda: heard(ada, "⚠"))
    assert "Monday, January 5, 2026" in heard(ada, "⚠")[0]


def told_in(admin: Person, words: str) -> list[str]:
    return [bubble.text for bubble in since(admin, 0) if words in bubble.text]


async def test_an_issue_of_a_skipped_day_asks_first_as_its_news_said(week: World) -> None:
    ada, ana = week.admin(), week.person()
    await week.ask(ada, "/start")
    await week.ask(ana, "/start")
    for language, text in (("en", ENGLISH_ISSUE), ("es", SPANISH_ISSUE)):
        week.write(SKIPPED, text.format(date=SKIPPED), language)
    await week.reload()
    await until(lambda: told_in(ada, "That’s not a push day, so I’ll ask before it goes out."))
    week.clock.move_to(datetime(2025, 12, 29, 10, 0, tzinfo=UTC))
    await until(lambda: told_in(ada, "is waiting to go out"))
    (asked,) = told_in(ada, "is waiting to go out")
    assert "Its date is in skip in publication.toml, so nothing was meant to come out that day." in asked
    assert "the push day is" not in asked
    week.later(minutes=30)
    await week.program.core.releasing.look()
    assert f"Title of {SKIPPED}" not in (await week.ask(ana, "/latest")).text
    await week.tap(ada, "Send now", on=next(message for message in ada.sees if message.text == asked))
    await until(lambda: any(f"Title of {SKIPPED}\n" in bubble.text for bubble in since(ana, 0)))
    assert "There’s no issue" not in "".join(bubble.text for bubble in await week.answers(ana, "/latest"))


async def test_what_changes_in_the_file_counts_at_once(week: World) -> None:
    ana = week.person()
    (week.content / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
    await week.reload()
    await week.ask(ana, "/start")
    assert len(await week.answers(ana, "/latest")) == 1
