"""Whether an edition is finished: what its front matter may say of that, and what is never overlooked."""

from datetime import date

import pytest

from bot.domain.content.markdown import Parsed, is_draft, parse
from bot.domain.content.problem import ContentErrors, Problem


def read(*lines: str) -> Parsed:
    front = "\n".join(("title: T", "audience: everyone", *lines))
    source = f"---\n{front}\n---\n# A {{#a}}\n\nx\n".encode()
    return parse(source, path="2025-12-22/es.md", day=date(2025, 12, 22), language="es")


def only_error(*lines: str) -> Problem:
    with pytest.raises(ContentErrors) as raised:
        read(*lines)
    (problem,) = raised.value.problems
    assert not problem.warning
    assert problem.cure.endswith(".")
    return problem


@pytest.mark.parametrize(
    "line",
    [
        *(
            "draft: true",
            "draft: True",
            "draft: TRUE",
            "draft: yes",
            "draft: Yes",
            "draft: on",
            "Draft: true",
        ),
        *(
            "DRAFT: true",
            '"draft": true',
            "status: draft",
            "status: Draft",
            'status: "draft"',
            "Status: draft",
        ),
        *("published: false", "published: False", "published: no", "published: off", "Published: false"),
    ],
)
def test_a_draft_is_held_and_its_editor_told_where_that_stands(line: str) -> None:
    parsed = read(line)
    assert parsed.draft is not None
    assert parsed.draft.line == 4
    (warning,) = parsed.warnings
    assert str(warning) == (
        f"2025-12-22/es.md:4: The whole issue is held: es is a draft (`{parsed.draft.words}`). "
        "Delete the line when the edition is finished."
    )


@pytest.mark.parametrize(
    "line",
    [
        *("draft: false", "draft: False", "draft: no", "draft: off", "Draft: false"),
        *("published: true", "published: yes", "published: ON", "status: published", "status: Published"),
    ],
)
def test_what_says_that_an_edition_is_finished_says_nothing(line: str) -> None:
    parsed = read(line)
    assert (parsed.draft, parsed.warnings) == (None, ())


@pytest.mark.parametrize(
    "line",
    [
        *(
            'draft: "true"',
            "draft: 1",
            "draft: y",
            "draft:",
            "draft: [true]",
            "draft: {a: b}",
            "draft: maybe",
        ),
        *(
            "status: ready",
            "status:",
            "status: true",
            "status: [draft]",
            "status: in review",
            "status: drafts",
        ),
        *('published: "false"', "published: 0", "published: 2025-12-22", "published:", "published: ~"),
        *("Draft: maybe", "STATUS: final"),
    ],
)
def test_any_other_value_is_an_error(line: str) -> None:
    problem = only_error(line)
    assert problem.line == 4
    assert line.partition(":")[0] in problem.what
    assert "`draft: true`" in problem.cure


@pytest.mark.parametrize("value", ["true", "false", "", "2026-01-01", "[a]", '"no"', "public"])
@pytest.mark.parametrize(
    "key",
    [
        *("state", "publish", "publishDate", "visibility", "private", "hidden", "embargo", "ready", "wip"),
        *("State", "WIP", "publish_date", "publish-date", "publishdate", "PublishDate", "Publish Date"),
        *(
            "embargo_until",
            "embargoUntil",
            "is_draft",
            "isDraft",
            "draft-until",
            "published_at",
            "publishedAt",
        ),
        *("post_status", "ready_for_review", "isPrivate", "unpublished", "hidden-until"),
    ],
)
def test_what_other_programs_obey_is_an_error_whatever_it_says(key: str, value: str) -> None:
    problem = only_error(f"{key}: {value}")
    assert problem.line == 4
    assert problem.what.startswith(f"`{key}` is not obeyed here")


@pytest.mark.parametrize("key", ["readytext", "estate", "tags", "layout", "slug", "publisher", "updated"])
def test_a_field_that_holds_nothing_back_anywhere_is_only_unknown(key: str) -> None:
    (warning,) = read(f"{key}: x").warnings
    assert (warning.warning, warning.what) == (True, f"There is no field `{key}`.")
    assert "date, draft" in warning.cure


def test_a_mark_that_stands_twice_is_an_error_in_whatever_case() -> None:
    assert only_error("draft: false", "Draft: true").what == "`Draft` stands twice; first on line 4."


def test_one_mark_is_enough_beside_others_that_say_nothing() -> None:
    assert read("draft: false", "status: draft").draft is not None
    assert read("status: draft", "published: true").draft is not None


@pytest.mark.parametrize("value", ["2025-12-22", '"2025-12-22"', "2025-12-22 ", "'2025-12-22'"])
def test_the_folder_s_own_date_says_nothing(value: str) -> None:
    assert read(f"date: {value}").warnings == ()


@pytest.mark.parametrize(
    "value",
    [
        *("2025-12-22 07:00", "2025-12-22 07:00:00", "2025-12-22T07:00:00-03:00", '"2025-12-22 7:00"'),
        *("2025-12-22T00:00:00Z", "2025-12-22t07:00:00.5", "2025-12-22 07"),
    ],
)
def test_a_time_in_the_date_is_said_not_to_be_obeyed(value: str) -> None:
    (warning,) = read(f"date: {value}").warnings
    assert (warning.line, warning.warning) == (4, True)
    assert "is not obeyed" in warning.what


@pytest.mark.parametrize(
    "value",
    [
        *("2025-12-29", "2026-12-22", "2025-12-29 07:00:00", "23.12.2025", "December 23, 2025", "tomorrow"),
        *("", "20251223", "2025-12-2", "2025-13-45", "[2025-12-22]", "2025-12", "true"),
    ],
)
def test_another_date_than_the_folder_s_is_an_error(value: str) -> None:
    problem = only_error(f"date: {value}")
    assert (problem.line, problem.what) == (4, "`date` is not the folder's date, which is 2025-12-22.")


@pytest.mark.parametrize(
    "value",
    [
        *("22/12/2025", "22.12.2025", "12/22/2025", "2025/12/22", "20251222", "December 22, 2025"),
        *("22 de diciembre de 2025", "lunes 22 dic 2025", "2025-12-22 or so"),
    ],
)
def test_the_folder_s_date_in_another_form_is_told_the_form(value: str) -> None:
    problem = only_error(f"date: {value}")
    assert (problem.line, problem.cure) == (4, "Write `date: 2025-12-22`.")


@pytest.mark.parametrize(
    "front",
    [
        "title: T\ndraft: true",
        "title: A: B\ndraft: true",  # no YAML
        "title: T\nStatus: Draft\r",
        '"draft": yes\nauthor: \'x',
        "title: T\npublished: false  # next week",
        "title: T\ndraft: false\nstatus: draft",
    ],
)
@pytest.mark.parametrize("rest", ["---\n\nNo section yet.\n", "---\n# A {#a}\n\nx\n", ""])
def test_a_draft_is_known_as_one_although_it_does_not_load(front: str, rest: str) -> None:
    source = f"---\n{front}\n{rest}".encode()
    with pytest.raises(ContentErrors):
        parse(source, path="2025-12-22/es.md", day=date(2025, 12, 22), language="es")
    assert is_draft(source)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"draft: true\n---\n",
        b"---\ndraft: false\nstatus: published\n---\n",
        b"---\ntitle: T\n---\ndraft: true\n",
        b"---\ncredit: |\n  draft: true\n---\n",
        b"---\ndraft: maybe\ndraft: [true\ndraft:\n---\n",
        b"---\ndrafts: true\nembargo: true\n---\n",
        b"---\n\xff\xfe: true\n",
    ],
)
def test_no_other_file_that_does_not_load_is_taken_for_a_draft(source: bytes) -> None:
    assert not is_draft(source)
