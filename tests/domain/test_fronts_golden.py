"""The front pages of the sample issues, kept in files (UPDATE_GOLDEN=1 writes them anew)."""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.domain.content.about import about
from bot.domain.content.gate import Access, gate
from bot.domain.content.on_offer import OnOffer
from bot.domain.pages.booklet import Booklet
from bot.domain.pages.page import Page
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import ways_of
from bot.i18n import translator_for
from bot.services.content.archive import Archive
from tests.domain.test_pages_golden import GOLDEN, keyboard_text, seen
from tests.world import MONDAY

CONTENT = Path(__file__).parents[2] / "content"
DAYS = ("2026-11-09", "2026-11-16", "2026-11-23")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("day", DAYS)
async def test_the_sample_issues_have_the_front_pages_of_the_golden_files(day: str, language: str) -> None:
    archive = Archive(CONTENT, MovableClock(MONDAY))
    await archive.open()
    issue = await archive.issue(date.fromisoformat(day))
    publication = archive.publication
    archive.close()
    assert issue is not None
    shown = ""
    for access in Access:
        for rendering in Rendering:
            booklet = Booklet(
                gate(issue.editions[language], access),
                translator_for(language),
                rendering,
                cover=True,
                fallback=False,
                out_from=None,
                about=about(publication, language, OnOffer(publication.trial_days)),
            )
            shown += f"########## {access}, {rendering}\n{seen(booklet.front)}\n\n{keyboards(booklet.front)}"
    file = GOLDEN / "fronts" / f"{day}-{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


WAYS = ways_of(OnOffer(trial_days=7))


def keyboards(page: Page) -> str:
    """Return the buttons of each way on; those that are the same for all of them once."""
    mine = {keyboard_text(page.on(way)): "" for way in WAYS}
    for way in WAYS:
        mine[keyboard_text(page.on(way))] += f" {way}"
    return "".join(f"----- way on:{ways}\n{text}\n\n" for text, ways in mine.items())


@pytest.mark.parametrize("file", sorted((GOLDEN / "fronts").glob("*.txt")), ids=lambda file: file.stem)
def test_the_first_words_of_the_sample_issues_end_with_a_sentence(file: Path) -> None:
    shown = file.read_text(encoding="utf-8")
    ends = re.findall(r"(\S+)\s+(?:<p>)?(?:You’re reading|Estás leyendo)", shown)
    assert len(ends) >= 4
    assert all(re.search(r"[.!?…][”»]?(</b>)?(</p>)?$", end) for end in ends), ends
