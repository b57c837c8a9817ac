"""Tables, pictures and story cards as lines of text."""

from dataclasses import replace

from bot.domain.content.issue import Blocks, Paragraph, Picture, Run, StoryCard, Table, Text
from bot.i18n import isolated


def table_lines(table: Table) -> Blocks:
    """One paragraph a row, one `Head: value` line a cell."""
    rows = [_row_lines(table, row) for row in table.rows] if table.rows else [_joined(table.head)]
    return tuple(Paragraph(row) for row in rows if row)


def card_text(card: StoryCard) -> Text:
    """`▸ Title — Author, date`, the title linked."""
    source = ", ".join(isolated(part) for part in (card.author, card.written) if part)
    rest = (Run(f" — {source}"),) if source else ()
    return (Run("▸ "), Run(isolated(card.title), link=card.link), *rest)


def picture_text(picture: Picture) -> Text:
    """`🖼 caption`, linked to the picture wherever the caption has no link of its own."""
    caption = picture.caption or (Run(picture.alt),)
    linked = tuple(run if run.link or run.note else replace(run, link=picture.url) for run in caption)
    return (Run("🖼 "), *linked) if any(run.text for run in linked) else (Run("🖼", link=picture.url),)


def _row_lines(table: Table, row: tuple[Text, ...]) -> Text:
    lines: list[Text] = []
    for number, cell in enumerate(row):
        head = table.head[number] if number < len(table.head) else ()
        label = (*(replace(run, bold=True) for run in head), Run(": ")) if head else ()
        if cell:
            lines.append((*label, *cell))
    return _joined(tuple(lines))


def _joined(lines: tuple[Text, ...]) -> Text:
    runs: list[Run] = []
    for line in lines:
        runs += [Run("\n"), *line] if runs and line else line
    return tuple(runs)
