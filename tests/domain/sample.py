"""One small edition that holds a block of every kind."""

from dataclasses import replace
from datetime import date

from bot.domain.content.about import About
from bot.domain.content.gate import Access, Readable, ReadableSection, gate
from bot.domain.content.issue import (
    Blocks,
    Box,
    Code,
    Edition,
    List,
    Note,
    Paragraph,
    Picture,
    Quotation,
    Rule,
    Run,
    Section,
    StoryCard,
    Subheading,
    Table,
    Text,
)
from bot.domain.pages.booklet import Booklet
from bot.domain.readers.reader import Rendering
from bot.i18n import translator_for

DAY = date(2025, 12, 22)
ABOUT = About(trial_days=7, is_reachable=True)


def edition() -> Edition:
    return Edition(
        date=DAY,
        language="en",
        title="Why the harbour deal matters",
        sections=(
            Section("topstory", "Top story", "Harbour deal signed", 1, _top_story(), None, (_note(1),)),
            Section("politics", "Politics", "Rana & friends", 40, _politics(), (1, 1), ()),
            Section("money", "Money", "Prices <rise>", 60, _money(), (0,), (_note(2),)),
        ),
        revision="r1",
        series="The Island Weekly",
        author="Ana Díaz",
        credit="L. Brook / Harbour Archive",
        url="https://example.org/2025-12-22",
        also=("Ferry strike ends", "New polling data"),
    )


def readable(access: Access) -> Readable:
    return gate(edition(), access)


def booklet(
    access: Access, rendering: Rendering = Rendering.CLASSIC, language: str = "en", *, cover: bool = True
) -> Booklet:
    return Booklet(
        readable(access),
        translator_for(language),
        rendering,
        cover=cover,
        fallback=language != "en",
        out_from=None,
        about=ABOUT,
    )


def text(string: str) -> Text:
    return (Run(string),)


def paragraph(string: str) -> Paragraph:
    return Paragraph(text(string))


def of_sections(*sections: ReadableSection, rendering: Rendering = Rendering.CLASSIC) -> Booklet:
    shown = replace(readable(Access.PREVIEW), sections=sections)
    return Booklet(
        shown, translator_for("en"), rendering, cover=False, fallback=False, out_from=None, about=ABOUT
    )


def _top_story() -> Blocks:
    return (
        Paragraph((*text("The port of Lind and its neighbour signed a “historic” deal."), Run("1", note=1))),
        Paragraph(
            (
                Run("It was "),
                Run("not", italic=True),
                Run(" expected, "),
                Run("said the mayor", bold=True),
                Run(" – see "),
                Run("the text", link="https://example.org/deal?a=1&b=2"),
                Run("."),
            )
        ),
        Quotation((paragraph("This opens new doors."), paragraph("For all of us."))),
        Picture("https://example.org/port.jpg", "The port", text("The port at dawn. Photo: L. Brook")),
        StoryCard("Three risks facing Lind", "Ana Díaz", "November 22, 2024", "https://example.org/risks"),
        Box(
            text("The Weekly Take"),
            (
                paragraph("Though it sounds dramatic, little changes at first."),
                List(((paragraph("Ships pay less."),), (paragraph("Crews stay longer."),)), start=1),
            ),
        ),
    )


def _politics() -> Blocks:
    return (
        Subheading(text("In brief")),
        List(
            (
                (paragraph("Rana has nominated a friend."),),
                (
                    paragraph("The rest of the council objects."),
                    List(((paragraph("Five members spoke."),), (paragraph("Two left."),))),
                ),
                (paragraph("A vote is due in March."),),
            )
        ),
        Rule(),
        Code("council --vote\n    --in march"),
    )


def _money() -> Blocks:
    head = (text("Good"), text("Price"))
    rows = ((text("Fish"), text("12")), (text("Salt & rope"), text("7")))
    wide = (text("Good"), text("What the traders at the harbour say of it"))
    return (
        Paragraph((*text("Prices rise again."), Run("2", note=2))),
        Table(head, rows, ("left", "right")),
        Table(wide, ((text("Fish"), text("There is too little of it, and it is too dear.")),)),
    )


def _note(number: int) -> Note:
    return Note(number, (paragraph("The text was published on Friday."),))
