"""What people see, kept in files: look at every change of them (UPDATE_GOLDEN=1 writes them anew)."""

import os
from pathlib import Path

import pytest

from bot.domain.content.gate import Access
from bot.domain.pages.booklet import Booklet
from bot.domain.pages.page import Button, Page, Place
from bot.domain.readers.reader import Rendering
from tests.domain import sample

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("rendering", Rendering)
def test_readers_see_the_pages_of_the_golden_files(
    rendering: Rendering, access: Access, language: str
) -> None:
    shown = written(sample.booklet(access, rendering, language))
    file = GOLDEN / f"{rendering}-{access}-{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


def written(booklet: Booklet) -> str:
    sections = ["", *(section.id for section in sample.edition().sections)]
    firsts = [booklet.page(Place(sample.DAY, section)) for section in sections]
    pages = [
        booklet.page(Place(sample.DAY, first.place.section, number))
        for first in firsts
        if first
        for number in range(1, first.count + 1)
    ]
    whole = booklet.whole() if booklet.front.rendering is Rendering.RICH else ()
    return "\n\n".join(page_text(page) for page in (*pages, *whole) if page) + "\n"


def page_text(page: Page) -> str:
    return f"{seen(page)}\n-----\n{keyboard_text(page)}"


def seen(page: Page) -> str:
    signs = [sign for sign in ("paid", "locked", "cover") if getattr(page, sign)]
    place = f"{page.place.section or 'front'} {page.place.number} of {page.count}"
    head = f"===== {place}: {', '.join(signs) or 'free'}"
    text = page.text.replace("><", ">\n<") if page.rendering is Rendering.RICH else page.text
    return f"{head}\n{text}"


def keyboard_text(page: Page) -> str:
    return "\n".join("   ".join(map(_button, row)) for row in page.buttons)


def _button(button: Button) -> str:
    does = button.place.code() if button.place else button.action or button.url or "share"
    whose = f", way on: {button.way}" if button.way else ""
    return f"[{button.label} → {does}{whose}]"
