"""What the front page holds below its masthead: first lines, contents, teasers."""

from dataclasses import replace

from bot.domain.access import Readable, ReadableSection, Shown
from bot.domain.blocks import words
from bot.domain.issue import Block, Blocks, List, Paragraph, Quotation, Run, Subheading
from bot.domain.sentences import shorten, units
from bot.domain.splitting import first_page
from bot.i18n import Speech

FIRST_LINES = 600
LOCK = "🔒 "
_LISTED = 200


def front_blocks(readable: Readable, speech: Speech) -> Shown:
    """Only what is public: names, teasers and the top story's free text."""
    blocks: list[Block] = [*_top_story(readable.sections)]
    if readable.sections:
        blocks += [_heading(speech.plain("In this issue")), _contents(readable.sections)]
    if readable.also:
        teasers = tuple((Paragraph((Run(teaser),)),) for teaser in readable.also)
        blocks += [_heading(speech.plain("Also in this week’s issue:")), List(teasers)]
    return Shown(tuple(blocks))


def first_lines(free: Shown, limit: int = FIRST_LINES) -> Shown:
    """Return the first `limit` UTF-16 units or fewer of running text, cut after a sentence."""
    running = Shown(_running(free))
    return first_page(running, lambda blocks: units(_letters(blocks)) / limit)[0]


def name(section: ReadableSection, limit: int = _LISTED) -> str:
    """`Kicker: headline`, or the one that there is."""
    parts = (shorten(part, limit) for part in (section.kicker, section.headline) if part)
    return ": ".join(parts)


def _top_story(sections: tuple[ReadableSection, ...]) -> Blocks:
    if not sections:
        return ()
    return (_heading(name(sections[0])), *first_lines(sections[0].free))


def _contents(sections: tuple[ReadableSection, ...]) -> List:
    return List(tuple((_entry(section),) for section in sections))


def _entry(section: ReadableSection) -> Paragraph:
    lock = (Run(LOCK),) if section.locked else ()
    kicker = shorten(section.kicker, _LISTED)
    headline = shorten(section.headline, _LISTED)
    between = ": " if kicker and headline else ""
    return Paragraph((*lock, Run(kicker, bold=True), Run(between + headline)))


def _heading(text: str) -> Subheading:
    return Subheading((Run(text),))


def _running(blocks: Blocks) -> Blocks:
    """Keep what reads on as text. A footnote's mark means nothing where its note does not stand."""
    found: list[Block] = []
    for block in blocks:
        match block:
            case Paragraph(text):
                found.append(Paragraph(tuple(run for run in text if run.note is None)))
            case List(items):
                found.append(replace(block, items=tuple(map(_running, items))))
            case Quotation(inner):
                found.append(Quotation(_running(inner)))
    return tuple(found)


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
