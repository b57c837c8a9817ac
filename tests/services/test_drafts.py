"""Drafts in the content folder: known as such, never taken for the last good text, refused once it is out."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.services.content.archive import Archive
from bot.services.content.checking import check
from bot.services.content.issues.issue_cache import KEPT
from tests.services.content import MONDAY, PUBLICATION, Content, markdown

NEXT = date(2025, 12, 29)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    made = Content(tmp_path / "content")
    made.write("publication.toml", PUBLICATION)
    made.issue()
    return made


def draft(title: str = "Half") -> str:
    return markdown(title).replace("---\n", "---\ndraft: true\n", 1)


def drafts(archive: Archive, day: date = NEXT) -> tuple[str, ...] | None:
    summary = archive.summary(day)
    return None if summary is None else summary.drafts


async def titles(archive: Archive, day: date = NEXT) -> dict[str, str]:
    issue = await archive.issue(day)
    return {} if issue is None else {language: edition.title for language, edition in issue.editions.items()}


async def test_a_draft_is_known_until_its_mark_is_gone(content: Content) -> None:
    content.issue(NEXT)
    content.issue(NEXT, draft("Mitad"), "es")
    archive = await content.open()
    assert drafts(archive) == ("es",)
    assert await titles(archive) == {"en": "Title", "es": "Mitad"}  # admins may look ahead
    content.issue(NEXT, markdown("Entera"), "es")
    await content.settle(archive)
    assert (drafts(archive), await titles(archive)) == ((), {"en": "Title", "es": "Entera"})


async def test_a_draft_does_not_become_what_was_last_good(content: Content) -> None:
    content.issue(NEXT, markdown("Good"))
    archive = await content.open()
    content.issue(NEXT, draft())
    await content.settle(archive)
    assert (drafts(archive), await titles(archive)) == (("en",), {"en": "Half"})
    content.issue(NEXT, "broken")
    await content.settle(archive)
    assert (drafts(archive), await titles(archive)) == ((), {"en": "Good"})


async def test_a_draft_that_breaks_and_never_was_finished_leaves_nothing(content: Content) -> None:
    content.issue(NEXT)
    content.issue(NEXT, draft(), "es")
    archive = await content.open()
    content.issue(NEXT, "broken", "es")
    await content.settle(archive)
    assert (drafts(archive), await titles(archive)) == ((), {"en": "Title"})


async def test_a_draft_that_does_not_load_yet_holds_the_issue_all_the_same(content: Content) -> None:
    content.issue(NEXT)
    content.issue(NEXT, draft().replace("<!-- paywall -->", ""), "es")
    archive = await content.open()
    state = archive.state(NEXT)
    assert state is not None
    assert (state.broken, state.drafts, state.old, state.missing) == (("es",), ("es",), (), ("es",))
    content.issue(NEXT, markdown("Entera"), "es")
    await content.settle(archive)
    assert (drafts(archive), await titles(archive)) == ((), {"en": "Title", "es": "Entera"})


async def test_an_issue_that_is_out_is_held_by_no_draft_that_does_not_load(content: Content) -> None:
    archive = await content.open()
    content.issue(text=draft().replace("<!-- paywall -->", ""))
    await content.settle(archive)
    state = archive.state(MONDAY)
    assert state is not None
    assert (state.broken, state.drafts, await titles(archive, MONDAY)) == (("en",), (), {"en": "Title"})


async def test_a_draft_made_again_from_memory_is_the_same(content: Content) -> None:
    content.weeks(KEPT + 1)
    content.issue(NEXT, draft())
    content.issue(NEXT, markdown("Entera"), "es")
    archive = await content.open()
    before = await archive.issue(NEXT)
    for day in archive.dates(content.clock.now()):
        await archive.issue(day)
    again = await archive.issue(NEXT)
    assert again is not before
    assert again == before


async def test_an_issue_that_is_out_stays_as_it_was_and_the_mark_is_an_error(content: Content) -> None:
    archive = await content.open()
    content.issue(text=draft())
    with capture_logs() as logs:
        await content.settle(archive)
    assert (drafts(archive, MONDAY), await titles(archive, MONDAY)) == ((), {"en": "Title"})
    (problem,) = archive.problems
    assert (problem.path, problem.line, problem.warning) == ("2025-12-22/en.md", 2, False)
    assert problem.what == "The issue is out, so `draft: true` holds nothing back: it stays as it was."
    assert [log["log_level"] for log in logs] == ["error"]


class Held:
    """Nothing newer than Monday's issue is out, whatever its hour."""

    def is_out(self, day: date, hour: datetime, now: datetime, seen: str | None) -> bool:
        del seen
        return day <= MONDAY and now >= hour


async def test_what_is_held_past_its_hour_may_still_be_written_to(content: Content) -> None:
    content.issue(NEXT, draft())
    archive = await content.open(Held())
    content.clock.move_to(datetime(2025, 12, 29, 8, tzinfo=UTC))
    content.issue(NEXT, draft("Nearly"))
    await content.settle(archive)
    assert (drafts(archive), await titles(archive)) == (("en",), {"en": "Nearly"})


async def test_the_check_names_drafts_and_refused_fields(content: Content) -> None:
    content.issue(NEXT, draft(), "es")
    content.issue(NEXT, markdown().replace("---\n", "---\nembargo: 2025-12-30\n", 1))
    checked = check(content.root)
    said = [
        (problem.path, problem.line, problem.warning, problem.what)
        for problem in checked.problems
        if problem.line
    ]
    assert said == [
        (
            "2025-12-29/en.md",
            2,
            False,
            "`embargo` is not obeyed here: it would not hold the issue back, nor let it go.",
        ),
        ("2025-12-29/es.md", 2, True, "The whole issue is held: es is a draft (`draft: true`)."),
    ]
    assert not checked.sound
