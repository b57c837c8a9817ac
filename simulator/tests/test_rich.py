"""Rich messages: the tags, the limits, the media, and how bots get them back."""

from typing import Any

import pytest

from caller import ANA, Caller
from telegram_simulator import Person, Simulator, Status
from telegram_simulator.api.errors import ApiError
from telegram_simulator.text.rich_html import parse

NESTED = "<b><i>" * 9 + "x" + "</i></b>" * 9


async def _sent(bot: Caller, html: str, **fields: Any) -> Any:
    rich = {"html": html, "skip_entity_detection": True, **fields}
    return await bot.result("sendRichMessage", chat_id=ANA, rich_message=rich)


async def test_a_rich_message_comes_back_as_blocks(ana: Person, bot: Caller) -> None:
    html = (
        '<h2>Mario</h2><p>it&rsquo;s <b>me</b><br><a href="#end">down</a></p><hr>'
        "<ol><li>one</li><li><p>two</p></li></ol>"
        '<table bordered><tr><th>Codes</th></tr><tr><td colspan="2"><code>EI136</code></td></tr></table>'
        "<blockquote>said<cite>who</cite></blockquote><details open><summary>more</summary>x</details>"
        '<footer>end</footer>loose <tg-time unix="5" format="r">then</tg-time>'
    )
    blocks = (await _sent(bot, html))["rich_message"]["blocks"]
    assert [block["type"] for block in blocks] == [
        "heading",
        "paragraph",
        "divider",
        "list",
        "table",
        "blockquote",
        "details",
        "footer",
        "paragraph",
    ]
    assert blocks[0] == {"type": "heading", "text": "Mario", "size": 2}
    assert blocks[1]["text"][:3] == ["it’s ", {"type": "bold", "text": "me"}, "\n"]
    assert blocks[3]["items"][1] == {
        "label": "2.",
        "blocks": [{"type": "paragraph", "text": "two"}],
        "value": 2,
    }
    assert blocks[4]["cells"][0][0] == {
        "text": "Codes",
        "is_header": True,
        "align": "center",
        "valign": "middle",
    }
    assert blocks[5]["credit"] == "who"
    assert ana.sees[-1].rich == html
    assert ana.sees[-1].text.splitlines()[:3] == ["Mario", "it’s me", "down"]


async def test_a_list_may_count_down(ana: Person, bot: Caller) -> None:
    sent = await _sent(bot, '<ol start="5" reversed><li>a</li><li>b</li></ol>')
    assert [item["label"] for item in sent["rich_message"]["blocks"][0]["items"]] == ["5.", "4."]
    assert ana.sees[-1].rich


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("<div>x</div>", "HTML"),
        ("<p>x", "HTML"),
        ("<p>x</b></p>", "HTML"),
        ("<p><h1>x</h1></p>", "HTML"),
        ('<p><img src="https://example.org/a.png"></p>', "HTML"),
        ("<ul>x</ul>", "HTML"),
        ('<p style="color:red">x</p>', "HTML"),
        ("<p>&laquo;x</p>", "HTML"),
        ("1 < 2", "HTML"),
        ("x<!-- note -->", "HTML"),
        ("<script>x</script>", "HTML"),
        ("<figure><figcaption>x</figcaption></figure>", "HTML"),
        ('<a href="javascript:x">x</a>', "URL"),
        ('<a href="/relative">x</a>', "URL"),
        ("<table><tr>" + "<td>x</td>" * 21 + "</tr></table>", "TABLE"),
        ("<p>x</p>" * 501, "BLOCKS"),
        ("<hr>loose" * 251, "BLOCKS"),
        ('<img src="https://example.org/a.png">' * 51, "MEDIA"),
        (NESTED, "DEPTH"),
        ("x" * 32_769, "LENGTH"),
    ],
)
def test_what_telegram_refuses(html: str, what: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse(html, find_emails=False)
    assert refusal.value.description.startswith(f"Bad Request: RICH_MESSAGE_{what}_INVALID: ")


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>" * 500,
        "x" * 32_768,
        "<table><tr>" + "<td>x</td>" * 20 + "</tr></table>",
        "<ul><li><ul><li><b><i><u><s><code>x</code></s></u></i></b></li></ul></li></ul>",
        "&lt;&nbsp;&hellip;&#160;&#xa0;",
        '<a name="end"></a><a href="#end">x</a> <a href="tg://resolve?domain=x">y</a>',
        "<pre><code class='language-py'>x &lt; y</code></pre>",
    ],
)
def test_what_telegram_takes(html: str) -> None:
    assert parse(html, find_emails=False).text


@pytest.mark.parametrize("rich", [None, {}, {"html": " "}, {"html": "<p> </p>"}])
async def test_something_has_to_be_said(ana: Person, bot: Caller, rich: Any) -> None:
    refusal = await bot.refusal("sendRichMessage", chat_id=ANA, rich_message=rich)
    assert refusal == "Bad Request: RICH_MESSAGE_CONTENT_REQUIRED"


async def test_exactly_one_form_is_taken(ana: Person, bot: Caller) -> None:
    both = {"html": "x", "markdown": "x"}
    refusal = await bot.refusal("sendRichMessage", chat_id=ANA, rich_message=both)
    assert refusal.startswith("Bad Request: RICH_MESSAGE_CONTENT_INVALID")
    blocks = [{"type": "paragraph", "text": ["a ", {"type": "bold", "text": "b"}]}]
    await bot.result("sendRichMessage", chat_id=ANA, rich_message={"blocks": blocks})
    await bot.result("sendRichMessage", chat_id=ANA, rich_message={"markdown": "one\n\ntwo"})
    assert [bubble.text for bubble in ana.sees[1:]] == ["a b", "one\ntwo"]


async def test_text_like_an_email_is_refused_unless_detection_is_skipped(ana: Person, bot: Caller) -> None:
    rich = {"html": "write to a@example.org"}
    refusal = await bot.refusal("sendRichMessage", chat_id=ANA, rich_message=rich)
    assert refusal.startswith("Bad Request: RICH_MESSAGE_EMAIL_INVALID")
    assert await _sent(bot, rich["html"])


async def test_an_edit_turns_rich_into_classic_and_back(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    number = (await _sent(bot, "<h1>x</h1>"))["message_id"]
    place = {"chat_id": ANA, "message_id": number}
    await bot.result("editMessageText", **place, text="plain")
    assert (ana.sees[-1].rich, ana.sees[-1].text) == (None, "plain")
    await bot.result("editMessageText", **place, rich_message={"html": "<h1>y</h1>"})
    assert ana.sees[-1].rich == "<h1>y</h1>"
    same = await bot.refusal("editMessageText", **place, rich_message={"html": "<h1>y</h1>"})
    assert same.startswith("Bad Request: message is not modified")
    simulator.faults.add(method="editMessageText", kind=Status(400, "Bad Request: message can't be edited"))
    assert await bot.refusal("editMessageText", **place, text="z") == "Bad Request: message can't be edited"
    assert ana.sees[-1].rich == "<h1>y</h1>"


@pytest.mark.parametrize(
    "given", ['unix="x"', 'unix="-5"', 'unix="9999999999"', 'format="r"', 'unix="5" format="Y"']
)
async def test_a_moment_that_is_none_is_refused(ana: Person, bot: Caller, given: str) -> None:
    rich = {"html": f"<p><tg-time {given}>then</tg-time></p>"}
    answer = await bot.answers("sendRichMessage", chat_id=ANA, rich_message=rich)
    assert answer["description"].startswith("Bad Request: RICH_MESSAGE_HTML_INVALID: tag <tg-time>")
