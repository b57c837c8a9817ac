"""The archive serves what lies on disk, whole, as soon as it is quiet, and never less than before."""

import os
import shutil
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.content.blocks import plain
from bot.domain.content.gate import Access
from bot.domain.content.problem import ContentErrors
from bot.services.content.archive import QUIET, Archive
from bot.services.content.checking import check
from bot.services.content.folder import Folder
from bot.services.content.issues.issue_cache import KEPT
from bot.services.content.issues.loading import load, rebuild
from bot.services.content.issues.package import Package
from bot.services.content.publication_file import read_publication
from tests.files import long_ago
from tests.services.content import MONDAY, NOW, PUBLICATION, Content, markdown, picture

WHOLE = Path(__file__).parents[1] / "data/issues"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    made = Content(tmp_path / "content")
    made.write("publication.toml", PUBLICATION)
    return made


async def title(archive: Archive, day: date = MONDAY, language: str = "en") -> str:
    issue = await archive.issue(day)
    assert issue is not None
    return issue.editions[language].title


def places(archive: Archive) -> list[tuple[str, int | None]]:
    return [(problem.path, problem.line) for problem in archive.problems]


async def test_the_current_issue_is_the_newest_that_is_out(content: Content) -> None:
    newest, older = content.weeks(2)
    upcoming = MONDAY + timedelta(weeks=1)
    content.issue(upcoming)
    archive = await content.open()
    assert archive.current(NOW) == newest
    assert archive.current(datetime(2025, 12, 22, 7, tzinfo=UTC)) == newest
    assert archive.current(datetime(2025, 12, 22, 6, 59, tzinfo=UTC)) == older
    assert archive.dates(NOW) == (newest, older)
    assert archive.dates(NOW, upcoming=True) == (upcoming, newest, older)


async def test_opening_reads_no_more_than_the_current_issue_and_the_upcoming_ones(content: Content) -> None:
    days = content.weeks(5)
    content.issue(MONDAY + timedelta(weeks=1))
    archive = Archive(content.root, content.clock)
    await archive.open()
    assert archive.dates(NOW) == (days[0],)
    assert archive.dates(NOW, upcoming=True) == (MONDAY + timedelta(weeks=1), days[0])
    await archive.load_rest()
    assert archive.dates(NOW) == tuple(days)


async def test_opening_goes_on_to_an_older_issue_when_the_newest_is_broken(content: Content) -> None:
    days = content.weeks(3)
    content.issue(days[0], "broken")
    archive = Archive(content.root, content.clock)
    await archive.open()
    assert archive.current(NOW) == days[1]


async def test_the_facts_of_an_issue_are_known_without_its_text(content: Content) -> None:
    content.issue()
    content.issue(text=markdown("Título"), language="es")
    summary = (await content.open()).summary(MONDAY)
    assert summary is not None
    assert summary.out_at == datetime(2025, 12, 22, 7, tzinfo=UTC)
    language, edition = summary.in_language("fr", "es")
    assert (language, edition.title) == ("es", "Título")
    assert [(section.id, section.headline, section.locked) for section in edition.sections] == [
        ("first", "First", True),
        ("second", "Título", True),
    ]


async def test_only_a_few_issues_are_kept_whole_and_the_others_are_made_again(content: Content) -> None:
    days = content.weeks(KEPT + 4)
    archive = await content.open()
    whole = {}
    for day in (*days, *reversed(days)):
        assert await title(archive, day) == f"Issue of {day}"
        whole[day] = await archive.issue(day)
    assert [day for day in days if await archive.issue(day) is whole[day]] == days[:KEPT]


async def test_an_issue_made_again_is_the_same_one(content: Content) -> None:
    content.write(f"{MONDAY}/cover.png", picture())
    days = content.weeks(KEPT + 1)
    archive = await content.open()
    before = await archive.issue(MONDAY)
    for day in days[1:]:
        await archive.issue(day)
    again = await archive.issue(MONDAY)
    assert again is not before
    assert again == before


async def test_an_issue_made_again_while_its_cover_changes_has_no_cover(content: Content) -> None:
    content.write(f"{MONDAY}/cover.png", picture())
    days = content.weeks(KEPT + 1)
    archive = await content.open()
    for day in days[1:]:
        await archive.issue(day)
    content.write(f"{MONDAY}/cover.png", picture(color="blue"))
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert issue.cover is None


async def test_a_change_is_served_when_the_folder_has_been_quiet_for_a_second(content: Content) -> None:
    content.issue()
    archive = await content.open()
    content.issue(text=markdown("New"))
    await archive.scan()
    assert await title(archive) == "Title"
    content.seconds += 0.9
    await archive.scan()
    assert await title(archive) == "Title"
    content.seconds += 0.1
    await archive.scan()
    assert await title(archive) == "New"


async def test_a_folder_that_goes_on_changing_is_left_alone(content: Content) -> None:
    content.issue()
    archive = await content.open()
    for number in range(5):
        content.issue(text=markdown(f"New {number}" + "!" * number))
        await archive.scan()
        content.seconds += 0.9
        assert await title(archive) == "Title"


async def test_both_languages_and_the_cover_go_live_together(content: Content) -> None:
    content.issue()
    archive = await content.open()
    content.issue(text=markdown("English"))
    await archive.scan()
    content.seconds += 0.9
    content.issue(text=markdown("Español"), language="es")
    content.write(f"{MONDAY}/cover.jpg", picture("JPEG"))
    await archive.scan()
    content.seconds += 0.9
    await archive.scan()
    before = await archive.issue(MONDAY)
    assert before is not None
    assert (list(before.editions), before.cover) == (["en"], None)
    content.seconds += 0.1
    await archive.scan()
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert issue.cover is not None
    assert ([edition.title for edition in issue.editions.values()], issue.cover.media_type) == (
        ["English", "Español"],
        "image/jpeg",
    )


async def test_a_new_issue_appears_and_a_removed_one_is_gone(content: Content) -> None:
    content.issue()
    archive = await content.open()
    later = MONDAY + timedelta(weeks=1)
    content.issue(later)
    await content.settle(archive)
    assert archive.dates(NOW, upcoming=True) == (later, MONDAY)
    shutil.rmtree(content.root / str(MONDAY))
    await content.settle(archive)
    assert archive.dates(NOW, upcoming=True) == (later,)
    assert (await archive.issue(MONDAY), archive.summary(MONDAY)) == (None, None)
    assert await archive.search("words", "en", NOW, Access.FULL) == []


async def test_a_broken_edition_keeps_the_last_good_one_in_service_and_is_logged_once(
    content: Content,
) -> None:
    content.issue()
    content.issue(text=markdown("Título"), language="es")
    archive = await content.open()
    content.issue(text=markdown("Título").replace("{#second}", "{#first}"), language="es")
    content.issue(text=markdown("New"))
    with capture_logs() as logs:
        await content.settle(archive)
        await content.settle(archive)
    assert (await title(archive), await title(archive, language="es")) == ("New", "Título")
    log, loaded = logs
    assert (loaded["event"], loaded["languages"]) == ("issue loaded", "en")
    assert (log["file"], log["line"], log["log_level"]) == ("2025-12-22/es.md", 12, "error")
    assert log["cure"] == "Give one of the two another one."
    assert places(archive) == [("2025-12-22/es.md", 12)]


async def test_the_last_good_edition_outlives_its_place_in_memory(content: Content) -> None:
    days = content.weeks(KEPT + 2)
    archive = await content.open()
    content.issue(text="broken")
    await content.settle(archive)
    before = await archive.issue(MONDAY)
    for day in days[1:]:
        await archive.issue(day)
    assert await archive.issue(MONDAY) is not before
    assert await title(archive) == f"Issue of {MONDAY}"


async def test_a_file_that_changes_is_not_read_from_disk_before_it_is_quiet(content: Content) -> None:
    days = content.weeks(KEPT + 2)
    archive = await content.open()
    before = await archive.issue(MONDAY)
    for day in days[1:]:
        await archive.issue(day)
    content.issue(text=markdown("Half-written"))
    assert await archive.issue(MONDAY) is not before
    assert await title(archive) == f"Issue of {MONDAY}"


async def test_no_beginning_of_an_edition_is_ever_served_instead_of_the_whole(content: Content) -> None:
    whole = markdown("Año nuevo", free="“free”\n\n- one\n- two").encode()
    content.issue(text=whole.decode())
    archive = await content.open()
    before = await archive.issue(MONDAY)
    assert before is not None
    for length in range(len(whole)):
        content.write(f"{MONDAY}/en.md", whole[:length])
        await content.settle(archive)
        issue = await archive.issue(MONDAY)
        assert issue is not None
        assert issue.editions["en"].sections == before.editions["en"].sections
    content.write(f"{MONDAY}/en.md", whole)
    await content.settle(archive)
    assert archive.problems == ()


async def test_an_edition_that_is_made_shorter_on_purpose_is_served(content: Content) -> None:
    content.issue()
    archive = await content.open()
    content.issue(text=markdown().partition("# Second")[0] + "\n\n")
    await content.settle(archive)
    summary = archive.summary(MONDAY)
    assert summary is not None
    assert [section.id for section in summary.editions["en"].sections] == ["first"]


async def test_an_issue_whose_first_edition_is_broken_is_not_served(content: Content) -> None:
    content.issue(text="broken")
    archive = await content.open()
    assert (archive.current(NOW), await archive.issue(MONDAY)) == (None, None)
    assert "There is no issue that can be served." in [problem.what for problem in archive.problems]
    content.issue()
    await content.settle(archive)
    assert (archive.current(NOW), archive.problems) == (MONDAY, ())


async def test_the_smaller_free_part_of_two_languages_holds_in_what_is_served(content: Content) -> None:
    content.issue(text=markdown().replace("free words", "free words\n\ngiven away"))
    content.issue(text=markdown(), language="es")
    archive = await content.open()
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert {edition.sections[0].free_until for edition in issue.editions.values()} == {(1,)}
    assert places(archive) == [("2025-12-22/es.md", 8)]
    assert await archive.search("given away", "en", NOW, Access.PREVIEW) == []
    assert len(await archive.search("given away", "en", NOW, Access.FULL)) == 1


async def test_the_series_of_an_edition_is_the_publications_unless_it_has_its_own(content: Content) -> None:
    content.issue()
    content.issue(text=markdown().replace("title:", "series: Otra\ntitle:"), language="es")
    issue = await (await content.open()).issue(MONDAY)
    assert issue is not None
    assert [edition.series for edition in issue.editions.values()] == ["Sample", "Otra"]


async def test_a_revision_changes_with_the_cover(content: Content) -> None:
    content.issue()
    archive = await content.open()
    before = archive.summary(MONDAY)
    content.write(f"{MONDAY}/cover.png", picture())
    await content.settle(archive)
    after = archive.summary(MONDAY)
    assert before is not None
    assert after is not None
    assert before.editions["en"].revision != after.editions["en"].revision


@pytest.mark.parametrize(
    ("name", "cover", "words"),
    [
        ("cover.jpg", b"no picture", "not a picture"),
        ("cover.png", picture()[:60], "not a picture"),
        ("cover.jpg", picture("JPEG", (400, 400))[:-900], "not a picture"),
        ("cover.png", picture(size=(10_001, 2)), "10001 × 2"),
        ("cover.png", b"x" * (30 * 1024 * 1024 + 1), "30 MB"),
        ("cover.webp", picture("GIF"), "not a picture"),
    ],
    ids=["text", "half a PNG", "half a JPEG", "too long", "too large", "a GIF"],
)
async def test_an_issue_whose_cover_cannot_be_used_is_served_without_it(
    content: Content, name: str, cover: bytes, words: str
) -> None:
    content.issue()
    content.write(f"{MONDAY}/{name}", cover)
    archive = await content.open()
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert issue.cover is None
    (problem,) = archive.problems
    assert (problem.path, problem.warning, words in problem.what) == (f"{MONDAY}/{name}", True, True)


async def test_the_front_matter_names_the_cover(content: Content) -> None:
    content.issue(text=markdown().replace("title:", "cover: photo.webp\ntitle:"))
    content.write(f"{MONDAY}/photo.webp", picture("WEBP", (40, 30)))
    issue = await (await content.open()).issue(MONDAY)
    assert issue is not None
    assert issue.cover is not None
    assert (issue.cover.width, issue.cover.height, issue.cover.media_type) == (40, 30, "image/webp")


@pytest.mark.parametrize("name", ["../secret.png", "photo.txt", "missing.png"])
async def test_a_cover_that_lies_elsewhere_is_refused(content: Content, name: str) -> None:
    content.write("secret.png", picture())
    content.write(f"{MONDAY}/photo.txt", picture())
    content.issue(text=markdown().replace("title:", f"cover: {name}\ntitle:"))
    archive = await content.open()
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert issue.cover is None
    assert [problem.warning for problem in archive.problems] == [True]


async def test_links_to_outside_of_the_content_folder_are_refused(content: Content, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text(markdown("Outside"))
    (tmp_path / "outside.png").write_bytes(picture())
    long_ago(tmp_path / "outside.md")
    long_ago(tmp_path / "outside.png")
    content.issue()
    (content.root / str(MONDAY) / "es.md").symlink_to(tmp_path / "outside.md")
    (content.root / str(MONDAY) / "cover.png").symlink_to(tmp_path / "outside.png")
    archive = await content.open()
    issue = await archive.issue(MONDAY)
    assert issue is not None
    assert (list(issue.editions), issue.cover) == (["en"], None)
    assert ["outside of the content folder" in problem.what for problem in archive.problems] == [True, True]


@pytest.mark.parametrize("name", [f"{MONDAY}/notes", f"{MONDAY}/es.md", f"{MONDAY}/cover.png", "2025-12-29"])
async def test_a_link_to_itself_takes_nothing_out_of_service(content: Content, name: str) -> None:
    content.issue()
    archive = await content.open()
    (content.root / name).symlink_to(content.root / name)
    await content.settle(archive)
    assert await title(archive) == "Title"
    assert all("link" in problem.what for problem in archive.problems)


async def test_a_cover_that_is_no_file_is_not_waited_for(content: Content) -> None:
    content.issue()
    os.mkfifo(content.root / f"{MONDAY}/cover.png")
    archive = await content.open()
    assert await title(archive) == "Title"
    assert "not a file" in archive.problems[0].what


def test_a_folder_that_cannot_be_read_keeps_its_issue(content: Content) -> None:
    content.issue()
    folder, publication = Folder(content.root), read_publication(Folder(content.root))
    before = load(folder, MONDAY, publication)
    shutil.rmtree(content.root / str(MONDAY))
    content.write(str(MONDAY), "no folder")
    after = load(folder, MONDAY, publication, before.package)
    assert after.issue == before.issue
    assert "cannot be read" in after.problems[0].what


def test_what_was_good_before_a_rule_was_made_is_served_on(content: Content) -> None:
    content.issue(text=markdown(free="#Economy: Two {#two}"))
    folder, publication = Folder(content.root), read_publication(Folder(content.root))
    assert load(folder, MONDAY, publication).issue is None
    packed = zlib.compress(markdown(free="#Economy: Two {#two}").encode())
    after = load(folder, MONDAY, publication, Package(MONDAY, {"en": packed}))
    assert after.issue is not None
    assert rebuild(folder, after.package, publication) == after.issue
    assert [problem.line for problem in after.problems if not problem.warning] == [6]


async def test_hidden_files_mean_nothing(content: Content) -> None:
    content.issue()
    before = Folder(content.root).stamp(MONDAY)
    content.write(f"{MONDAY}/.#en.md", "x")
    content.write(f"{MONDAY}/.en.md.swp", "x")
    assert Folder(content.root).stamp(MONDAY) == before
    assert (await content.open()).problems == ()


async def test_a_name_in_capitals_is_warned_of(content: Content) -> None:
    content.issue()
    content.write(f"{MONDAY}/ES.MD", markdown())
    (problem,) = (await content.open()).problems
    assert (problem.warning, problem.what) == (True, "There is no es.md; ES.MD is not read.")


async def test_other_names_in_the_folder_mean_nothing_or_are_warned_of(content: Content) -> None:
    content.issue()
    content.write("README.md", "x")
    content.write("drafts/en.txt", "x")
    content.issue(MONDAY + timedelta(days=1))
    content.write(f"{MONDAY}/de.md", "x")
    archive = await content.open()
    assert archive.dates(NOW, upcoming=True) == (MONDAY + timedelta(days=1), MONDAY)
    assert [(problem.path, problem.warning) for problem in archive.problems] == [
        ("2025-12-23", True),
        ("2025-12-22", True),
    ]
    assert "Tuesday" in archive.problems[0].what


@pytest.mark.parametrize("name", ["30-11-2026", "2026-11-31", "2026-13-30", "issue30"])
async def test_a_folder_whose_name_is_no_date_is_warned_of_once_and_when_mended(
    content: Content, name: str
) -> None:
    content.issue()
    content.issue(language="es")
    archive = await content.open()
    content.write(f"{name}/en.md", markdown())
    with capture_logs() as logs:
        await content.settle(archive)
        await content.settle(archive)
    (log,) = logs
    assert log == {
        "log_level": "warning",
        "event": "content problem",
        "file": name,
        "what": f"`{name}` is no date, so nothing in it is served.",
        "cure": "Name the folder by the issue's date, as in 2026-11-30.",
    }
    checked = check(content.root)
    assert (checked.problems, checked.sound) == (archive.problems, True)
    assert checked.summary == "1 issue, 2025-12-22: no errors, 1 warning."
    (content.root / name).rename(content.root / "2026-11-30")
    with capture_logs() as logs:
        await content.settle(archive)
    assert [(log["event"], log.get("file"), log.get("issue")) for log in logs] == [
        ("content problem mended", name, None),
        ("issue loaded", None, "2026-11-30"),
    ]


async def test_hidden_folders_and_those_without_markdown_mean_nothing(content: Content) -> None:
    content.issue()
    content.write(".git/en.md", "x")
    content.write("pictures/a.png", picture())
    assert (await content.open()).problems == ()


async def test_the_start_tells_only_of_the_newest_issue(content: Content) -> None:
    content.weeks(5)
    content.write("publication.toml", PUBLICATION.replace("UTC", "America/Asuncion"))
    content.issue(MONDAY + timedelta(weeks=1))
    content.issue(MONDAY + timedelta(weeks=1), markdown("Título"), "es")
    with capture_logs() as logs:
        await content.open()
    (log,) = logs
    assert log == {
        "log_level": "info",
        "event": "issue loaded",
        "issue": "2025-12-29",
        "languages": "en, es",
        "sections": 2,
        "out": "2025-12-29 07:00-03:00",
    }


async def test_a_problem_counts_as_mended_when_its_file_has_no_error(content: Content) -> None:
    content.issue(text=markdown().replace(" {#first}", ""))
    archive = await content.open()
    content.issue(text="broken")
    with capture_logs() as logs:
        await content.settle(archive)
    assert {log["log_level"] for log in logs} == {"error"}
    content.issue()
    with capture_logs() as logs:
        await content.settle(archive)
    assert {log["event"] for log in logs} == {"content problem mended", "issue loaded"}


async def test_a_problem_that_only_moved_is_told_again_and_not_as_mended(content: Content) -> None:
    text = markdown().replace(" {#first}", "")
    content.issue(text=text)
    archive = await content.open()
    content.issue(text=text.replace("title:", "series: Moved\ntitle:"))
    with capture_logs() as logs:
        await content.settle(archive)
    assert [(log["event"], log.get("line")) for log in logs] == [
        ("content problem", 5),
        ("issue loaded", None),
    ]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("portada.png", "There is no file portada.png beside the edition."),
        ("notes.txt", "The cover notes.txt is no picture."),
    ],
)
def test_a_cover_that_is_missing_or_no_picture_is_told_so(content: Content, name: str, what: str) -> None:
    content.write(f"{MONDAY}/notes.txt", "x")
    content.issue(text=markdown().replace("title:", f"cover: {name}\ntitle:"))
    content.issue(language="es")
    (problem,) = check(content.root).problems
    assert problem.what == what


async def test_a_change_of_the_publication_is_taken_up_and_a_broken_one_is_not(content: Content) -> None:
    content.issue()
    archive = await content.open()
    content.write("publication.toml", PUBLICATION.replace("07:00", "15:00"))
    await content.settle(archive)
    assert archive.current(NOW) is None
    content.write("publication.toml", PUBLICATION.replace("07:00", "soon"))
    await content.settle(archive)
    assert archive.publication.push_hour.hour == 15
    assert places(archive) == [("publication.toml", 4)]


async def test_what_becomes_of_a_changed_publication_and_of_a_removed_issue_is_logged(
    content: Content,
) -> None:
    content.issue()
    archive = await content.open()

    async def told(publication: str | None) -> list[tuple[str, object]]:
        if publication is not None:
            content.write("publication.toml", publication)
        with capture_logs() as logs:
            await content.settle(archive)
            await content.settle(archive)
        entries = [line for line in logs if line["event"] != "issue loaded"]
        return [(line["event"], line.get("push", line.get("file", line.get("issue")))) for line in entries]

    assert await told(None) == []
    later = PUBLICATION.replace("07:00", "15:00")
    assert await told(later) == [("publication loaded", "monday 15:00")]
    assert await told(later.replace("15:00", "soon")) == [("content problem", "publication.toml")]
    assert await told(later) == [
        ("content problem mended", "publication.toml"),
        ("publication loaded", "monday 15:00"),
    ]
    shutil.rmtree(content.root / str(MONDAY))
    assert ("issue removed", "2025-12-22") in await told(None)


async def test_a_change_of_the_publication_hurries_no_folder_that_is_still_changing(content: Content) -> None:
    content.issue()
    archive = await content.open()
    content.write("publication.toml", PUBLICATION.replace("07:00", "08:00"))
    await archive.scan()
    content.seconds += 0.5
    content.issue(text=markdown("Half-written"))
    await archive.scan()
    content.seconds += 0.5
    await archive.scan()
    assert (archive.publication.push_hour.hour, await title(archive)) == (8, "Title")
    content.seconds += 0.5
    await archive.scan()
    assert await title(archive) == "Half-written"


async def test_what_was_served_stays_when_the_content_folder_is_away_for_a_while(content: Content) -> None:
    content.issue()
    archive = await content.open()
    content.root.rename(content.root.with_name("away"))
    await content.settle(archive)
    assert (archive.current(NOW), await title(archive)) == (MONDAY, "Title")
    assert "There is no content folder" in archive.problems[0].what
    content.root.with_name("away").rename(content.root)
    await content.settle(archive)
    assert archive.problems == ()


@pytest.mark.parametrize(
    ("publication", "words"),
    [(None, "There is no publication.toml in "), ("name = 1", "`name` is not text"), (b"\xff", "not UTF-8")],
)
async def test_without_a_valid_publication_nothing_opens(
    content: Content, publication: str | bytes | None, words: str
) -> None:
    if publication is None:
        (content.root / "publication.toml").unlink()
    else:
        content.write("publication.toml", publication)
    with pytest.raises(ContentErrors, match=words):
        await content.open()
    assert any(words in problem.what for problem in check(content.root).problems)


async def test_a_missing_content_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ContentErrors, match="There is no content folder"):
        await Content(tmp_path / "nowhere").open()


def test_a_check_names_all_that_is_wrong_in_all_issues(content: Content) -> None:
    days = content.weeks(3)
    content.issue(days[0], "broken")
    content.issue(days[2], markdown().replace(" {#first}", ""))
    all_problems = check(content.root).problems
    assert {(problem.path, problem.warning) for problem in all_problems} == {
        (str(days[0]), True),  # it lacks es.md
        (f"{days[0]}/en.md", False),
        (f"{days[2]}/en.md", True),
    }


def test_a_check_of_a_folder_without_issues_says_so(content: Content) -> None:
    checked = check(content.root)
    (problem,) = checked.problems
    assert str(problem).startswith(f"{content.root}: There is no issue that can be served.")
    assert checked.summary == "No issue was read: 1 error, no warnings."


async def test_an_issue_as_newsrooms_write_them_is_served() -> None:
    archive = await Content(WHOLE).open()
    issue = await archive.issue(date(2025, 12, 22))
    assert issue is not None
    assert archive.problems == ()
    assert "Mayor Bruno Paredes" in plain(issue.editions["en"].sections[1].blocks)


async def test_a_folder_that_is_being_written_to_at_the_start_waits_for_its_second_of_quiet(
    content: Content,
) -> None:
    content.issue(date(2025, 12, 15), markdown("Old"))
    fresh = content.issue(MONDAY, markdown("Half"))
    long_ago(content.root / "2025-12-15" / "en.md")
    os.utime(fresh)
    archive = Archive(content.root, content.clock, monotonic=lambda: content.seconds)
    await archive.open()
    await archive.load_rest()
    assert archive.dates(NOW) == (date(2025, 12, 15),)
    await archive.scan()
    content.seconds += QUIET
    await archive.scan()
    assert archive.dates(NOW) == (MONDAY, date(2025, 12, 15))


async def test_an_older_issue_that_is_asked_for_right_after_the_start_is_loaded_at_once(
    content: Content,
) -> None:
    oldest = content.weeks(3)[-1]
    archive = await content.open()
    issue = await archive.issue(oldest)
    assert issue is not None
    assert issue.date == oldest
    await archive.load_rest()
    assert len(archive.dates(NOW)) == 3
