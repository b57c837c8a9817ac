"""The gate: nothing paid passes it without access, wherever an edition is cut."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.blocks import plain, split
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    Code,
    Edition,
    List,
    Note,
    Paragraph,
    Path,
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
from bot.domain.readers.grants import access_for

NOW = datetime(2025, 12, 22, 10, tzinfo=UTC)


def words(text: str) -> Text:
    return (Run(text),)


@dataclass
class Canaries:
    """Makes blocks of words that stand nowhere else, and remembers the path of every word and mark."""

    places: dict[str, Path] = field(default_factory=dict)
    notes: dict[int, Path] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def word(self, path: Path) -> str:
        word = f"canary{next(self.numbers)}x"
        self.places[word] = path
        return word

    def text(self, path: Path, *, note: bool) -> Text:
        if not note:
            return words(self.word(path))
        self.notes[len(self.notes) + 1] = path
        return (Run(self.word(path)), Run(str(len(self.notes)), note=len(self.notes)))


@st.composite
def trees(draw: st.DrawFn, canaries: Canaries, here: Path = (), depth: int = 3) -> Blocks:
    kinds = ["text", "leaf", *(["list", "quotation", "box"] if depth else [])]
    blocks_seen: list[Block] = []
    for number in range(draw(st.integers(1, 3))):
        path = (*here, number)
        match draw(st.sampled_from(kinds)):
            case "text":
                blocks_seen.append(Paragraph(canaries.text(path, note=draw(st.booleans()))))
            case "list":
                items = tuple(
                    draw(trees(canaries, (*path, item), depth - 1)) for item in range(draw(st.integers(1, 3)))
                )
                blocks_seen.append(List(items, draw(st.sampled_from([None, 4]))))
            case "quotation":
                blocks_seen.append(Quotation(draw(trees(canaries, path, depth - 1))))
            case "box":
                title = canaries.text(path, note=draw(st.booleans()))
                blocks_seen.append(Box(title, draw(trees(canaries, path, depth - 1))))
            case _:
                blocks_seen.append(draw(leaves(canaries, path)))
    return tuple(blocks_seen)


@st.composite
def leaves(draw: st.DrawFn, canaries: Canaries, path: Path) -> Block:
    word = canaries.word(path)
    kinds: list[Block] = [
        Subheading(words(word)),
        Table((words(word),), ((words("cell"),),)),
        Table((words("head"),), ((words(word),),)),
        Picture("https://x.org/1.png", word, words("caption")),
        Picture("https://x.org/1.png", "", words(word)),
        StoryCard(word, "author", "date", "https://x.org"),
        Code(word),
        Rule(),
    ]
    return draw(st.sampled_from(kinds))


def paths(blocks: Blocks, here: Path = ()) -> Iterator[Path]:
    """Yield every place at which blocks can be cut."""
    for number, block in enumerate(blocks):
        path = (*here, number)
        yield path
        match block:
            case List(items):
                for item, inside in enumerate(items):
                    yield from paths(inside, (*path, item))
            case Quotation(inside) | Box(_, inside):
                yield from paths(inside, path)
    yield (*here, len(blocks))


@st.composite
def cut_sections(draw: st.DrawFn) -> tuple[Section, Canaries]:
    canaries = Canaries()
    blocks = draw(trees(canaries))
    end = draw(st.sampled_from([None, *paths(blocks)]))
    notes = tuple(Note(n, (Paragraph(words(canaries.word(path))),)) for n, path in canaries.notes.items())
    return Section("a", "Kicker", "Headline", 1, blocks, end, notes), canaries


def edition(*sections: Section) -> Edition:
    return Edition(date(2025, 12, 22), "en", "T", sections, "r")


@given(cut_sections())
def test_a_preview_holds_exactly_the_words_before_the_paywall(case: tuple[Section, Canaries]) -> None:
    section, canaries = case
    (seen,) = gate(edition(section), Access.PREVIEW).sections
    shown = {word for word in canaries.places if word in repr(seen)}
    written = {word for word in canaries.places if word in repr((section.blocks, section.notes))}
    end = section.free_until
    assert shown == {word for word in written if end is None or canaries.places[word] < end}
    assert seen.locked == (shown != written or _rule_is_withheld(section))
    assert seen.paid == ()


def _rule_is_withheld(section: Section) -> bool:
    return "Rule()" in repr(split(section.blocks, section.free_until)[1])


@given(cut_sections())
def test_full_access_shows_every_word_once_and_in_order(case: tuple[Section, Canaries]) -> None:
    section, _ = case
    (seen,) = gate(edition(section), Access.FULL).sections
    notes = {note.number: note for note in section.notes}
    text = plain(tuple(b for b in (*seen.free, *seen.paid) if not isinstance(b, Note)))
    titles = [line for line in text.split("\n") if line]
    whole = [line for line in plain(section.blocks).split("\n") if line]
    assert list(dict.fromkeys(titles)) == list(dict.fromkeys(whole))
    assert sorted(b.number for b in (*seen.free, *seen.paid) if isinstance(b, Note)) == sorted(notes)
    assert not seen.locked


@given(cut_sections(), st.lists(st.integers(0, 4), min_size=1, max_size=5).map(tuple))
def test_a_path_of_another_language_never_shows_what_stands_behind_it(
    case: tuple[Section, Canaries], end: Path
) -> None:
    section, canaries = case
    preview = gate(edition(replace(section, free_until=end)), Access.PREVIEW)
    shown = [word for word in canaries.places if word in repr(preview)]
    assert all(canaries.places[word] < end for word in shown)


@pytest.mark.parametrize("guard", ["split", "notes"])
def test_the_leak_property_sees_a_gate_that_is_broken(guard: str) -> None:
    blocks = (Paragraph((Run("free"),)), Paragraph((Run("canary0x"), Run("1", note=1))))
    section = Section("a", "", "H", 1, blocks, (1,), (Note(1, (Paragraph(words("canary1x")),)),))
    assert "canary" not in repr(gate(edition(section), Access.PREVIEW))
    broken = replace(section, free_until=None) if guard == "split" else replace(section, blocks=blocks[::-1])
    assert "canary" in repr(gate(edition(broken), Access.PREVIEW))


def test_a_list_that_is_cut_goes_on_with_its_numbers() -> None:
    items = tuple((Paragraph(words(f"{n}")), Paragraph(words(f"{n}+"))) for n in range(3))
    listing = List(items, start=5)
    assert split((listing,), (0, 1)) == ((List(items[:1], 5),), (List(items[1:], 6),))
    assert split((listing,), (0, 1, 1)) == (
        (List((items[0], items[1][:1]), 5),),
        (List((items[1][1:], items[2]), 6, continued=True),),
    )
    assert split((List(items, 5, continued=True),), (0, 2)) == (
        (List(items[:2], 5, continued=True),),
        (List(items[2:], 7),),
    )


def test_a_box_that_is_cut_goes_on_under_its_title() -> None:
    box = Box(words("B"), (Paragraph(words("a")), Paragraph(words("b"))))
    assert split((box,), (0, 1)) == (
        (replace(box, blocks=box.blocks[:1]),),
        (replace(box, blocks=box.blocks[1:], continued=True),),
    )
    assert split((box,), (0, 0)) == ((replace(box, blocks=()),), (replace(box, continued=True),))


def test_front_matter_and_headings_are_public() -> None:
    paid = Section("a", "Kicker", "Headline", 1, (Paragraph(words("paid")),), (0,))
    seen = gate(replace(edition(paid), also=("teaser",), credit="@x"), Access.PREVIEW)
    assert (seen.title, seen.also, seen.credit, seen.access) == ("T", ("teaser",), "@x", Access.PREVIEW)
    assert (seen.sections[0].kicker, seen.sections[0].headline, seen.sections[0].free) == (
        "Kicker",
        "Headline",
        (),
    )


def test_notes_that_call_for_each_other_come_to_an_end() -> None:
    notes = tuple(Note(n, (Paragraph((Run("x"), Run(str(m), note=m))),)) for n, m in ((1, 2), (2, 1)))
    section = Section("a", "", "H", 1, (Paragraph((Run("y"), Run("1", note=1))),), None, notes)
    assert gate(edition(section), Access.PREVIEW).sections[0].free == section.blocks + notes


@pytest.mark.parametrize(
    ("until", "access"),
    [
        (None, Access.PREVIEW),
        (NOW - timedelta(seconds=1), Access.PREVIEW),
        (NOW, Access.PREVIEW),
        (NOW + timedelta(seconds=1), Access.FULL),
    ],
)
def test_access_lasts_up_to_its_end(until: datetime | None, access: Access) -> None:
    assert access_for(until, NOW) is access
