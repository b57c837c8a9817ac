"""The front page's first lines, teasers and section buttons."""

from dataclasses import replace

from bot.domain.content.about import About
from bot.domain.content.blocks import words
from bot.domain.content.gate import Readable, Shown
from bot.domain.content.issue import Block, Blocks, List, Paragraph, Quotation, Run, Subheading
from bot.domain.pages.splitting import first_page
from bot.domain.pages.text_cutting import shorten, units
from bot.i18n import Translator, capital

FIRST_LINES = 200
LOCK = "🔒 "
_LEAST = 0.1
"""Share of the first lines that a sentence must fill to be enough."""
_ENDS = (*'.!?…:;»”"’)',)
_LABEL = 44
"""UTF-16 units that a phone of 390 px shows of a button with a row of its own."""
_SHORT = 28
"""The same, of a button that shares its row."""


def front_blocks(readable: Readable, translator: Translator, about: About) -> Shown:
    """Return the blocks of a front page, all public: the top story's first lines and the teasers."""
    blocks: list[Block] = [*first_lines(readable.sections[0].free)] if readable.sections else []
    if about.tagline:
        blocks.append(Paragraph((Run(_reading(readable.series, translator, about)),)))
    if readable.also:
        teasers = tuple((Paragraph((Run(teaser),)),) for teaser in readable.also)
        blocks += [Subheading((Run(translator.plain("Also in this issue:")),)), List(teasers)]
    return Shown(tuple(blocks))


def label(section: str, kicker: str, headline: str, *, locked: bool) -> str:
    """Return the label of a section's button: with its headline where that fits, else the kicker alone."""
    lock = LOCK if locked else ""
    full = lock + ": ".join(part for part in (kicker, headline) if part)
    if full != lock and units(full) <= _LABEL:
        return full
    return lock + shorten(kicker or headline or section, _SHORT)


def side_by_side(labels: list[str]) -> list[int]:
    """Return how many buttons each row takes: two where both are short, else one."""
    rows: list[int] = []
    short = [units(label) <= _SHORT for label in labels]
    at = 0
    while at < len(labels):
        rows.append(2 if short[at : at + 2] == [True, True] else 1)
        at += rows[-1]
    return rows


def first_lines(free: Shown, limit: int = FIRST_LINES) -> Shown:
    """Return at most `limit` UTF-16 units of running text, cut after a sentence, else ending in " …"."""
    running = Shown(_running(free))
    shown, more = first_page(running, lambda blocks: units(_letters(blocks)) / limit, _LEAST)
    is_whole = not more or _letters(shown).rstrip().endswith(_ENDS)
    return shown if is_whole else Shown(_broken_off(shown))


def _broken_off(blocks: Blocks) -> Blocks:
    """Add " …" behind the last word."""
    if not blocks:
        return blocks
    *before, last = blocks
    match last:
        case Paragraph(text):
            cut = replace(text[-1], text=text[-1].text.rstrip(" ,–—-"))
            last = Paragraph((*text[:-1], cut, Run(" …")))
        case List(items):
            last = replace(last, items=(*items[:-1], _broken_off(items[-1])))
        case Quotation(inner):
            last = Quotation(_broken_off(inner))
    return (*before, last)


def _reading(series: str, translator: Translator, about: About) -> str:
    tagline = about.tagline.rstrip(".")
    if not series:
        return f"{capital(tagline)}."
    return translator.plain("You’re reading {series}, {tagline}.", series=series, tagline=tagline)


def _running(blocks: Blocks) -> Blocks:
    """Keep the blocks that are running text, without the marks of footnotes, whose notes are not here."""
    texts: list[Block] = []
    for block in blocks:
        match block:
            case Paragraph(text):
                texts.append(Paragraph(tuple(run for run in text if run.note is None)))
            case List(items):
                texts.append(replace(block, items=tuple(map(_running, items))))
            case Quotation(inner):
                texts.append(Quotation(_running(inner)))
    return tuple(texts)


def _letters(blocks: Blocks) -> str:
    return "".join(map(_letters_of, blocks))


def _letters_of(block: Block) -> str:
    match block:
        case Paragraph(text):
            return words(text)
        case List(items):
            return "".join(map(_letters, items))
        case Quotation(inner):
            return _letters(inner)
        case _:
            return ""
