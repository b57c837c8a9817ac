"""Two languages of one issue: neither gives away what the other one sells."""

from datetime import date

import pytest

from bot.domain.content.blocks import plain
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Edition, Path
from bot.domain.content.language_consistency import agree
from bot.domain.content.markdown import parse

FREE = "title: T\naudience: everyone"


def edition(language: str, body: str, front: str = "title: T") -> Edition:
    source = f"---\n{front}\n---\n{body}".encode()
    path = f"2025-12-22/{language}.md"
    return parse(source, path=path, day=date(2025, 12, 22), language=language).edition


def ends(*editions: Edition) -> list[dict[str, Path | None]]:
    agreed, _ = agree({edition.language: edition for edition in editions})
    return [{section.id: section.free_until for section in edition.sections} for edition in agreed.values()]


def test_editions_that_agree_stay_as_they_are() -> None:
    body = "# A {#a}\nx\n\n<!-- paywall -->\ny\n# B {#b}\nz"
    editions = {"en": edition("en", body), "es": edition("es", body)}
    assert agree(editions) == (editions, ())


def test_one_language_alone_agrees_with_itself() -> None:
    editions = {"en": edition("en", "# A {#a}\nx\n\n<!-- paywall -->\ny")}
    assert agree(editions) == (editions, ())


def test_the_smaller_free_part_holds_for_both_with_a_warning_that_names_both_lines() -> None:
    english = edition("en", "# A {#a}\nx\n\n- y\n  <!-- paywall -->\n- z\n# B {#b}\nx")
    spanish = edition("es", "# A {#a}\nx\n\n<!-- paywall -->\n\n- y\n- z\n# B {#b}\nx")
    assert ends(english, spanish) == [{"a": (1,), "b": (0,)}] * 2
    agreed, (problem,) = agree({"en": english, "es": spanish})
    assert (problem.path, problem.line, problem.warning) == ("2025-12-22/es.md", 7, True)
    assert "2025-12-22/en.md (line 8 there, line 7 here)" in problem.what
    assert agreed["es"] is spanish
    assert agreed["en"].revision != english.revision


@pytest.mark.parametrize("order", [("en", "es"), ("es", "en")])
def test_an_edition_for_everyone_is_cut_where_the_other_one_is(order: tuple[str, str]) -> None:
    editions = {
        "en": edition("en", "# A {#a}\nx\n\ny\n# B {#b}\nz", FREE),
        "es": edition("es", "# A {#a}\nx\n\n<!-- paywall -->\ny\n# B {#b}\nz"),
    }
    assert ends(*(editions[language] for language in order)) == [{"a": (1,), "b": (0,)}] * 2


def test_a_section_that_the_other_language_lacks_is_paid() -> None:
    english = edition("en", "# A {#a}\nx\n# New {#new}\nx\n# B {#b}\nx\n\n<!-- paywall -->\ny")
    spanish = edition("es", "# A {#a}\nx\n# B {#b}\nx\n\n<!-- paywall -->\ny")
    assert ends(english, spanish) == [{"a": None, "new": (0,), "b": (1,)}, {"a": None, "b": (1,)}]
    _, (problem,) = agree({"en": english, "es": spanish})
    assert "'b' (line 6) here, 'new' (line 6) there" in problem.what


def test_another_order_is_warned_of_and_every_section_finds_its_own() -> None:
    english = edition("en", "# A {#a}\nx\n# B {#b}\nx\n\n<!-- paywall -->\ny")
    spanish = edition("es", "# B {#b}\nx\n# A {#a}\nx\n\n<!-- paywall -->\ny")
    assert ends(english, spanish) == [{"a": (1,), "b": (1,)}, {"b": (1,), "a": (1,)}]


def test_editions_that_are_both_for_everyone_stay_free() -> None:
    english = edition("en", "# A {#a}\nx\n# B {#b}\nx", FREE)
    assert ends(english, edition("es", "# A {#a}\nx", FREE)) == [{"a": None, "b": None}, {"a": None}]


def test_blocks_of_another_kind_are_cut_before_them() -> None:
    english = edition("en", "# A {#a}\nx\n\n- y\n\n  <!-- paywall -->\n\n  paid")
    spanish = edition("es", "# A {#a}\nx\n\nnot a list\n\npaid\n\n<!-- paywall -->\nz")
    agreed, _ = agree({"en": english, "es": spanish})
    (seen,) = gate(agreed["es"], Access.PREVIEW).sections
    assert plain(seen.free) == "x"
