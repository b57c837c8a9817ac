"""An announcement in our Markdown becomes what Telegram takes, or a sentence that says what is wrong."""

import pytest

from bot.domain.content.problem import ContentErrors
from bot.domain.delivery.announcement_markdown import read_announcement
from tests.telegram_parser import parse


def test_it_is_rendered_like_a_section_of_an_issue() -> None:
    text = "# News\n\nA **bold** word, 5 < 6 & a note[^1].\n\n## Why\n\nBecause.\n\n[^1]: From *here*.\n"
    announcement, warnings = read_announcement(text.encode(), "news.md")
    parsed = parse(str(announcement.payload["text"]))
    assert parsed.text == "News\n\nA bold word, 5 < 6 & a note¹.\n\nWhy\nBecause.\n\n¹ From here."
    assert announcement.plain == parsed.text
    assert (announcement.method, announcement.payload["parse_mode"], warnings) == ("sendMessage", "HTML", [])


def test_what_its_editor_should_look_at_is_told() -> None:
    _, warnings = read_announcement(b"A mark[^1] without a note.", "news.md")
    assert str(warnings[0]).startswith("news.md:1: The footnote's mark [^1] has no note")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 4_100, "news.md: 4,100 characters: 4 more than one message holds. Shorten it."),
        ("**b** " * 101, "101 pieces of formatting and links: 1 more than one message holds."),
        ("\n", "news.md: There is nothing to send."),
        ("a\n\n<!-- paywall -->\n\nb", "news.md:3: A paywall line in an announcement"),
        ("a\n\n<!-- later -->", "news.md:3: An HTML comment"),
        ("---\ntitle: x\n---\nb", "news.md:1: An announcement has no front matter."),
    ],
    ids=["too long", "too many pieces", "empty", "paywall", "comment", "front matter"],
)
def test_what_cannot_be_sent_is_refused(text: str, said: str) -> None:
    with pytest.raises(ContentErrors) as refused:
        read_announcement(text.encode(), "news.md")
    assert said in str(refused.value)
