"""The lint's table: pattern, what readers see, and the cure."""

import re
from dataclasses import dataclass
from enum import Enum

from bot.domain.content.markdown.seen import ADDRESS, CLOSES, CODE, OPENS, STRIKE, UNSEEN, escaped

QUOTES = f"[\"'“”„«»‘’&{ADDRESS}{escaped(chr(34))}]"
ATTRIBUTES = "width|height|lang|id|class|style|align|target|rel|start|dir|title|alt|src|href|role"
KEEP = "To show it all the same, write \\{first} for its first sign."
PLAIN_WORD = "To keep the word, write its first letter as `&#{code};`."


class Per(Enum):
    """How often a rule is told: for each line, or once for all of a block."""

    LINE = "line"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with its finding.

    `what` and `cure` may hold {found}; the cure also {first}, its first sign, and {code}, that sign's number.
    `markup`: the rule is about signs, not words; a front matter has no such signs.
    """

    name: str
    pattern: re.Pattern[str]
    what: str
    cure: str
    is_error: bool = False
    per: Per = Per.LINE
    markup: bool = True


def _rule(
    name: str,
    pattern: str,
    what: str,
    cure: str,
    *,
    is_error: bool = False,
    per: Per = Per.LINE,
    markup: bool = True,
) -> Rule:
    return Rule(name, re.compile(pattern, re.MULTILINE), what, cure, is_error, per, markup)


FILES = r"\.(?:md|html?|pdf|docx?|jpe?g|png|gif)\b"
TAG = r"</?[A-Za-z][A-Za-z0-9-]{0,30}(?::[a-z]{1,10})?(?=[\s/>])"
FLAGS = r"(?:open|controls|autoplay|loop|muted|async|defer|disabled|checked|hidden|required|allowfullscreen)"

PERHAPS = re.compile(
    r"[*~<&{\[|$^=+`\\ÃÂ\ufffd"
    + UNSEEN
    + OPENS
    + CODE
    + STRIKE
    + "–—【"
    + r"]|_|%%|:[a-z:]|---|--\}|TK|orem\b|OREM\b|XX|HYPERLINK|Error! |citeturn|â€|^(?:-#|:)",
    re.MULTILINE,
)
"""Signs of which one stands in all that a rule finds: most of what people write has none."""

RULES = (
    _rule(
        "unseen",
        rf"^[{UNSEEN}]+(?:[-*+>](?=\s)|\d{{1,9}}[.)](?=\s)|`{{3}}|~~~|-{{3}}$)",
        "A sign that nobody sees stands before “{found}”, which is text for that: readers see it as it is.",
        "Delete both, and type what is seen anew. To show it all the same, put a \\ before it.",
    ),
    _rule(
        "private note",
        r"(?<![\d%])(?<!\d\s)%%(?!%)[^%]{1,500}%%|^\s*%%(?![%\w])[^%\n]{0,500}$"
        r"|\{>>(?s:.{0,500}?<<\})?|<<\}"
        r"|\{(?:--|[–—])(?s:.{0,500}?)(?:--|[–—])\}|--\}|\{--(?=\s)"
        rf"|\{{(?:~~|{STRIKE})(?s:.{{0,500}}?)~>(?s:.{{0,500}}?(?:~~|{STRIKE})\}})?"
        r"|\{#\s(?s:.{0,300}?)#\}"
        r"|\{\{-?\s*[</]?\s*/\*(?s:.{0,300}?)\*/"
        r"|\{/\*(?s:.{0,300}?)\*/\}"
        r"|\{%-?\s*comment\b(?s:.{0,300}?)%\}"
        r"|\[[^\[\]\n]{0,500}\]\{\.(?:comment-start|deletion|insertion)\b[^}]{0,200}\}",
        "“{found}” is a comment or a change elsewhere, but here it is text, which readers would see.",
        "Delete it.",
        is_error=True,
    ),
    _rule(
        "shortcode",
        r"\{\{(?s:.{0,300}?)\}\}|\{\{[<%‹«](?s:[^{}]{0,300})\Z|\{%(?s:.{0,300}?)%\}"
        rf"|[*{OPENS}]\|[A-Z][A-Z0-9_:]{{1,40}}\|[*{CLOSES}]"
        rf"|\[/?[a-zA-Z][\w-]*(?:\s+[\w-]+=(?:{QUOTES}[^\]\n]{{0,300}}|[\w.-]+))+\s*/?\]"
        r"|\[(?:url|color|size|img|quote)=[^\]\n]{1,300}\]|\[/[a-zA-Z][\w-]*\]"
        r"|:contentReference\[[^\]\n]{0,100}\](?:\{[^}\n]{0,40}\})?|【[^】\n]{1,60}】|\bcite(?:turn\d+\w+)+"
        r"|\[\[?_?(?:gallery|toc|TOC)_?\]?\]"
        r"|\bHYPERLINK\s+\S{1,300}"
        r"|\{(?:code|panel|quote|color|noformat)(?::[^}\n]{0,100})?\}",
        "“{found}” is a command of another program: readers see it as it is.",
        f"Delete it, or write what it stood for. {KEEP}",
        per=Per.BLOCK,
    ),
    _rule(
        "percent",
        r"(?<![\d%])(?<!\d\s)%%(?!%)",
        "“{found}” begins a comment in other programs, but here readers see it and what follows.",
        f"Delete the comment, or write one %. {KEEP}",
    ),
    _rule(
        "spoiler",
        r"\|\|[^|\s][^|\n]{0,300}\|\|",
        "“{found}” makes no spoiler: readers see the bars.",
        f"Delete the bars. {KEEP}",
    ),
    _rule(
        "table",
        r"^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$|^\|[^|\n]+\|[^|\n]+\|"
        r"|^\+(?:[-=:]{2,}\+)+",
        "“{found}” looks like a row of a table, but readers see the bars.",
        "Give the table a first row, then one such as |---|---| with as many columns, without empty lines "
        f"between them. {KEEP}",
        per=Per.BLOCK,
    ),
    _rule(
        "wiki link",
        r"\[\[[^\[\]\n]{1,200}\]\]",
        "“{found}” is no link here: readers see the brackets.",
        f"Write [words](https://…). {KEEP}",
    ),
    _rule(
        "picture",
        r"!\[[^\[\]\n]{0,200}\][ \t]?\([^()\n]{1,300}\)?",
        "“{found}” is no picture: readers see the brackets.",
        f"Write ![words](https://…), with %20 for each space in the address. {KEEP}",
    ),
    _rule(
        "link",
        rf"\[(?!\^)[^\[\]\n]{{1,200}}\][ \t]?\(\s*(?:{ADDRESS}|www\.|/|#|mailto:|[^()\n]{{1,200}}{FILES})"
        r"[^)\n]{0,300}\)?"
        rf"|\([^()\n]{{1,200}}\)\[\s*(?:{ADDRESS}|www\.)[^\]\n]{{0,300}}\]?"
        r"|\[(?!\^)[^\[\]\n]{1,200}\]\[(?!\^)[^\[\]\n]{0,60}\]"
        rf"|<{ADDRESS}\|[^>\n]{{0,200}}>",
        "“{found}” is no link: readers see the brackets.",
        f"Write [words](https://…), without a space between them or in the address. {KEEP}",
    ),
    _rule(
        "braces",
        r"\{:?\s*(?:[.#=][a-z][\w:-]*|[\w-]+=["
        rf"\"'“”{escaped(chr(34))}][^}}\n]{{0,200}}|(?:{ATTRIBUTES})=[\w.%-]+)[^{{}}\n]{{0,200}}\}}"
        r"|^:{3,}[^\n]*$",
        "“{found}” gives attributes in another program: readers see it as it is.",
        f"Delete it. {KEEP}",
        per=Per.BLOCK,
    ),
    _rule(
        "html",
        rf"{TAG}(?:\s*/?>|\s[^<>=]{{0,100}}=[^<>]{{0,300}}>|(?:\s+{FLAGS})+\s*/?>)"
        rf"|{TAG}\s+[\w-]+\s*=\s*{QUOTES}[^<>\n]{{0,300}}",
        "HTML is not read: readers see “{found}” as it is.",
        "Delete it, or write it in Markdown: **bold**, *italic*, a backslash where a line is to end. To show "
        "it, write \\<.",
        per=Per.BLOCK,
    ),
    _rule(
        "mention",
        r"<(?:@[!&]?|#|a?:\w{1,40}:|t:)\d{4,20}(?::[A-Za-z])?>",
        "“{found}” means somebody or something in another program: readers see it as it is.",
        f"Write a name or a link. {KEEP}",
    ),
    _rule(
        "entity",
        r"&(?:(?:nbsp|amp|lt|gt|quot|apos|[lr][ds]quo|[mn]dash|hellip|#\d{2,6}|#[xX][0-9a-fA-F]{2,6})\b;?"
        r"|[A-Za-z][A-Za-z0-9]{1,31};)",
        "“{found}” stands for no sign here: readers see it as it is.",
        f"Write the sign itself. {KEEP}",
    ),
    _rule(
        "bold",
        r"(?<![\w*])\*{2,3}(?!\*)[^*\n]{1,200}(?<!\*)\*{2,3}(?!\*)"
        rf"|(?<![\w*{CLOSES}])\*{{2,3}}(?=[^\s*])[^*\n]{{0,200}}"
        r"|(?<=[^\s*])\*\*(?![\w*])[^*\n]{0,200}"
        r"|~~[^~\n]{0,200}~{0,2}"
        r"|(?<![\w*])\*(?![\s*])[^*\n]{1,200}\*(?!\*)|(?<!\w)__(?=[^\s_])[^_\n]{1,200}__"
        r"|(?<![\w_])_(?=[^\s_])[^_\n]{0,200}(?:\s_(?!_)|[^\w\s]_(?=\w))",
        "“{found}” stays as it was typed: readers see the signs.",
        "Close it right behind the last letter, and let a space follow: `**Ana** said`, `**«No»** said`. To "
        "show it, write \\{first} for each.",
    ),
    _rule(
        "times",
        rf"\d+[{OPENS}]\w[^{OPENS}{CLOSES}\n]{{0,100}}[{CLOSES}]\w+"
        rf"|\d+[{OPENS}]\d[^{OPENS}{CLOSES}\n]{{0,100}}[{CLOSES}]"
        rf"|[\w*]+[{OPENS}]{{1,4}}\w[^{OPENS}{CLOSES}\s]{{0,100}}\s[^{OPENS}{CLOSES}\n]{{0,100}}[{CLOSES}]{{1,4}}\w*",
        "The asterisks in “{found}” make italics or bold, so readers do not see them.",
        "Write × or \\* for each; for italics, put spaces around them.",
    ),
    _rule(
        "glottal stop",
        rf"[^\W\d_]+{CODE}[^\W\d_]*",
        "Two ` in a text make code: readers do not see the one behind “{found}”.",
        "Write ’ within a word, or \\`; for code, put a space before it.",
    ),
    _rule(
        "highlight",
        r"(?<![=\w])==[^=\s][^=\n]{0,200}==|(?<!\w)\+\+[^+\s][^+\n]{0,200}[^+\s]\+\+",
        "“{found}” marks nothing here: readers see the signs.",
        f"Write **bold** or delete them. {KEEP}",
    ),
    _rule(
        "raised",
        r"\^[^\W_][^\s^\[]{0,30}\^",
        "“{found}” raises nothing here: readers see the signs.",
        f"Write a sign such as ² or ª, or a footnote, [^1]. {KEEP}",
    ),
    _rule(
        "tilde",
        r"(?<![~\w])~[^~\s](?:[^~\n]{0,200}[^~\s])?~(?!~)|(?<=[A-Za-z])~[\w+-]{1,10}~(?!~)",
        "“{found}” lowers or strikes nothing here: readers see the signs.",
        f"Write ~~so~~ to strike it, or a sign such as ₂. {KEEP}",
    ),
    _rule(
        "formula",
        r"(?<!\$)\$\$(?!\$)(?:[^$]{0,500}?[\\^_={}+*/][^$]{0,500}?|[^\s$.,;:)][^$\n]{0,200}?(?<!\s))\$\$(?!\$)"
        r"|\$[^$\n]{0,200}\\[a-zA-Z]{2,}[^$\n]{0,200}\$",
        "“{found}” is no formula here: readers see it as it is.",
        f"Write it in signs such as x². {KEEP}",
    ),
    _rule(
        "emoji",
        r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])",
        "“{found}” makes no emoji: readers see it as it is.",
        f"Write the emoji itself. {KEEP}",
    ),
    _rule(
        "task",
        r"^\[[ xX]?\](?=\s)",
        "“{found}” makes no box to tick: readers see the brackets.",
        f"Delete it, or write ☐ or ✅. {KEEP}",
        per=Per.BLOCK,
    ),
    _rule(
        "backtick",
        r"`[^`\n]{0,100}`{0,3}",
        "“{found}”: readers see the sign ` as it is.",
        f"For code, put one on both sides; a quotation has “ and ”. {KEEP}",
    ),
    _rule(
        "footnote",
        r"\[\^(?:\s[^\[\]\n]{0,40}|[^\[\]\n]{1,40}\s)\]",
        "“{found}” is no mark of a footnote: readers see the brackets.",
        f"Write it without a space, [^1], at both places. {KEEP}",
        per=Per.BLOCK,
    ),
    _rule(
        "small signs",
        r"^\*\[[^\]\n]{1,100}\]:|^-#\s|(?<=\n):\s+\S|^\|\s[^|\n]+$|(?<=\s)\^[a-z0-9][a-z0-9-]{3,20}$|\\(?:newpage|pagebreak)\b|\\\Z",
        "“{found}” does nothing here: readers see it as it is.",
        f"Delete it. {KEEP}",
        per=Per.BLOCK,
    ),
    _rule(
        "other letters",
        r"(?:Ã[\u00a0-\u00bf]|Â[\u00a0«»¿¡°º©®]|â€[\u0090-\u009d™œ˜“”¦¢\s]|\ufffd)\w{0,30}",
        "“{found}” was saved in one encoding and read in another.",
        f"Write it anew, and save the file as UTF-8. {PLAIN_WORD}",
        markup=False,
    ),
    _rule(
        "placeholder",
        r"(?<![.\w])(?:TK)+\b(?!\s[A-ZÁÉÍÓÚÑ][a-zà-ÿ])|\b[Ll](?:orem|OREM)\b|^[\W_]*X{3,}[\W_]*$"
        r"|(?<!entury )(?<!iglo )\bX{4,}\b|[\[(]X{3,}[\])]|[$€₲]\s?X{2,}\b"
        r"|¡?Error! (?:Bookmark|Reference|Marcador|No se encuentra)[^.\n]{0,60}\.?",
        "“{found}” holds the place of what is still to be written.",
        f"Write it. {PLAIN_WORD}",
        markup=False,
    ),
)
"""In this order: what one rule has found, no later one finds again."""
