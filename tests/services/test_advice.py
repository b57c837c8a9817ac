"""What readers are left without is said by `briefing check`, and by nothing else: the file is right."""

from datetime import UTC, datetime
from pathlib import Path

from bot.clock import StoppedClock
from bot.services.content.checking import check
from tests.services.content import MONDAY, PUBLICATION, Content

OFFER = '\n[[offers]]\ncode = "HOLIDAY"\nlabel = "30 days"\ndays = 30\nends = 2098-01-15\n'


async def test_check_warns_of_no_way_on_and_of_an_offer_that_is_over(tmp_path: Path) -> None:
    content = Content(tmp_path / "content")
    alone = PUBLICATION.replace('site = "https://sample.example"\n', "")
    content.write("publication.toml", alone + OFFER)
    content.issue(MONDAY)
    content.issue(MONDAY, language="es")
    checked = check(content.root, StoppedClock(datetime(2098, 1, 16, tzinfo=UTC)))
    assert [(problem.path, problem.line) for problem in checked.problems] == [
        ("publication.toml", None),
        ("publication.toml", 7),
    ]
    assert checked.sound
    assert (await content.open()).problems == ()


async def test_check_says_nothing_where_a_reader_has_somewhere_to_go(tmp_path: Path) -> None:
    content = Content(tmp_path / "content")
    content.write("publication.toml", PUBLICATION)
    content.issue(MONDAY)
    content.issue(MONDAY, language="es")
    assert check(content.root).problems == ()


async def test_check_says_nothing_of_an_offer_that_is_not_over(tmp_path: Path) -> None:
    content = Content(tmp_path / "content")
    content.write("publication.toml", PUBLICATION + OFFER)
    content.issue(MONDAY)
    content.issue(MONDAY, language="es")
    assert check(content.root, StoppedClock(datetime(2098, 1, 15, tzinfo=UTC))).problems == ()
