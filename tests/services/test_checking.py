"""The check that goes on while an editor writes, and what it says of names that may be slips."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.problem import Problem
from bot.services.checking import Checked, Checking, check
from tests.services.content import MONDAY, PUBLICATION, Content, markdown


@pytest.fixture
def content(tmp_path: Path) -> Content:
    found = Content(tmp_path / "content")
    found.write("publication.toml", PUBLICATION.replace('"en", "es"', '"en"'))
    found.issue()
    return found


class Watching:
    """A check that is asked over and over, by a clock that is moved by hand."""

    def __init__(self, content: Content) -> None:
        self.checking = Checking(content.root)
        self.seconds = 0.0

    def look(self, after: float = 0.0) -> Checked | None:
        self.seconds += after
        return self.checking.check_changed(self.seconds)

    def settled(self) -> Checked | None:
        """Look twice, as far apart as it takes."""
        assert self.look() is None
        return self.look(after=0.5)


def said(checked: Checked | None) -> tuple[Problem, ...]:
    assert checked is not None
    return checked.problems


def test_what_is_wrong_is_said_once_after_each_save_when_it_is_quiet(content: Content) -> None:
    watching = Watching(content)
    assert said(watching.settled()) == ()
    assert watching.look(after=60) is None
    content.issue(text=markdown().replace("title:", "titel:"))
    assert watching.look() is None
    content.issue(text=markdown().replace("title:", "titel:") + "half")
    assert watching.look(after=0.4) is None  # still being written
    assert watching.look(after=0.4) is None
    _, found = said(watching.look(after=0.1))  # the first is that no issue is left
    assert "`titel`" in found.what
    assert watching.look(after=60) is None
    content.issue()
    checked = watching.settled()
    assert said(checked) == ()
    assert checked is not None
    assert checked.summary == f"1 issue, {MONDAY}: no errors, no warnings."


def test_a_folder_that_vanishes_is_said_and_found_again(content: Content, tmp_path: Path) -> None:
    watching = Watching(content)
    watching.settled()
    moved = shutil.move(content.root, tmp_path / "elsewhere")
    (found,) = said(watching.settled())
    assert "There is no content folder" in found.what
    shutil.move(moved, content.root)
    assert said(watching.settled()) == ()


def test_an_issue_that_vanishes_or_comes_is_noticed(content: Content) -> None:
    watching = Watching(content)
    watching.settled()
    content.issue(MONDAY - timedelta(weeks=1), "broken")
    assert [one.path for one in said(watching.settled())] == [f"{MONDAY - timedelta(weeks=1)}/en.md"]
    shutil.rmtree(content.root / str(MONDAY - timedelta(weeks=1)))
    assert said(watching.settled()) == ()
    content.write("publication.toml", "")
    assert said(watching.settled())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("2026-12-7", "2026-12-07"),
        ("2026-7-12", "2026-07-12"),
        ("20261207", "2026-12-07"),
        ("2026_12_07", "2026-12-07"),
        ("2026.12.07", "2026-12-07"),
        ("2026–12–07", "2026-12-07"),
        ("2026 12 7", "2026-12-07"),
    ],
)
def test_a_folder_that_is_nearly_named_by_a_date_is_asked_for_it(
    content: Content, name: str, meant: str
) -> None:
    content.write(f"{name}/en.md", markdown())
    (found,) = check(content.root).problems
    assert (found.path, found.warning) == (name, True)
    assert found.cure.startswith(f"Is {meant} meant? Then name it so")
    (content.root / name).rename(content.root / f".{name}")
    assert check(content.root).problems == ()


@pytest.mark.parametrize("name", ["2026-13-07", "20261307", "202612", "2026-12-071", "٢٠٢٦-12-07"])
def test_what_is_no_date_in_any_form_is_told_what_one_looks_like(content: Content, name: str) -> None:
    content.write(f"{name}/en.md", markdown())
    (found,) = check(content.root).problems
    assert found.cure == "Name the folder by the issue's date, as in 2026-11-30."


def test_an_edition_whose_name_is_in_capitals_is_one_error(content: Content) -> None:
    content.write(f"{MONDAY - timedelta(weeks=1)}/EN.MD", markdown())
    (found,) = check(content.root).problems
    assert (found.what, found.warning) == ("EN.MD is no language of the publication.", False)


def write_new(content: Content, day: date, text: str | None = None) -> None:
    """Write an issue an hour later than all others."""
    file = content.issue(day, text)
    earlier = file.stat().st_mtime_ns - 3_600_000_000_000
    for other in content.root.glob("*/*.md"):
        if other != file:
            os.utime(other, ns=(earlier, earlier))


def test_a_new_issue_with_last_years_number_is_one_finding(content: Content) -> None:
    day = (MONDAY + timedelta(weeks=1)).replace(year=2024)
    write_new(content, day)
    (found,) = check(content.root).problems
    assert (found.path, found.warning, "its year may be mistyped" in found.what) == (str(day), True, True)
    assert found.cure.startswith("Rename the folder to 2025-12-29, if that is meant")
    write_new(content, day, markdown().replace("title:", f"date: {day}\ntitle:"))
    assert ["year" in one.what for one in check(content.root).problems] == [False]  # a Sunday


@pytest.mark.parametrize("weeks", [42, 43])
def test_the_year_of_an_issue_is_doubted_from_three_hundred_days_on(content: Content, weeks: int) -> None:
    write_new(content, MONDAY - timedelta(weeks=weeks))
    assert len(check(content.root).problems) == (1 if weeks == 43 else 0)


def test_old_issues_that_came_to_this_disk_with_the_new_one_are_no_slip(content: Content) -> None:
    content.issue(MONDAY - timedelta(weeks=60))
    assert check(content.root).problems == ()


async def test_a_file_of_two_encodings_keeps_the_last_good_one_in_service(content: Content) -> None:
    archive = await content.open()
    before = await archive.issue(MONDAY)
    content.issue(text="x")
    content.write(f"{MONDAY}/en.md", markdown("Año").encode() + "\n\nMañana\n".encode("cp1252"))
    await content.settle(archive)
    (found,) = archive.problems
    assert (found.line, found.warning, "in “Mañana”. The rest is" in found.what) == (17, False, True)
    assert before is not None
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert issue.editions["en"].title == before.editions["en"].title
