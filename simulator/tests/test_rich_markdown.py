"""Rich Markdown: what Telegram's own examples of it become."""

import pytest

from caller import ANA, Caller
from telegram_simulator import Person
from telegram_simulator.text import rich_markdown
from telegram_simulator.text.rich_markdown_inline import inline


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**bold** __bold__", "<b>bold</b> <b>bold</b>"),
        ("*it* _it_ snake_case_name", "<i>it</i> <i>it</i> snake_case_name"),
        ("***both***", "<i><b>both</b></i>"),
        ("**a *b* c**", "<b>a <i>b</i> c</b>"),
        ("~~no~~ ==mark== ||hidden||", "<s>no</s> <mark>mark</mark> <tg-spoiler>hidden</tg-spoiler>"),
        ("2 * 3 * 4 and a ** b", "2 * 3 * 4 and a ** b"),
        ("**open and *half", "**open and *half"),
        ("`a < b` ``x`y``", "<code>a &lt; b</code> <code>x`y</code>"),
        ("\\*no\\* \\#tag", "*no* #tag"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<u>under</u> &hellip;", "<u>under</u> &hellip;"),
        ("$x^2 + y^2$ costs $5 or $6", "<tg-math>x^2 + y^2</tg-math> costs $5 or $6"),
        (
            "[a **b**](https://e.org/x_(y)?a=1&b=2)",
            '<a href="https://e.org/x_(y)?a=1&amp;b=2">a <b>b</b></a>',
        ),
        ("<https://e.org/a_b_c>", '<a href="https://e.org/a_b_c">https://e.org/a_b_c</a>'),
        ("![👍](tg://emoji?id=5)", '<tg-emoji emoji-id="5">👍</tg-emoji>'),
        ("![then](tg://time?unix=7&format=wDT)", '<tg-time unix="7" format="wDT">then</tg-time>'),
        ("so[^1]", 'so<sup><a href="#1">1</a></sup>'),
    ],
)
def test_inside_a_line(markdown: str, expected: str) -> None:
    assert inline(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# One\n###### Six ##", "<h1>One</h1>\n<h6>Six</h6>"),
        ("Title\n===\nSub\n---", "<h1>Title</h1>\n<h2>Sub</h2>"),
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>"),
        ("one  \ntwo\\\nthree", "<p>one<br>two<br>three</p>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        (
            "```python\nif a < b:\n\n    c\n```",
            '<pre><code class="language-python">if a &lt; b:\n\n    c</code></pre>',
        ),
        ("~~~\n# no heading", "<pre># no heading</pre>"),
        ("```math\nE = mc^2\n```", "<tg-math-block>E = mc^2</tg-math-block>"),
        ("$$E = mc^2$$", "<tg-math-block>E = mc^2</tg-math-block>"),
        ("$$\nE\n$$\nx", "<tg-math-block>E</tg-math-block>\n<p>x</p>"),
        ("- a\n- b\n  - c", "<ul><li>a</li><li>b\n<ul><li>c</li></ul></li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- a\n\n  b", "<ul><li><p>a</p>\n<p>b</p></li></ul>"),
        (
            "- [ ] do\n- [x] done",
            '<ul><li><input type="checkbox">do</li><li><input type="checkbox" checked>done</li></ul>',
        ),
        (">a\n>\n>- b\nlazy", "<blockquote><p>a</p>\n<ul><li>b\nlazy</li></ul></blockquote>"),
        (
            "| A | B |\n|:--|:-:|\n| 1 | **2** |\n| 3 |",
            '<table><tr><th align="left">A</th><th align="center">B</th></tr>'  # noqa: ISC004  # one text
            '<tr><td align="left">1</td><td align="center"><b>2</b></td></tr>'
            '<tr><td align="left">3</td><td align="center"></td></tr></table>',
        ),
        ("[^1]: Because.", '<p><tg-reference name="1">Because.</tg-reference></p>'),
        ("![](https://e.org/a.jpg)", '<img src="https://e.org/a.jpg">'),
        (
            '![](https://e.org/a.mp4 "*Ana*")',
            '<figure><video src="https://e.org/a.mp4"></video><figcaption><i>Ana</i></figcaption></figure>',
        ),
        ("![](tg://audio?id=x)", '<audio src="tg://audio?id=x"></audio>'),
        ("<aside>A *b*</aside>\n\n*c*", "<aside>A *b*</aside>\n<p><i>c</i></p>"),
        (
            "<details open><summary>**T**</summary>\n\n*a*\n</details>",
            "<details open><summary><b>T</b></summary><p><i>a</i></p></details>",
        ),
        ('<tg-map lat="1" long="2" zoom="14"/>\nx', '<tg-map lat="1" long="2" zoom="14"/>\n<p>x</p>'),
    ],
)
def test_blocks(markdown: str, expected: str) -> None:
    assert rich_markdown.to_html(markdown) == expected


async def test_markdown_comes_back_as_blocks(ana: Person, bot: Caller) -> None:
    markdown = "# News\n\nThe *river*[^1].\n\n- one\n- two\n\n[^1]: It rose."
    sent = await bot.result("sendRichMessage", chat_id=ANA, rich_message={"markdown": markdown})
    blocks = sent["rich_message"]["blocks"]
    assert [block["type"] for block in blocks] == ["heading", "paragraph", "list", "paragraph"]
    link = {"type": "reference_link", "text": "1", "reference_name": "1"}
    assert blocks[1]["text"][2] == {"type": "superscript", "text": link}
    assert blocks[3]["text"] == {"type": "reference", "text": "It rose.", "name": "1"}
    assert ana.sees[-1].text.splitlines()[0] == "News"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](javascript:x)", "RICH_MESSAGE_URL_INVALID"),
        ("<div>x</div>", "RICH_MESSAGE_HTML_INVALID"),
        ("words ![](https://e.org/a.jpg) words", "RICH_MESSAGE_HTML_INVALID"),
        (" \n ", "RICH_MESSAGE_CONTENT_REQUIRED"),
        ("> " * 3000 + "x", "RICH_MESSAGE_DEPTH_INVALID"),
    ],
)
async def test_markdown_that_telegram_refuses(ana: Person, bot: Caller, markdown: str, expected: str) -> None:
    refusal = await bot.refusal("sendRichMessage", chat_id=ANA, rich_message={"markdown": markdown})
    assert expected in refusal
