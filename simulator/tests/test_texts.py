"""Texts are parsed as Telegram parses them: its own cases, its entities, its errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from caller import ANA, Caller
from telegram_simulator import Person
from telegram_simulator.text.texts import Parser

CASES = Path(__file__).with_name("html_cases.json")
"""Texts of our own, with what Telegram's own parser makes of them: each rule once."""

KINDS = {
    "textEntityTypeTextUrl": "TextUrl",
    "textEntityTypePreCode": "PreCode",
    "textEntityTypeDateTime": "FormattedDate",
}


def test_html_is_parsed_as_telegram_parses_it() -> None:
    cases: list[dict[str, Any]] = json.loads(CASES.read_text(encoding="utf-8"))
    parser = Parser()
    for case in cases:
        answer = parser.raw(case["html"], "html")
        if "error" in case:
            assert answer["message"] == f"Can't parse entities: {case['error']}", case
            continue
        entities = [_short(entity) for entity in answer["entities"]]
        expected = [tuple(entity) for entity in case["entities"]]
        assert (answer["text"], entities) == (case["text"], expected), case
    assert len(cases) > 80


def _short(entity: dict[str, Any]) -> tuple[str, int, int]:
    kind = entity["type"]["@type"]
    return KINDS.get(kind, kind.removeprefix("textEntityType")), entity["offset"], entity["length"]


@pytest.mark.parametrize("form", ["wDT", "dt", "D", "t", "r", ""])
async def test_a_bots_own_moment_keeps_its_form(ana: Person, bot: Caller, form: str) -> None:
    given = {"type": "date_time", "offset": 0, "length": 4, "unix_time": 1784483903, "date_time_format": form}
    await bot.result("sendMessage", chat_id=ANA, text="then", entities=[given])
    assert ana.sees[-1].entities == (given,)
    assert f'<tg-time unix="1784483903" format="{form}">then</tg-time>' in ana.sees[-1].html


@pytest.mark.parametrize(
    ("html", "text", "entity"),
    [
        ("<b>é😀</b>", "é😀", {"type": "bold", "offset": 0, "length": 3}),
        ("<blockquote expandable>q</blockquote>", "q", {"type": "expandable_blockquote"}),
        ('<pre><code class="language-py">x</code></pre>', "x", {"type": "pre", "language": "py"}),
        ('<a href="http://example.org/a">x</a>', "x", {"type": "text_link", "url": "http://example.org/a"}),
        ('<a href="tg://user?id=5">x</a>', "x", {"type": "text_mention"}),
        ('<tg-emoji emoji-id="12">👍</tg-emoji>', "👍", {"type": "custom_emoji", "custom_emoji_id": "12"}),
        (
            '<tg-time unix="1784483903" format="wDT">x</tg-time>',
            "x",
            {"type": "date_time", "unix_time": 1784483903, "date_time_format": "wDT"},
        ),
        ("/start", "/start", {"type": "bot_command"}),
        ("a example.org", "a example.org", {"type": "url", "offset": 2, "length": 11}),
    ],
)
async def test_entities_reach_the_bot_in_the_bot_apis_form(
    ana: Person, bot: Caller, html: str, text: str, entity: dict[str, Any]
) -> None:
    sent = await bot.result("sendMessage", chat_id=ANA, text=html, parse_mode="HTML")
    assert sent["text"] == text
    assert len(sent["entities"]) == 1
    assert entity.items() <= sent["entities"][0].items()


async def test_ends_are_trimmed_and_entities_moved(ana: Person, bot: Caller) -> None:
    sent = await bot.result("sendMessage", chat_id=ANA, text=" \n<b> hi </b>\t\x01 ", parse_mode="html")
    assert (sent["text"], sent["entities"]) == ("hi", [{"type": "bold", "offset": 0, "length": 2}])


async def test_markdown_and_explicit_entities_are_read_too(ana: Person, bot: Caller) -> None:
    await bot.says("*a* _b_", parse_mode="MarkdownV2")
    await bot.says("a b", entities=[{"type": "italic", "offset": 2, "length": 1}])
    assert [bubble.html for bubble in ana.sees[1:]] == ["<b>a</b> <i>b</i>", "a <i>b</i>"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"parse_mode": "RTF"}, "Bad Request: unsupported parse_mode"),
        (
            {"entities": [{"type": "bold", "offset": 0, "length": 9}]},
            (
                "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text "
                "at UTF-16 offset 9"
            ),
        ),
        (
            {"entities": [{"type": "loud", "offset": 0, "length": 1}]},
            "Bad Request: can't parse MessageEntity: unsupported type specified",
        ),
    ],
)
async def test_wrong_modes_and_entities_are_refused(
    ana: Person, bot: Caller, values: dict[str, Any], expected: str
) -> None:
    assert await bot.refusal("sendMessage", chat_id=ANA, text="x", **values) == expected


async def test_what_a_person_writes_carries_its_commands_and_links(stranger: Person, bot: Caller) -> None:
    stranger.writes("/section politics https://example.org")
    message = (await bot.result("getUpdates"))[0]["message"]
    assert [entity["type"] for entity in message["entities"]] == ["bot_command", "url"]
    assert message["entities"][0]["length"] == len("/section")


async def test_the_html_for_the_page_carries_no_foreign_markup(ana: Person, bot: Caller) -> None:
    await bot.says('[<b>](http://example.org/?"a") *x*', parse_mode="Markdown")
    assert ana.sees[-1].html == '<a href="http://example.org/?&quot;a&quot;">&lt;b&gt;</a> <b>x</b>'
