"""What a reader would see wrong is named, with line and cure; what editors do on purpose is not."""

import re
import time
from datetime import date
from pathlib import Path

import pytest

from bot.domain.content.markdown import Parsed, parse
from bot.domain.content.problem import ContentErrors, Problem

TREE = Path(__file__).parents[2]
DATA = TREE / "tests/data"
DAY = date(2026, 11, 23)
HEAD = "---\ntitle: T\naudience: everyone\n---\n\n# Politics: One {#politics}\n\n"
LINE = HEAD.count("\n") + 1

SECTION = "Begin the line with one # and a space"
UNDERLINE = "Put an empty line above a line of ---"
COMMENT = "Delete it. The paywall is"
PAYWALL = "Write <!-- paywall -->, alone on its line"
DELETE = "Delete it"

FIELD: dict[str, list[tuple[str, int, str, str]]] = {
    "asterisk-math": [
        ("warning", 8, "“**not closed;” stays as it was typed", "Close it right behind the last letter"),
        ("warning", 8, "“2*3*4” make italics", "Write × or \\* for each"),
    ],
    "bom-middle": [("error", 10, "nobody sees (U+FEFF) stands before its #", SECTION)],
    "box-bold-line": [],
    "countdown-list": [],
    "discord-spoiler": [
        ("warning", 8, "“||Ana||” makes no spoiler", "Delete the bars"),
        ("warning", 8, "“~one tilde~” lowers or strikes nothing", "Write ~~so~~"),
    ],
    "entities": [],
    "escaped-heading": [
        ("error", 8, "its # is escaped", SECTION),
        ("error", 12, "its ＃ is a wide one", SECTION),
    ],
    "footnote-space": [("warning", 10, "mark [^1] has no note", "Write [^1]: with the colon")],
    "front-also-colon": [
        ("error", 5, "`also` is not text: YAML takes this for a field", 'Write `- "Peña: the trip"`.'),
        ("error", 6, "`also` is not text: YAML takes this for a number", 'Write `- "30"`.'),
        ("error", 7, "`also` is not text: YAML takes this for yes or no", 'Write `- "no"`.'),
    ],
    "front-apostrophe": [
        ("error", 2, "`title` holds the sign ' in which it is quoted", 'Write `title: "It\'s over"`.')
    ],
    "front-bang": [
        ("error", 2, "`title` begins with !", 'Write `title: "!Basta ya!"`.'),
        ("error", 4, "`credit` begins with @", 'Write `credit: "@ana"`.'),
    ],
    "front-blank-line": [("error", 1, "has an empty line above it", "Delete it: the file begins")],
    "front-caps": [("error", 2, "no field `Title` or `Audience`", "Type `title` and `audience` anew")],
    "front-dots": [],
    "front-html": [("warning", 2, "`title` is plain text: readers see “<b>” and “&amp;”", "Write the words")],
    "front-list-cure": [
        ("error", 5, "`also` is not text: YAML takes this for a field", 'Write `- "Peña: the trip"`.')
    ],
    "front-md": [
        ("warning", 2, "`title` is plain text: readers see “[one](…)” and “**big**”", "Write the words"),
        ("warning", 5, "`also` is plain text: readers see “**bold**”", "Write the words"),
    ],
    "front-rule-later": [
        ("error", 4, "`date` is not the folder's date, which is 2026-11-23", "Rename the folder")
    ],
    "front-spaces": [],
    "front-star": [("error", 2, "`title` begins with *", 'Write `title: "Breaking news"`.')],
    "front-tab": [("error", 2, "where YAML takes only spaces (lines 2 and 5)", "Put spaces")],
    "gdocs-bold-space": [("warning", 8, "“**Ana Ruiz **” stays", "Close it right behind the last letter")],
    "gdocs-export": [("error", 6, "'politics:-one' is no id", "Write {#politics_one}")],
    "gdocs-slug": [
        ("error", 6, "'politics-one' is no id", "Write {#politics_one}"),
        ("error", 10, "Only first-level headings open sections", "Write the heading with a single #"),
    ],
    "ghost-card": [("error", 10, "An HTML comment of another program", "Delete all of them. The paywall is")],
    "heading-in-list": [
        ("error", 8, "since it stands in a list", "Begin the line with its #"),
        ("error", 12, "since it stands in a list", "Begin the line with its #"),
    ],
    "html-break": [
        ("warning", 8, "HTML is not read: readers see “<br>”", DELETE),
        ("warning", 12, "HTML is not read: readers see “<br>”", DELETE),
    ],
    "hugo-shortcode": [("warning", 8, "“{{< youtube abc >}}” is a command", DELETE)],
    "indent-tab": [("warning", 8, "is shown as code", "Delete them; for code")],
    "indented-heading": [
        ("error", 10, "begins with four spaces or a tab", SECTION),
        ("error", 14, "begins with four spaces or a tab", SECTION),
    ],
    "latex-dollar": [("warning", 8, "“3*4*5” make italics", "Write × or \\* for each")],
    "long-link": [("warning", 8, "A link of 2,124 characters", "Link to a shorter address")],
    "nbsp-heading": [],
    "no-space-heading": [("error", 10, "no space stands behind its #", SECTION)],
    "notion": [
        ("warning", 8, "HTML is not read: readers see “<aside>”", DELETE),
        ("warning", 12, "“[ ]” makes no box to tick", DELETE),
        ("warning", 15, "“$$x^2$$” is no formula", "Write it in signs"),
        ("warning", 15, "“:smile:” makes no emoji", "Write the emoji"),
        ("warning", 17, "HTML is not read: readers see “<details>”", DELETE),
    ],
    "paid-setext-leak": [("error", 12, "makes a heading of the text above it", UNDERLINE)],
    "pandoc-word": [
        ("warning", 8, "“{.underline}” gives attributes", DELETE),
        ("warning", 8, "“^1^” raises nothing", "Write a sign such as ²"),
        ("warning", 8, "“~2~” lowers or strikes nothing", "Write ~~so~~"),
        ("warning", 10, "A picture from 'media/image1.png'", "Use an address"),
        ("warning", 10, '“{width="6.5in" height="3in"}” gives attributes', DELETE),
        ("warning", 12, "“::: {custom-style=", DELETE),
    ],
    "setext-equals": [("error", 9, "makes a heading of the text above it", UNDERLINE)],
    "setext-rule": [("error", 9, "makes a heading of the text above it", UNDERLINE)],
    "smart-quote-colon": [("error", 2, "`title` holds a colon", 'Write `title: "“Breaking: news”"`.')],
    "smart-dash-comment": [("error", 10, "looks like an HTML comment", COMMENT)],
    "story-variants": [
        ("warning", 10, "[!note] makes no card", "Write [!story]"),
        ("warning", 13, "[!quote] makes no card", "Write [!story]"),
    ],
    "table-pipe": [("warning", 12, "“End.” became a row of the table", "Put an empty line above it")],
    "telegram-md": [("warning", 8, "“||spoiler||” makes no spoiler", "Delete the bars")],
    "u2028": [],
    "wall-entity": [("error", 9, "looks like an HTML comment", PAYWALL)],
    "wall-fence": [("error", 12, "part of a block of code", "Close the code above it")],
    "wall-in-setext": [("error", 11, "makes a heading of the text above it", UNDERLINE)],
    "wall-nbsp": [],
    "wall-setext-h1": [("error", 12, "makes a heading of the text above it", UNDERLINE)],
    "wall-smart": [("error", 9, "looks like an HTML comment", PAYWALL)],
    "wall-swallowed-heading": [],
    "wall-zwsp": [("error", 9, "An HTML comment", PAYWALL)],
    "wordpress": [("warning", 8, '“[caption id="a" width="300"]” is a command', DELETE)],
    "yaml-authors": [("error", 4, "takes this for a list", 'Write `author: "Ana, Ben"` instead.')],
    "yaml-hash": [
        ("warning", 2, "readers see only “Paraguay ranks”", 'Write `title: "Paraguay ranks #1 in soy"`;'),
        ("warning", 5, "readers see only “We are”", 'Write `- "We are #1 again"`;'),
    ],
    "yaml-norway": [
        ("error", 2, "takes this for yes or no", 'Write `title: "No"`.'),
        ("error", 3, "takes this for yes or no", 'Write `author: "On"`.'),
    ],
    "yaml-smart-quotes": [("error", 2, "`title` holds a colon", 'Write `title: "“Breaking: news”"`.')],
    "yaml-year": [
        ("error", 2, "takes this for a number", 'Write `title: "2026"`.'),
        ("error", 3, "takes this for a number", 'Write `author: "12:30"`.'),
    ],
    "year-list": [],
    "zwsp-heading": [("error", 10, "nobody sees (U+200B) stands before its #", SECTION)],
}
"""Every sample and what is to be said of it: kind, line, what, and how the cure begins."""


def read(source: str | bytes) -> Parsed:
    content = source.encode() if isinstance(source, str) else source
    return parse(content, path="2026-11-23/en.md", day=DAY, language="en")


def findings(source: str | bytes) -> tuple[Problem, ...]:
    try:
        return read(source).warnings
    except ContentErrors as errors:
        return errors.problems


def of(body: str) -> tuple[Problem, ...]:
    return findings(HEAD + body)


def sample(name: str) -> bytes:
    """Return one of ours, which lie in two folders."""
    file = DATA / "field" / f"{name}.md"
    return (file if file.exists() else DATA / f"{name}.md").read_bytes()


@pytest.mark.parametrize("name", FIELD)
def test_each_fault_from_the_field_is_found_once_with_its_line_and_cure(name: str) -> None:
    findings_seen = findings(sample(name))
    assert [(finding.warning, finding.line) for finding in findings_seen] == [
        (kind == "warning", line) for kind, line, _, _ in FIELD[name]
    ]
    for finding, (_, _, what, cure) in zip(findings_seen, FIELD[name], strict=True):
        assert what in finding.what
        assert finding.cure.startswith(cure)


def test_no_sample_of_the_text_is_forgotten() -> None:
    lying = {file.stem for folder in (DATA, DATA / "field") for file in folder.glob("*.md")}
    assert lying == FIELD.keys()


ELSEWHERE = {
    "cmyk.jpg": "a cover: tests/services/test_covers.py",
    "exif6.jpg": "a cover: tests/services/test_covers.py",
    "anonymous-admin.json": "an update",
    "default-link-preview.json": "an update",
    "forum-topic.json": "an update",
    "getme-not-an-object.json": "an answer of Telegram",
    "private-topic.json": "an update",
    "split-paste.json": "updates",
    "triple-tap.json": "updates",
    "webhook-active.json": "an answer of Telegram",
}
"""Samples from the field that are no edition, and what they are."""


def test_no_sample_from_the_field_is_forgotten() -> None:
    samples = {file.name for folder in (DATA, DATA / "field") for file in folder.iterdir() if file.is_file()}
    assert samples - ELSEWHERE.keys() <= {f"{name}.md" for name in FIELD}
    assert samples >= ELSEWHERE.keys()


FIELDS_MENDED = [
    name for name in FIELD if name.startswith(("front-", "yaml-", "smart-quote")) and FIELD[name]
]


@pytest.mark.parametrize("name", [name for name in FIELDS_MENDED if "`" in FIELD[name][0][3]])
def test_a_front_matter_s_cure_leads_to_no_further_one(name: str) -> None:
    """Every line is written as its finding says, but for names of fields, which are written small."""
    lines = sample(name).decode().split("\n")
    for finding in findings(sample(name)):
        assert finding.line is not None
        written = re.match(r"Write `(.+?)`(?:\.$| instead\.$|;)", finding.cure)
        if written is None:
            lines = [re.sub(r"^[A-Z]\w+:", lambda match: match[0].lower(), line) for line in lines]
        elif finding.cure.endswith("instead."):
            lines[finding.line - 2 : finding.line + 1] = [written[1]]
        else:
            indent = lines[finding.line - 1][: -len(lines[finding.line - 1].lstrip())]
            lines[finding.line - 1] = indent + written[1]
    assert findings("\n".join(lines)) == ()


@pytest.mark.parametrize(
    ("front", "line", "what", "fixed"),
    [
        ("title: &amp more", 2, "`title` loses its first word", 'title: "&amp more"'),
        ("title: [Video] today", 2, "begins with [", 'title: "[Video] today"'),
        ("title: [Video]", 2, "takes this for a list", 'title: "[Video]"'),
        ("title: {curly}", 2, "takes this for a field and its value", 'title: "{curly}"'),
        ("title: - a dash", 2, "begins with -", 'title: "- a dash"'),
        ("title: 50% off: now", 2, "holds a colon", 'title: "50% off: now"'),
        ("title: % off", 2, "begins with %", 'title: "% off"'),
        ("title: `code`", 2, "begins with `", 'title: "`code`"'),
        ('title: "Basta" dijo', 2, 'holds the sign "', "title: '\"Basta\" dijo'"),
        ('title: "Never closed', 2, 'begins with "', "title: '\"Never closed'"),
        ("title: #1 in soy", 2, "nothing is left of it", 'title: "#1 in soy"'),
        ("title：Wide", 2, "no colon with a space behind it", 'title: "Wide"'),
        ("title:Glued\nauthor: Ana", 2, "no colon with a space behind it", 'title: "Glued"'),
        ("title: T\nalso:\n  - #Uno\n  - Dos", 4, "nothing is left of it", '- "#Uno"'),
        ("title: T\nalso:\n  - *Uno* y dos", 4, "begins with *", '- "Uno y dos"'),
        ("title = T", 2, "not YAML: `title`", 'title: "T"'),
        ("title: T\nalso:\n  * Uno", 4, "begins with *, and not with a hyphen", '- "Uno"'),
        ("title: T\ncover: [a.jpg]", 3, "takes this for a list", 'cover: "a.jpg"'),
        ("\u200btitle: T", 2, "There is no field", "title"),
        ("titel: T", 2, "There is no field `titel`", "title"),
        ("título: T", 2, "There is no field `título`", "title"),
        ("Titular: T", 2, "There is no field `Titular`", "title"),
    ],
)
def test_a_value_that_yaml_reads_otherwise_is_one_finding_with_the_line_to_write(
    front: str, line: int, what: str, fixed: str
) -> None:
    (finding,) = findings(f"---\n{front}\naudience: everyone\n---\n\n# A: b {{#a}}\n\nx")
    assert (finding.line, what in finding.what) == (line, True)
    assert f"`{fixed}`" in finding.cure


@pytest.mark.parametrize(
    ("front", "line", "what"),
    [
        ("title: One\nTwo", 3, "“Two” is no field, since it has no colon"),
        ("title: T\nalso:\n\u00a0\u00a0- One", 4, "takes only spaces (line 4)"),
        ("title:\u00a0T", 2, "takes only spaces (line 2)"),
        ("title: T\nalso:\n  • One\n  • Two", 4, "`also` is not a list"),
    ],
)
def test_a_line_that_yaml_cannot_read_is_one_finding(front: str, line: int, what: str) -> None:
    (finding,) = findings(f"---\n{front}\naudience: everyone\n---\n\n# A: b {{#a}}\n\nx")
    assert (finding.line, what in finding.what) == (line, True)


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("\u200b---\ntitle: T\n---\n\n# A: b {#a}\n\nx", 1, "Something stands before the ---"),
        ("\ufeff\ufeff---\ntitle: T\n---\n\n# A: b {#a}\n\nx", 1, "Something stands before the ---"),
        ("———\ntitle: T\n———\n\n# A: b {#a}\n\nx", 1, "“———” begins no front matter"),
        ("+++\ntitle = 'T'\n+++\n\n# A: b {#a}\n\nx", 1, "no front matter"),
        ("title: T\n\n# A: b {#a}\n\nx", 1, "no front matter"),
        ("---\ntitle: T\n———\n\n# A: b {#a}\n\nx", 3, "“———” is no line ---"),
        ("---\ntitle: T\n\n# A: b {#a}\n\nx", 3, "never ends"),
        ("---\ntitle: T\n\n# A: b {#a}\n\nx\n\n---\n\n# B: c {#b}\n\ny", 4, "does not end above it"),
        ("---\ntitle: T\n\n# A: b {#a}\n\n---\n\n# B: c {#b}\n\ny", 4, "does not end above it"),
        ("---\ntitle: T\n\n# A: b {#a}\n\nx: y\n\n---\n\ny", 4, "does not end above it"),
        ("---\ntitle: T\n\n# A: b\n\nx\n\n<!-- paywall -->\n\n---\n\ny", 4, "does not end above it"),
        ("", 1, "no front matter"),
    ],
)
def test_a_front_matter_that_does_not_begin_or_end_is_one_error(source: str, line: int, what: str) -> None:
    (finding,) = findings(source)
    assert (finding.line, finding.warning, what in finding.what) == (line, False, True)


@pytest.mark.parametrize(
    "front",
    [
        "title: T # a note to myself",
        'title: "T" # a note to myself',
        "# a note: to myself\ntitle: T",
        "title: T\naudience: everyone # this week",
        "title: T\nalso: # three\n  - One",
        "title: T\nauthor:",
        "title: >\n  Folded: text #1",
        'title: "T: #1"',
    ],
)
def test_a_comment_of_yaml_is_nothing_to_name_but_behind_plain_words(front: str) -> None:
    findings_seen = findings(
        f"---\n{front}\n{'' if 'audience' in front else 'audience: everyone'}\n---\n\n# A: b {{#a}}\n\nx"
    )
    assert [finding.warning for finding in findings_seen] == (
        [True] if front == "title: T # a note to myself" else []
    )


@pytest.mark.parametrize(
    "file",
    sorted([*TREE.glob("content/*/*.md"), *DATA.glob("issues/*/*.md")]),
    ids=lambda file: "-".join(file.parts[-3:]),
)
def test_nothing_is_said_of_our_own_issues(file: Path) -> None:
    assert findings(file.read_bytes()) == ()


TYPED: list[tuple[str, str, str | None]] = [
    # what was typed, what of it is named, and how it is kept; None where it is an error
    ("**Ana **dijo", "“**Ana **” stays", "\\*\\*Ana \\*\\*dijo"),
    ("**«Basta»**dijo", "“**«Basta»**” stays", "\\*\\*«Basta»\\*\\*dijo"),
    ("*Ana *dijo", "“*Ana *” stays", "\\*Ana \\*dijo"),
    ("__Ana __dijo", "“__Ana __” stays", "\\_\\_Ana \\_\\_dijo"),
    ("~~Ana ~~dijo", "“~~Ana ~~” stays", "\\~\\~Ana \\~\\~dijo"),
    ("x 3*4*5 y", "“3*4*5” make italics", "x 3\\*4\\*5 y"),
    ("Ka`aguy and Mbo`ehára", "the one behind “Ka…ehára”", "Ka\\`aguy and Mbo\\`ehára"),
    ("\ufeff- one", "A sign that nobody sees stands before", "\ufeff\\- one"),
    ("\u200b1. one", "A sign that nobody sees stands before", "\u200b1\\. one"),
    ("\u200e> one", "A sign that nobody sees stands before", "\u200e\\> one"),
    ("one ` two", "the sign `", "one \\` two"),
    ("one<br>two", "“<br>”", "one\\<br>two"),
    ('<font color="red">x</font>', '“<font color="red">”', '\\<font color="red">x\\</font>'),
    ("<o:p></o:p>", "“<o:p>”", "\\<o:p>\\</o:p>"),
    ("R&nbsp D", "“&nbsp” stands for no sign", "R\\&nbsp D"),
    ("x &uacutel; y", "“&uacutel;” stands for no sign", "x \\&uacutel; y"),
    ("{{< figure src=x >}}", "is a command", "\\{{< figure src=x >}}"),
    ("{% include x %}", "is a command", "\\{% include x %}"),
    ("Hi *|FNAME|*,", "“*|FNAME|*” is a command", "Hi \\*|FNAME|*,"),
    ("[toc]", "“[toc]” is a command", "\\[toc]"),
    ("[b]x[/b]", "“[/b]” is a command", "[b]x\\[/b]"),
    ("[embed width=“3”]", "is a command", "\\[embed width=“3”]"),
    ("The [law]{.mark}", "“{.mark}” gives attributes", "The [law]\\{.mark}"),
    ("x {: .lead}", "“{: .lead}” gives attributes", "x \\{: .lead}"),
    ("The {#why} of it", "“{#why}” gives attributes", "The \\{#why} of it"),
    ("::: note\nx\n:::", "“::: note” gives attributes", "\\::: note\nx\n\\:::"),
    ("- [ ] one\n- [x] two", "“[ ]” makes no box", "- \\[ ] one\n- \\[x] two"),
    ("x ||who|| y", "“||who||” makes no spoiler", "x \\||who|| y"),
    ("a ==word== b", "“==word==” marks nothing", "a \\==word== b"),
    ("a ++word++ b", "“++word++” marks nothing", "a \\++word++ b"),
    ("the 5^th^ day", "“^th^” raises nothing", "the 5\\^th^ day"),
    ("a ~word~ b", "“~word~” lowers", "a \\~word~ b"),
    ("CO~2~", "“~2~” lowers", "CO\\~2~"),
    ("$$E = mc^2$$", "is no formula", "\\$\\$E = mc^2$$"),
    ("so $\\alpha$ it", "is no formula", "so \\$\\\\alpha$ it"),
    ("see [[Page|words]]", "“[[Page|words]]” is no link", "see \\[[Page|words]]"),
    ("![[photo.png]]", "“[[photo.png]]” is no link", "!\\[[photo.png]]"),
    ("[words] (https://example.com/a)", "“[words] (…)” is no link", "\\[words] (https://example.com/a)"),
    ("[words](https://example.com/a b)", "is no link", "\\[words](https://example.com/a b)"),
    ("(words)[https://example.com/]", "is no link", "\\(words)[https://example.com/]"),
    ("[words][nowhere]", "“[words][nowhere]” is no link", "\\[words][nowhere]"),
    ("hi <@123456>", "“<@123456>” means somebody", "hi \\<@123456>"),
    ("ok :smile: ok", "“:smile:” makes no emoji", "ok \\:smile: ok"),
    ("| a | b |\n| c | d |", "looks like a row of a table", "\\| a | b |\n\\| c | d |"),
    ("*[HTML]: language", "does nothing here", "\\*[HTML]: language"),
    ("-# small", "“-#” does nothing", "\\-# small"),
    ("The end\\", "“\\” does nothing", "The end\\\\"),
    ("| line one\n| line two", "“| line one” does nothing", "\\| line one\n\\| line two"),
    ("A paragraph. ^a1b2c3", "“^a1b2c3” does nothing", "A paragraph. \\^a1b2c3"),
    ("+---+---+\n| a | b |\n+---+---+", "looks like a row of a table", "\\+---+---+"),
    ('see HYPERLINK "https://example.com/" here', "is a command", "see &#72;YPERLINK here"),
    ("See ¡Error! Marcador no definido.", "holds the place", "See ¡&#69;rror! Marcador no definido."),
    ("The number is TK.", "“TK” holds the place", "The number is &#84;K."),
    ("lorem ipsum", "“lorem” holds the place", "&#108;orem ipsum"),
    ("XXX", "“XXX” holds the place", "&#88;XX"),
    ("US$XX million", "“$XX” holds the place", "US\\$XX million"),
    ("AsunciÃ³n", "saved in one encoding", "Asunci&#195;³n"),
    ("#Elecciones ya", "no space stands behind its #", "\\#Elecciones ya"),
    ("♯ and ♭ are signs", "its ♯ is another sign", "&#9839; and ♭ are signs"),
    ("##Box", "no space stands behind its #", "\\##Box"),
    ("####### Seven", "more than 6 #", "\\####### Seven"),
    ("> # In a quote", "stands in a list, a quote or a note", "> ### In a quote"),
    ("    indented", "is shown as code", "```\nindented\n```"),
    ("```\nnever ends", "never ends", "\\`\\`\\`\nnever ends"),
    ("[Ana]: https://example.com\n\nx", "Nobody sees this line", "\\[Ana]: https://example.com\n\nx"),
    ("%% check this %%", "a comment or a change", None),
    ("%%\ncheck\n\nthis\n%%", "a comment or a change", None),
    ("x {>>check this<<} y", "a comment or a change", None),
    ("{# check this #}", "a comment or a change", None),
    ("{{/* check this */}}", "a comment or a change", None),
    ("{% comment %}check{% endcomment %}", "a comment or a change", None),
    ('[check]{.comment-start id="0" author="Ana"} x', "a comment or a change", None),
    ("[\\[a\\]](#cmnt_ref1)Check this", "a comment of Google Docs", None),
    ("- # Economy: Two", "opens no section", None),
    ("x\n    # Economy: Two {#two}", "begins with four spaces or a tab", None),
    ("#Economía: Sube el dólar", "no space stands behind its #", None),
    ("```\nx\n\n# Economy: Two {#two}\n\ny", "its headings open no sections", None),
    # private notes
    ("x {--was a thief--} y", "a comment or a change", None),
    ("x {—was a thief—} y", "a comment or a change", None),
    ("{~~was~>is~~}", "a comment or a change", None),
    ("He {~~ was ~> is ~~} so", "a comment or a change", None),
    ("{>>check\nthis<<} y", "a comment or a change", None),
    ("[AR1] Ana: no\n\nThe minister[AR1] resigned.", "a comment of a word processor", None),
    ("[a]Ana: is it so?\n\nThe minister[a] resigned.", "a comment of a word processor", None),
    ("\\[b\\]Do not publish\n\nThe minister\\[b\\] resigned.", "a comment of a word processor", None),
    ("Comentado [AR1]: revisar", "a comment of a word processor", None),
    ("El %% de los casos", "“%%” begins a comment", "El \\%% de los casos"),
    ("[AR1] no\n\nEl ministro [AR1] dijo.", "a comment of a word processor", None),
    ("x --}\n\nsecret", "a comment or a change", None),
    # lost sections
    ("Economy: Two {#economy}.", "opens no section: its line is no heading", None),
    ("Economy: Two {: #economy}", "opens no section: its line is no heading", None),
    ("⌗ Economy: Two", "its ⌗ is another sign", None),
    ("**Economy: Two** {#economy}", "“{#economy}” opens no section: its line is no heading", None),
    ("**Economy: Two {#economy}**", "opens no section: its line is no heading", None),
    ("Economy: Two { #economy }", "opens no section: its line is no heading", None),
    ("Economy: Two {\\#economy}", "opens no section: its line is no heading", None),
    ("- Economy: Two {#economy}", "opens no section: its line is no heading", None),
    ("> Economy: Two {#economy}", "opens no section: its line is no heading", None),
    ('<h1 id="economy">Economy: Two</h1>', "opens no section: HTML is not read", None),
    ("♯ Economy: Two", "its ♯ is another sign", None),
    ("﹟ Economy: Two {#economy}", "its ﹟ is another sign", None),
    ("\\# Economy: Two \\{\\#economy\\}", "its # is escaped", None),
    ("## Economy: Two {#economy}", "Only first-level headings open sections", None),
    ("### Economy: Two {#economy}", "Only first-level headings open sections", None),
    ("**# Economy: Two**", "since “**” stands before its #", None),
    ("_# Economy: Two_", "since “_” stands before its #", None),
    ("\u00a0# Economy: Two", "a space that does not break (U+00A0) stands before its #", None),
    ("• # Economy: Two", "since “•” stands before its #", None),
    # signs that vanish
    ("``` This is what Ana wrote\nx\n```", "Nobody sees what stands behind ```", "```\nThis\nx\n```"),
    ("~~~ Nota\nx\n~~~", "Nobody sees what stands behind ~~~: “Nota”", "~~~ nota\nx\n~~~"),
    ("f***ing bad, s**t and b****", "The asterisks in “f***ing bad", "f\\*\\*\\*ing bad, s\\*\\*t and b****"),
    ("5*x*y", "The asterisks in “5*x*y”", "5×x×y"),
    ("a*b and c*d", "The asterisks in “a*b and c*d”", "a\\*b and c\\*d"),
    # what is no link, no picture, no command
    ("<https://example.com|link>", "“<…|link>” is no link", "\\<https://example.com|link>"),
    ("{{‹\nfigure\n>}}", "is a command", "\\{{‹\nfigure\n\\>}}"),
    ("![a](my photo.jpg)", "“![a](my photo.jpg)” is no picture", "\\!\\[a](my photo.jpg)"),
    ("[a](My note.md)", "“[a](My note.md)” is no link", "\\[a](My note.md)"),
    (
        '<a href="https://example.com" read this',
        "HTML is not read",
        '\\<a href="https://example.com" read this',
    ),
    ("[text][]", "“[text][]” is no link", "\\[text][]"),
    (
        "so :contentReference[oaicite:0]{index=0} it",
        "is a command",
        "so \\:contentReference[oaicite:0]{index=0} it",
    ),
    ("A fact.[^ 1]", "“[^ 1]” is no mark of a footnote", "A fact.\\[^ 1]"),
    ("_Ana _said", "“_Ana _” stays", "\\_Ana \\_said"),
    ("_«No»_dijo", "“_«No»_” stays", "\\_«No»\\_dijo"),
]


@pytest.mark.parametrize(("typed", "what", "escaped"), TYPED, ids=[typed_line[0] for typed_line in TYPED])
def test_what_stays_as_it_was_typed_is_named_once_and_can_be_kept(
    typed: str, what: str, escaped: str | None
) -> None:
    (finding,) = of(f"Before.\n\n{typed}\n")
    assert what in finding.what
    assert finding.warning is (escaped is not None)
    assert finding.line == LINE + 2 + typed.startswith("x\n")
    assert finding.cure
    if escaped is not None:
        assert of(f"Before.\n\n{escaped}\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "We rank #1 in soy, and C# is not C++ nor D++.",
        "5 * 6 and 2*x; US$5 \\* 3; snake_case_word; 100~120; ~50 people and ~60",
        "a < b and c > d, 100 % and 5 %, 50%% off, R&D, Q&A; AT&T",
        "Juegos XXX and the XXX Congreso; siglo XX; OTK, TKO",
        "[sic] and […] and [The] law (of 1992), *see* [words](https://example.com/a_b~c?d={e}&f=[g])",
        "https://example.com/a__b__c?x={{y}}&amp=1 and <https://example.com/~ana/||x||>",
        "At 12:30:45; note: this: that; :-) and ^_^ and :D",
        "`**x**`, `<b>`, `{{ x }}`, `TK`",
        "```\n<b>**x** {{ x }} TK #Economy\n```",
        "* * *\n\n• • •\n\n\\* \\* \\*",
        "— Hola, dijo. – ¿Qué?",
        "\\# Economy: a hashtag that is written so",
        "[//]: # (a note that nobody sees)\n\nx",
        "x[^1]\n\n[^1]: y",
        "&lt;b&gt; &amp;amp; R&amp;D &copy;",
        "Você diz SÃO PAULO; MÃE; Ângela",
    ],
)
def test_nothing_is_said_of_what_is_meant_so(text: str) -> None:
    assert of(f"{text}\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Restaurants: $$, $$$ and $$.",
        "It costs $5, $$ or US$10–US$20; $a and $b.",
        "A ***** hotel, a **** one, and f***ing.",
        "Precio* sin IVA.\n\n\\* Sujeto a cambio.",
        "5 %% y 6 %%; 100%%",
        "si a <b y c> d; 1 < 2 > 0",
        "{.NET}, {a=b}, {x = 5}, f(x) = {x}",
        "TK Elevator, example.tk and the .TK domain",
        "Century XXXX; siglo XXXX; siglo XX",
        ": así empieza",
        "#1 again",
        "We're #1\n#1 again, #2 next",
        "¯\\\\\\_(ツ)\\_/¯ and (>_<) and ^_^ and o_o",
        "foo_bar_ y _foo_bar; _init_.py; _em_, _«No»_ dijo, _Él_.",
        "un*á*b y **é**x; the *cat*s and *dog*s; **Ana**’s; 5*th* Avenue; **5**th",
        "Rosa\nRosae\nRosam",
        "Ana Ruiz\\\nCalle 1\\\nAsunción",
        "—Hola.\\\n—Adiós.",
        "—Hola —dijo—.\n\n—Adiós.",
        "- Hola\n  —dijo Ana— y se fue.",
        "Uno o\ndos, según\n– dicen – Ana y Bea",
        "Siete\no ocho\no nueve",
        "1. a\n   1. b\n   2. c\n2. d",
        "1. a\n    - b\n2. c",
        "- a\n  - b\n    - c\n- d",
        "- a\n - b\n- c",
        "En 2024 hubo\n3. La tercera",
        "Cuesta (a) uno o\nb) dos",
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 |\n\nTexto",
        "| a \\| x | b |\n|---|---|\n| 1 \\| 2 | 3 ||",
        "Ana | 30\n---|---\nBea | 29",
        "> | a | b |\n> |---|---|\n> | 1 | 2 |",
        "```python\nx\n```\n\n``` json\nx\n```\n\n~~~\nx\n~~~",
        "● uno\n● dos\n\nThe end.\n\n○ Live",
        "[Ana] said, [Bea] too[1].",
        "[Ana]: Sí.\n\n[Ana]: No.\n\n[1]: nota",
        "see [one], [two] and [three]\n\n[one]: https://example.com/a.b\n[two]: http://example.com\n[three]: <tg://x?y>",
        "see [one] and [two][one]\n\n[one]: https://example.com",
        "The law[a] and the rule[b].\n\n[c]The rest is text.",
        "[a] first item, [AR1] second",
        "{x--y} and a--b and {a—b}",
        "\\*\\*Ana\\*\\* and \\_x\\_",
        "<https://example.com/a|b|c>",
        "A ♯ and a B♭; C♯ minor",
        "The id \\{#economy}",
    ],
)
def test_nothing_is_said_of_good_markdown_that_looks_like_a_slip(text: str) -> None:
    assert of(f"Before.\n\n{text}\n") == ()


@pytest.mark.parametrize(
    ("text", "line", "what", "escaped"),
    [
        (
            "The ranking:\n3. Ana\n2. Bea\n1. Cora",
            1,
            "“3. Ana” runs",
            "The ranking:\n\n3. Ana\n2. Bea\n1. Cora",
        ),
        ("The ranking:\n2. Bea\n1. Cora", 1, "is not of the list below", "The ranking:\n\n2. Bea\n1. Cora"),
        ("1. a\n  1. b\n2. c", 1, "stands at the same level", "1. a\n    1. b\n2. c"),
        ("1. a\n  - b\n2. c", 1, "stands at the same level", "1. a\n    - b\n2. c"),
        ("*one\n*two", 1, "“*two” runs", "- one\n- two"),
        ("-one\n-two", 1, "“-two” runs", "- one\n- two"),
        ("– uno\n– dos", 1, "“– dos” runs", "– uno\\\n– dos"),
        ("a) uno\nb) dos", 1, "“b) dos” runs", "a) uno\\\nb) dos"),
        ("1º Ana\n2º Bea", 1, "“2º Bea” runs", "1º Ana\\\n2º Bea"),
        ("I. uno\nII. dos", 1, "“II. dos” runs", "I. uno\\\nII. dos"),
        ("✅ uno\n👉 dos", 1, "“👉 dos” runs", "✅ uno\\\n👉 dos"),
        ("→ uno\n→ dos", 1, "“→ dos” runs", "→ uno → dos"),
        ("—Hola.\n—Adiós.", 1, "“—Adiós.” runs", "—Hola. —Adiós."),
        ("\\- uno\n\\- dos", 1, "“- dos” runs", "\\- uno\\\n\\- dos"),
        ("[Ana]: Sí.\n[Bea]: No.", 1, "“[Bea]: No.” runs", "[Ana]: Sí.\\\n[Bea]: No."),
        ("o\tuno\no\tdos", 1, "“o dos” runs", "- uno\n- dos"),
        ("o\tuno\n§ dos\n– tres", 1, "“§ dos” runs together with the line above, so", "- uno\n- dos\n- tres"),
        ("• uno\no\tdos", 1, "“o dos” runs", "- uno\n  - dos"),
        ("- uno\n– dos\n- tres", 1, "“– dos” runs", "- uno\n- dos\n- tres"),
        ("> – a\n> – b", 1, "“– b” runs", "> – a\\\n> – b"),
        ("● A favor\n○ En contra", 1, "“○ En contra” runs", "● A favor\\\n○ En contra"),
        ("| a | b |\n|---|---|\n| 1 | 2 | x |", 2, "do not see “x”", "| a | b |\n|---|---|\n| 1 | 2 \\| x |"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\nx", 3, "“x” became a row", "| a | b |\n|---|---|\n| 1 | 2 |\nx |"),
    ],
)
def test_lines_and_cells_that_readers_would_see_elsewhere_or_not_at_all_are_named(
    text: str, line: int, what: str, escaped: str
) -> None:
    (finding,) = of(f"Before.\n\n{text}\n")
    assert (finding.line, finding.warning, what in finding.what) == (LINE + 2 + line, True, True)
    assert of(f"Before.\n\n{escaped}\n") == ()


@pytest.mark.parametrize("line", ["**Economy: The dollar rises**", "__Economy: ¿Sube el dólar?__"])
def test_a_section_s_title_that_is_only_bold_is_warned_of(line: str) -> None:
    (finding,) = of(f"Before.\n\n{line}\n\nAfter.\n")
    assert (finding.line, finding.warning) == (LINE + 2, True)
    assert "is bold, but opens no section" in finding.what
    assert finding.cure.startswith("Write `# Economy: ")
    heading = finding.cure.split("`")[1]
    assert of(f"Before.\n\n{heading}\n\nAfter.\n") == ()
    escaped = line.replace(":", "&#58;")
    assert of(f"Before.\n\n{escaped}\n\nAfter.\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "**The Post Take**\n\nAnalysis.",
        "**Note:** prices are those of Monday.\n\nAfter.",
        "**Note: prices are those of Monday.**\n\nAfter.",
        "**In short:**\n\n- One",
        "*Photo: Ana Ruiz*\n\nAfter.",
        "**Ana: What comes now?**\n\nNothing.\n\n**Ana: And then?**\n\nRain.",
        "**At 12:30 it ended**\n\nAfter.",
        "- **Economy: The dollar rises**\n\nAfter.",
        "**Economy: The dollar rises** and falls.\n\nAfter.",
        "The end.\n\n**Thanks: Ana Ruiz**",
    ],
)
def test_a_bold_line_that_is_no_title_is_left_alone(text: str) -> None:
    assert of(f"Before.\n\n{text}\n") == ()


def test_a_heading_that_goes_on_in_the_next_line_has_lost_its_id() -> None:
    (finding,) = of("Before.\n\n# Economy: Two\nbanks {#economy}\n\nx")
    assert (finding.line, finding.warning, finding.cure) == (
        LINE + 3,
        False,
        "Write the heading in one line.",
    )


@pytest.mark.parametrize(
    "end",
    [
        "{ #economy }",
        "{economy}",
        "(#economy)",
        "[#economy]",
        "{＃economy}",
        "{♯economy}",
        "#economy",
        "{#economy} x",
        "{#economy",
    ],
)
def test_what_was_meant_for_an_id_is_asked_for(end: str) -> None:
    (finding,) = of(f"Before.\n\n# Economy: Two {end}\n\nx")
    assert (finding.line, finding.warning, "is {#economy} meant?" in finding.what) == (LINE + 2, True, True)
    assert finding.cure.endswith("{#economy}.")


@pytest.mark.parametrize(
    ("heading", "sign"),
    [
        ("Economy:Two", "&#58;"),
        ("Economía:«Dos»", "&#58;"),
        ("Economy：Two", "&#65306;"),
        ("Economy – Two", "&#8211;"),
        ("The economy — Two", "&#8212;"),
        ("Economy - Two", "&#45;"),
    ],
)
def test_a_heading_that_lost_its_kicker_is_warned_of(heading: str, sign: str) -> None:
    (finding,) = of(f"Before.\n\n# {heading} {{#two}}\n\nx")
    assert (finding.line, finding.warning, "has no kicker" in finding.what) == (LINE + 2, True, True)
    written = finding.cure.split("`")[1]
    escaped = re.sub("[:：–—-]", sign, heading)
    assert sign in finding.cure
    for mended in (written, escaped):
        assert of(f"Before.\n\n# {mended} {{#two}}\n\nx") == ()


@pytest.mark.parametrize(
    "heading", ["At 10:30 it rains", "Two", "Again, rates fall – it is so", "A/B", "Re-election"]
)
def test_a_heading_without_a_kicker_may_be_meant_so(heading: str) -> None:
    assert of(f"Before.\n\n# {heading} {{#two}}\n\nx") == ()


def test_markdown_that_was_escaped_on_the_way_is_one_warning() -> None:
    (finding,) = of("\\*\\*Ana\\*\\* dijo \\[más\\](x)\n\n\\_Bea\\_ y \\*\\*Cora\\*\\*")
    assert (finding.line, finding.warning, "3 further pairs" in finding.what) == (LINE, True, True)
    assert of("ERR\\_FILE\\_A, ERR\\_FILE\\_B, ERR\\_FILE\\_C, 2\\*3\\*4\\*5") == ()
    assert of("&#42;&#42;Ana&#42;&#42;, &#42;Bea&#42;, &#95;Cora&#95;") == ()


def test_each_line_that_gives_a_name_an_address_again_is_named() -> None:
    findings_seen = of(
        "[a]: https://example.com/1\n[b]: https://example.com/2\n[a]: https://example.com/2\n\n[a] [b]"
    )
    assert [finding.line for finding in findings_seen] == [LINE + 2]


def test_a_text_that_was_pasted_from_elsewhere_is_a_few_findings_not_hundreds() -> None:
    findings_seen = of("\n\n".join(["Some <b>bold</b>."] * 100))
    assert len(findings_seen) == 5
    assert findings_seen[-1].what.endswith("The same is on 95 further lines.")


def test_the_comments_around_what_was_pasted_from_one_program_are_one_fault() -> None:
    block = "<!-- wp:paragraph -->\nText.\n<!-- /wp:paragraph -->"
    assert [finding.line for finding in of("\n\n".join([block] * 3))] == [LINE]
    assert [finding.line for finding in of(f"<!-- to do -->\n\n{block}")] == [LINE, LINE + 2]


def test_the_comments_of_another_program_are_counted_with_their_lines() -> None:
    (finding,) = of("<!-- wp:paragraph -->\nOne.\n<!-- /wp:paragraph -->\n\n<!-- wp:more -->\n")
    assert (finding.line, finding.warning) == (LINE, False)
    assert f"and 2 further ones (lines {LINE + 2}, {LINE + 4})" in finding.what
    assert finding.cure.startswith("Delete all of them.")


def test_a_tag_that_is_closed_further_down_is_one_fault() -> None:
    assert len(of("<aside>\n\nRemember.\n\n</aside>\n\nMore.")) == 1
    assert len(of("Remember.\n\n</aside>")) == 1


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("R&amp;D", "readers see “&amp;” as typed"),
        ("The <b>news</b>", "readers see “<b>” as typed"),
        ("A **bold** step", "readers see “**bold**” as typed"),
        ("The news of TK", "“TK” holds the place"),
        ("AsunciÃ³n", "saved in one encoding"),
    ],
)
def test_a_value_of_the_front_matter_is_plain_text_and_can_be_kept(value: str, what: str) -> None:
    (finding,) = findings(f"{HEAD}x".replace("title: T", f"title: {value}"))
    assert (finding.line, finding.warning) == (2, True)
    assert what in finding.what
    written = finding.cure.rpartition(" for each ")[0].rpartition("with ")[2]
    escaped = value.replace(finding.cure[-2], written)
    assert findings(f"{HEAD}x".replace("title: T", f'title: "{escaped}"')) == ()
    assert read(f"{HEAD}x".replace("title: T", f'title: "{escaped}"')).edition.title == value


def test_a_note_that_is_written_in_place_is_looked_at_too() -> None:
    (finding,) = of("Free.\nA fact.^[The **note **here.]")
    assert (finding.line, "“**note **” stays" in finding.what) == (LINE + 1, True)


@pytest.mark.parametrize("name", ["authors", "autor", "autora", "crédito", "portada", "Série", "también"])
def test_a_field_with_another_name_is_told_the_right_one(name: str) -> None:
    meant = {"authors": "author", "autor": "author", "autora": "author", "crédito": "credit"}
    meant |= {"portada": "cover", "Série": "series", "también": "also"}
    (finding,) = findings(f"---\ntitle: T\n{name}: Ana\naudience: everyone\n---\n\n# A: b {{#a}}\n\nx")
    assert (finding.line, finding.warning, finding.cure) == (3, True, f"Write `{meant[name]}`.")


@pytest.mark.parametrize(("length", "count"), [(100, 0), (101, 1), (400, 1)])
def test_a_title_of_more_than_100_characters_is_warned_of(length: int, count: int) -> None:
    findings_seen = findings(f"---\ntitle: {'x' * length}\naudience: everyone\n---\n\n# A: b {{#a}}\n\nx")
    assert [(finding.line, finding.warning) for finding in findings_seen] == [(2, True)] * count


@pytest.mark.parametrize(
    "picture", ["![][image1]\n\n[image1]: <data:image/png;base64,x>", "![](media/a.png)"]
)
def test_a_picture_without_words_from_nowhere_is_not_said_to_be_shown(picture: str) -> None:
    (finding,) = of(f"Before.\n\n{picture}\n")
    assert "is not shown at all" in finding.what


def test_a_headline_of_more_than_60_characters_is_warned_of() -> None:
    (finding,) = findings(HEAD.replace("One", "A" * 61) + "x")
    assert (finding.line, finding.warning, "61 characters" in finding.what) == (6, True, True)
    assert findings(HEAD.replace("One", "A" * 60) + "x") == ()


@pytest.mark.parametrize("above", ["", "# A: b {#a}\n\n"])
def test_a_paywall_before_everything_is_warned_of(above: str) -> None:
    below = "" if above else "# A: b {#a}\n\n"
    (finding,) = findings(f"---\ntitle: T\n---\n\n{above}<!-- paywall -->\n\n{below}x")
    assert (finding.line, "Nothing stands above the paywall" in finding.what) == (7 if above else 5, True)


def test_all_slips_of_a_front_matter_are_named_at_once_and_a_value_of_two_lines_is_none() -> None:
    front = 'title: "A long\n  title"\nauthor: a: b\ncredit: @x\naudience: everyone'
    findings_seen = findings(f"---\n{front}\n---\n\n# A: b {{#a}}\n\nx")
    assert [finding.line for finding in findings_seen] == [4, 5]


def test_a_mistyped_audience_is_an_error_where_nothing_else_says_what_is_free() -> None:
    (finding,) = findings("---\ntitle: T\nAudience: everyone\n---\n\n# A: b {#a}\n\nx")
    assert (finding.line, finding.warning, "`Audience`" in finding.what) == (3, False, True)
    (finding,) = findings(
        "---\ntitle: T\nAudience: everyone\n---\n\n# A: b {#a}\n\nx\n\n<!-- paywall -->\n\ny"
    )
    assert (finding.line, finding.warning, "`Audience`" in finding.what) == (3, True, True)


@pytest.mark.parametrize(
    "front",
    [
        "title: &amp more\naudience: everyone",
        "title: T # a note\naudience: everyone",
        "title: T\naudience: everyone\n# Sport: One {#sport}",
        "title: T\naudience: everyone\nAuthor: Ana",
    ],
)
def test_what_loaded_before_these_rules_loads_again(front: str) -> None:
    source = f"---\n{front}\n---\n\n# A: b {{#a}}\n\nx".encode()
    assert parse(source, path="x", day=DAY, language="en", was_good=True).edition.sections


@pytest.mark.parametrize(
    "text", ["#Economy: Two {#two}", "## Economy: Two {#two}", "## Paywall", "Economy {#two}"]
)
def test_an_error_of_the_lint_holds_an_edition_but_not_what_was_good_before(text: str) -> None:
    source = (HEAD + f"Economy.\n\n{text}\n\nx\n").encode()
    with pytest.raises(ContentErrors):
        read(source)
    again = parse(source, path="2026-11-23/en.md", day=DAY, language="en", was_good=True)
    assert "Economy" in repr(again.edition.sections)


@pytest.mark.parametrize(
    "line",
    [
        "`<!-- paywall -->`",
        "## Paywall",
        "<!-- muro de pago -->",
        "%% paywall %%",
        "{{< paywall >}}",
        "<!— paywall —>",
        "<!-- paywal -->",
        "<!--more-->",
        "[paywall]",
    ],
)
def test_a_missing_paywall_is_named_where_one_nearly_stands(line: str) -> None:
    (finding,) = findings(f"---\ntitle: T\n---\n\n# A: b {{#a}}\n\nFree.\n\n{line}\n\nPaid.")
    assert (finding.line, finding.cure.startswith("Write <!-- paywall -->")) == (9, True)


def test_a_whole_file_of_slips_is_looked_at_quickly() -> None:
    began = time.process_time()
    assert len(of("x **a **b\n" * 20_000 + "\n")) == 1
    assert len(of("x **a **b\n\n" * 5_000)) == 5
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "sign",
    [
        "**",
        "*a ",
        "[",
        "[[a",
        "<",
        "<a ",
        "{{",
        "{%",
        "{#a",
        "^",
        "~a ",
        "`",
        "$",
        "&",
        "|a",
        ":a",
        "%%",
        "==a ",
    ],
)
def test_no_text_keeps_the_lint_for_long(sign: str) -> None:
    began = time.process_time()
    of(sign * (16_000 // len(sign)))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("[!story] Title · Ann · May 5, 2025\n", "[!story] makes no card here, so readers see it as text."),
        (
            "> [!story] Title · Ann · November 31, 2026\n",
            "'November 31, 2026' is no date of the calendar, so this card leads to no issue.",
        ),
    ],
)
def test_a_card_that_is_none_or_leads_nowhere_is_named(body: str, what: str) -> None:
    (finding,) = of(body)
    assert (finding.warning, finding.line, finding.what) == (True, LINE, what)


@pytest.mark.parametrize(
    "body",
    [
        "> [!story] Title · Ann · May 5, 2025\n",
        "> [!story] Title · Ann · last winter\n",
        "> [!story] [Title](https://example.org/a) · Ann · November 31, 2026\n",
        "\\[!story] is how a card begins.\n",
    ],
)
def test_nothing_is_said_of_other_cards(body: str) -> None:
    assert of(body) == ()
