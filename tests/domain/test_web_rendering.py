"""The public page's article: free text only, and safe."""

from dataclasses import replace

import pytest

from bot.domain.content.gate import Access, Shown
from bot.domain.content.issue import Paragraph, Picture, Run
from bot.domain.pages.rendering.web import free_part
from tests.domain import sample


def test_the_public_page_shows_the_free_part_and_marks_what_is_locked() -> None:
    article = free_part(sample.readable(Access.PREVIEW))
    assert '<section id="topstory">' in article
    assert '<section id="politics" class="locked">' in article
    assert "<li>Rana has nominated a friend.</li>" in article
    assert "council objects" not in article
    assert "Prices rise again" not in article
    assert "Prices &lt;rise&gt;" in article


def test_full_access_is_refused() -> None:
    with pytest.raises(ValueError, match="preview"):
        free_part(sample.readable(Access.FULL))


def test_markup_and_scripts_from_content_do_not_reach_the_page() -> None:
    readable = sample.readable(Access.PREVIEW)
    blocks = (
        Paragraph((Run("<script>alert(1)</script>", link="javascript:alert(1)"),)),
        Picture('https://example.org/x.jpg?"onerror="alert(1)', '"><script>'),
    )
    section = replace(readable.sections[0], kicker="<i>", headline="<u>", free=Shown(blocks))
    article = free_part(replace(readable, sections=(section,)))
    assert "<script" not in article
    assert "javascript:" not in article
    assert '"onerror' not in article
    assert "<i>" not in article


def test_every_kind_of_block_has_its_element() -> None:
    article = free_part(sample.readable(Access.PREVIEW))
    for tag in (
        "<h2>",
        "<blockquote>",
        "<figure>",
        "<figcaption>",
        '<p class="story">',
        "<aside>",
        "<ol start",
        "<sup>",
    ):
        assert tag in article
