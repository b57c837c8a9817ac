"""Buttons inside rich messages, and expandable quotations that hold blocks (Bot API 10.3 and 10.5)."""

import pytest

from caller import ANA, Caller
from telegram_simulator import Person


async def _blocks(bot: Caller, html: str) -> list[dict[str, object]]:
    sent = await bot.result("sendRichMessage", chat_id=ANA, rich_message={"html": html})
    blocks: list[dict[str, object]] = sent["rich_message"]["blocks"]
    return blocks


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<tg-button type="callback_data" data="go">Go</tg-button>', {"callback_data": "go"}),
        ('<tg-button data="go" style="link">Go</tg-button>', {"callback_data": "go", "style": "link"}),
        ('<tg-button type="url" url="https://example.org">Go</tg-button>', {"url": "https://example.org"}),
        ('<tg-button type="copy_text" text="abc">Go</tg-button>', {"copy_text": {"text": "abc"}}),
        ('<tg-button type="switch_inline_query" query="">Go</tg-button>', {"switch_inline_query": ""}),
        ('<tg-button type="disabled">Go</tg-button>', {"disabled": {}}),
        ('<tg-button disabled style="danger">Go</tg-button>', {"disabled": {}, "style": "danger"}),
    ],
)
async def test_a_button_in_a_text_comes_back_with_what_it_does(
    ana: Person, bot: Caller, tag: str, expected: dict[str, object]
) -> None:
    [paragraph] = await _blocks(bot, f"<p>Shall we? {tag}</p>")
    assert paragraph["text"] == ["Shall we? ", {"type": "button", "button": {"text": "Go", **expected}}]


async def test_a_row_of_buttons_is_a_block(ana: Person, bot: Caller) -> None:
    row = '<tg-button-row align="center"><tg-button data="a">A</tg-button></tg-button-row>'
    assert await _blocks(bot, f"<p>x</p>{row}") == [
        {"type": "paragraph", "text": "x"},
        {"type": "buttons", "buttons": [{"text": "A", "callback_data": "a"}], "align": "center"},
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<p><tg-button data="{"x" * 65}">A</tg-button></p>', "BUTTON_DATA_INVALID"),
        ("<p><tg-button>A</tg-button></p>", "BUTTON_DATA_INVALID"),
        ('<p><tg-button type="dance" data="x">A</tg-button></p>', "has an unknown type 'dance'"),
        ('<p><tg-button data="x" style="purple">A</tg-button></p>', "invalid button style specified"),
        ('<p><tg-button url="https://example.org" style="link">A</tg-button></p>', "the style link only"),
        ('<p><tg-button url="javascript:x">A</tg-button></p>', "URL"),
        (
            "<tg-button-row>" + '<tg-button data="x">A</tg-button>' * 9 + "</tg-button-row>",
            "holds 1 to 8 buttons",
        ),
        ("<p>x</p><tg-button-row></tg-button-row>", "holds 1 to 8 buttons"),
    ],
)
async def test_buttons_in_a_text_that_telegram_refuses(
    ana: Person, bot: Caller, html: str, expected: str
) -> None:
    assert expected in await bot.refusal("sendRichMessage", chat_id=ANA, rich_message={"html": html})


async def test_an_expandable_quotation_holds_blocks(ana: Person, bot: Caller) -> None:
    html = "<blockquote expandable><p>one</p><ul><li>two</li></ul><cite>who</cite></blockquote>"
    [quotation] = await _blocks(bot, html)
    assert quotation["type"] == "expandable_blockquote"
    assert quotation["credit"] == "who"
    assert quotation["blocks"] == [
        {"type": "paragraph", "text": "one"},
        {"type": "list", "items": [{"label": "•", "blocks": [{"type": "paragraph", "text": "two"}]}]},
    ]


async def test_a_button_below_a_message_may_be_disabled(ana: Person, bot: Caller) -> None:
    markup = {"inline_keyboard": [[{"text": "Later", "disabled": {}}]]}
    sent = await bot.result("sendMessage", chat_id=ANA, text="x", reply_markup=markup)
    assert sent["reply_markup"] == markup
