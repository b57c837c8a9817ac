"""The check that goes on while an editor writes, and what it says of names that may be slips."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.content.problem import Problem
from bot.services.content.checking import Checked, Checking, check
from tests.services.content import MONDAY, PUBLICATION, Content, markdown


@pytest.fixture
def content(tmp_path: Path) -> Content:
    content = Content(tmp_path / "content")
    content.write("publication.toml", PUBLICATION.replace('"en", "es"', '"en"'))
    content.issue()
    return content


class Watching:
    """A check that is asked over and over, by a clock that is moved by hand."""

    def __init__(self, content: Content) -> None:
        self.checking = Checking(content.root)
        self.seconds = 0.0

    def look(self, after: float = 0.0) -> Checked | None:
        self.seconds += after
        return self.checking.check_changed(self.seconds)

    def wait_until_idle(self) -> Checked | None:
        """Look twice, as far apart as it takes."""
        assert self.look() is None
        return self.look(after=0.5)


def said(checked: Checked | None) -> tuple[Problem, ...]:
    assert checked is not None
    return checked.problems


def test_what_is_wrong_is_said_once_after_each_save_when_it_is_quiet(content: Content) -> None:
    watching = Watching(content)
    assert said(watching.wait_until_idle()) == ()
    assert watching.look(after=60) is None
    content.issue(text=markdown().replace("title:", "titel:"))
    assert watching.look() is None
    content.issue(text=markdown().replace("title:", "titel:") + "half")
    assert watching.look(after=0.4) is None  # still being written
    assert watching.look(after=0.4) is None
    _, lines_said = said(watching.look(after=0.1))  # the first is that no issue is left
    assert "`titel`" in lines_said.what
    assert watching.look(after=60) is None
    content.issue()
    checked = watching.wait_until_idle()
    assert said(checked) == ()
    assert checked is not None
    assert checked.summary == f"1 issue, {MONDAY}: no errors, no warnings."


def test_a_folder_that_vanishes_is_said_and_found_again(content: Content, tmp_path: Path) -> None:
    watching = Watching(content)
    watching.wait_until_idle()
    moved = shutil.move(content.root, tmp_path / "elsewhere")
    (line_said,) = said(watching.wait_until_idle())
    assert "There is no content folder" in line_said.what
    shutil.move(moved, content.root)
    assert said(watching.wait_until_idle()) == ()


def test_an_issue_that_vanishes_or_comes_is_noticed(content: Content) -> None:
    watching = Watching(content)
    watching.wait_until_idle()
    content.issue(MONDAY - timedelta(weeks=1), "broken")
    assert [line.path for line in said(watching.wait_until_idle())] == [
        f"{MONDAY - timedelta(weeks=1)}/en.md"
    ]
    shutil.rmtree(content.root / str(MONDAY - timedelta(weeks=1)))
    assert said(watching.wait_until_idle()) == ()
    content.write("publication.toml", "")
    assert said(watching.wait_until_idle())


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
    (problem,) = check(content.root).problems
    assert (problem.path, problem.warning) == (name, True)
    assert problem.cure.startswith(f"Is {meant} meant? Then name it so")
    (content.root / name).rename(content.root / f".{name}")
    assert check(content.root).problems == ()


@pytest.mark.parametrize("name", ["2026-13-07", "20261307", "202612", "2026-12-071", "٢٠٢٦-12-07"])
def test_what_is_no_date_in_any_form_is_told_what_one_looks_like(content: Content, name: str) -> None:
    content.write(f"{name}/en.md", markdown())
    (problem,) = check(content.root).problems
    assert problem.cure == "Name the folder by the issue's date, as in 2026-11-30."


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("EN.MD", "Rename EN.MD to en.md."),
        ("En.md", "Rename En.md to en.md."),
        ("en (1).md", "Rename en (1).md to en.md."),
        ("Copy of en.md", "Rename Copy of en.md to en.md."),
    ],
)
def test_an_edition_that_is_nearly_named_so_is_one_error_where_it_is_the_only_one(
    content: Content, name: str, cure: str
) -> None:
    content.write(f"{MONDAY - timedelta(weeks=1)}/{name}", markdown())
    (problem,) = check(content.root).problems
    assert (problem.what, problem.warning) == (f"There is no en.md; {name} is not read.", False)
    assert problem.cure == cure


@pytest.fixture
def bilingual(content: Content) -> Content:
    content.write("publication.toml", PUBLICATION)
    content.issue(language="es")
    return content


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("ES.MD", "Rename ES.MD to es.md."),
        ("es.txt", "Rename es.txt to es.md."),
        ("es.md.txt", "Rename es.md.txt to es.md."),
        ("es.markdown", "Rename es.markdown to es.md."),
        ("es.docx", "Save the text of es.docx as es.md, in Markdown."),
        ("es copia.md", "Rename es copia.md to es.md."),
        ("Copia de es.md", "Rename Copia de es.md to es.md."),
        ("es-PY.md", "Rename es-PY.md to es.md."),
    ],
)
def test_a_file_that_was_to_be_an_edition_is_one_finding(bilingual: Content, name: str, cure: str) -> None:
    (bilingual.root / str(MONDAY) / "es.md").unlink()
    bilingual.write(f"{MONDAY}/{name}", markdown())
    (problem,) = check(bilingual.root).problems
    assert (problem.path, problem.warning) == (str(MONDAY), True)
    assert (problem.what, problem.cure) == (f"There is no es.md; {name} is not read.", cure)


@pytest.mark.parametrize("name", ["es (1).md", "es copia.md", "es - copy.md", "Copia de es.md", "es_old.md"])
def test_a_copy_beside_an_edition_is_asked_about(bilingual: Content, name: str) -> None:
    bilingual.write(f"{MONDAY}/{name}", markdown())
    (problem,) = check(bilingual.root).problems
    assert (problem.what, problem.warning) == (f"{name} is not read: it looks like a copy of es.md.", True)


@pytest.mark.parametrize("name", ["es.docx", "es.txt", "notes.txt", "essay.docx", ".es.md.swp"])
def test_what_an_edition_was_made_from_may_lie_beside_it(bilingual: Content, name: str) -> None:
    bilingual.write(f"{MONDAY}/{name}", "x")
    assert check(bilingual.root).problems == ()


def test_a_folder_with_nothing_but_a_document_is_told_what_becomes_of_it(bilingual: Content) -> None:
    bilingual.write(f"{MONDAY + timedelta(weeks=1)}/es.docx", "x")
    (problem,) = check(bilingual.root).problems
    assert (problem.what, problem.warning) == ("The folder holds no edition.", False)
    assert problem.cure == "Save the text of es.docx as es.md, in Markdown."


@pytest.mark.parametrize("weeks", [-1, 1])
def test_a_missing_edition_is_one_warning_in_whatever_issue(bilingual: Content, weeks: int) -> None:
    day = MONDAY + timedelta(weeks=weeks)
    bilingual.issue(MONDAY - timedelta(weeks=2), language="es")
    bilingual.issue(MONDAY - timedelta(weeks=2))
    bilingual.issue(day)
    (problem,) = check(bilingual.root).problems
    assert (problem.path, problem.warning) == (str(day), True)
    assert problem.what == "There is no es.md: its readers get the issue in another language."


def test_issues_from_before_a_language_are_not_said_to_lack_it(bilingual: Content) -> None:
    bilingual.issue(MONDAY - timedelta(weeks=1))
    assert check(bilingual.root).problems == ()


def test_a_language_that_no_issue_has_is_said_of_the_newest_only(content: Content) -> None:
    content.write("publication.toml", PUBLICATION)
    content.weeks(3)
    assert [problem.path for problem in check(content.root).problems] == [str(MONDAY)]


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
    (problem,) = check(content.root).problems
    assert (problem.path, problem.warning, "its year may be mistyped" in problem.what) == (
        str(day),
        True,
        True,
    )
    assert problem.cure.startswith("Rename the folder to 2025-12-29, if that is meant")
    write_new(content, day, markdown().replace("title:", f"date: {day}\ntitle:"))
    assert ["year" in problem.what for problem in check(content.root).problems] == [False]  # a Sunday


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
    (problem,) = archive.problems
    assert (problem.line, problem.warning, "in “Mañana”. The rest is" in problem.what) == (17, False, True)
    assert before is not None
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert issue.editions["en"].title == before.editions["en"].title
