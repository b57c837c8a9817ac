"""Hypothesis strategies that make editions of any size.

The words are chosen from a fixed list by a drawn seed: cheap, and enough to meet markup, accents, emoji with
modifiers and both directions of writing. Table heads are Greek, and nothing else is; no text has a digit: so
what a renderer may repeat (heads) or add (numbers) can be told from the text.
"""

from dataclasses import replace
from datetime import date
from functools import cache
from random import Random

from hypothesis import strategies as st

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

_LINES = (
    "the a of and in to it was with Peña González Asunción ñandutí año “historic” ‘deal’ – don’t D.C. U.S. "
    "Sr. economy security agreement investment exports soybeans hydroelectric antidisestablishmentarianism "
    "<b> </b> &amp; & <!--paywall--> <script> {value} %s *bold* _under_ [link](x) \\n "
    "👍🏽 👩‍💻 🇵🇾 👨‍👩‍👧‍👦 ❤️ e\u0301te\u0301 मनीष שלום السلام 世界 S&P (brackets) “quoted.” qué?"
)
WORDS = _LINES.split()
GREEK = ("ΠΟΣΟ", "ΕΤΟΣ", "ΧΩΡΑ", "ΤΙΜΗ", "ΠΟΛΗ")
CLUSTERS = ("x", "👨‍👩‍👧‍👦", "e\u0301", "👍🏽")
LINKS = (
    None,
    None,
    None,
    "https://example.org/a?b=c&d=e",
    "http://example.org",
    "tg://resolve?domain=x",
    "javascript:x",
)

_SEEDS = st.integers(0, 2**16)
_LENGTHS = st.sampled_from((1, 5, 12, 12, 30, 30, 60, 60, 120, 250, 500))
_NAMES = st.sampled_from((1, 3, 3, 5, 8, 40, 400))


def prose(seed: int, words: int) -> Text:
    """Running text of about `words` words, in runs of changing styles."""
    random = _random(seed)
    runs: list[Run] = []
    while words > 0:
        count = min(words, random.randint(1, 30))
        words -= count
        text = " ".join(random.choice(WORDS) for _ in range(count)) + random.choice(
            (". ", ", ", "? ", "\n", " ")
        )
        runs.append(_styled(text, random))
    return (*runs[:-1], replace(runs[-1], text=runs[-1].text.rstrip() or "x")) if runs else ()


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # the same words for the same seed


def _styled(text: str, random: Random) -> Run:
    plain = random.random() < 0.6
    return (
        Run(text)
        if plain
        else Run(
            text,
            bold=random.random() < 0.4,
            italic=random.random() < 0.4,
            strike=random.random() < 0.1,
            code=random.random() < 0.1,
            link=random.choice(LINKS),
        )
    )


@cache
def texts(lengths: st.SearchStrategy[int] = _LENGTHS) -> st.SearchStrategy[Text]:
    return st.builds(prose, _SEEDS, lengths)


@st.composite
def endless_words(draw: st.DrawFn) -> Paragraph:
    """A word that may be longer than any page, between two short ones."""
    cluster = draw(st.sampled_from(CLUSTERS))
    count = draw(st.sampled_from((10, 100, 3000 // len(cluster), 6000 // len(cluster))))
    return Paragraph((Run("ok "), Run(cluster * count, bold=draw(st.booleans())), Run(" ok")))


@cache
def headings() -> st.SearchStrategy[Text]:
    return texts(st.sampled_from((1, 3, 5, 8, 60)))


@cache
def tables() -> st.SearchStrategy[Table]:
    return st.builds(
        _table,
        _SEEDS,
        st.sampled_from((1, 2, 3, 4, 25)),
        st.sampled_from((0, 2, 8)),
        st.sampled_from((1, 2, 12)),
    )


def _table(seed: int, columns: int, rows: int, words: int) -> Table:
    random = _random(seed)
    head = tuple((Run(random.choice(GREEK)),) for _ in range(columns))
    cells = tuple(tuple(prose(random.randrange(2**16), words) for _ in head) for _ in range(rows))
    return Table(head, cells, tuple(random.choice(("left", "right", "center", "")) for _ in head))


@cache
def leaves() -> st.SearchStrategy[Block]:
    return st.one_of(
        *(st.builds(Paragraph, texts()),) * 4,
        st.builds(Subheading, headings()),
        tables(),
        st.builds(Picture, st.just("https://example.org/p.jpg"), names(), st.one_of(st.just(()), texts())),
        st.builds(StoryCard, names(), names(), names(), st.sampled_from(LINKS)),
        st.builds(Code, st.builds(_code, _SEEDS, st.sampled_from((1, 5, 20, 80)))),
        st.just(Rule()),
        endless_words(),
    )


@cache
def names() -> st.SearchStrategy[str]:
    return st.builds(_name, _SEEDS, _NAMES)


def _name(seed: int, words: int) -> str:
    random = _random(seed)
    return " ".join(random.choice(WORDS) for _ in range(words))


def _code(seed: int, lines: int) -> str:
    return "\n".join(_name(seed + line, 5) for line in range(lines))


@cache
def bodies(depth: int = 2) -> st.SearchStrategy[Blocks]:
    inner: st.SearchStrategy[Block] = leaves()
    if depth:
        children = bodies(depth - 1)
        items = st.lists(st.one_of(children, st.builds(_bullet, texts())), min_size=1, max_size=5).map(tuple)
        inner = st.one_of(
            inner,
            st.builds(List, items, st.one_of(st.none(), st.integers(1, 99))),
            st.builds(Quotation, children),
        )
    return st.lists(inner, min_size=1, max_size=5 if depth > 1 else 2).map(tuple)


def _bullet(text: Text) -> Blocks:
    return (Paragraph(text),)


@cache
def crowds() -> st.SearchStrategy[Blocks]:
    """Blocks that need more than one page: by their letters, or by their number even of a rich one."""
    return st.one_of(
        st.builds(_crowd_of_paragraphs, _SEEDS, st.integers(8, 13)),
        st.builds(_crowd_of_items, _SEEDS, st.integers(250, 400)),
        st.builds(_crowd_of_pictures, st.integers(51, 70)),
    )


def _crowd_of_paragraphs(seed: int, count: int) -> Blocks:
    return tuple(Paragraph(prose(seed + number, 80)) for number in range(count))


def _crowd_of_items(seed: int, count: int) -> Blocks:
    return (List(tuple(_bullet((Run(_name(seed + number, 1)),)) for number in range(count))),)


def _crowd_of_pictures(count: int) -> Blocks:
    return (Picture("https://example.org/p.jpg", "boats"),) * count


@st.composite
def sections(draw: st.DrawFn, number: int, *, walls: bool) -> Section:
    """A section whose paywall, where `walls` allows one, may stand anywhere a path can name."""
    blocks = draw(bodies())
    if draw(st.integers(0, 3)):
        blocks = (*blocks, *draw(crowds()))
    if draw(st.booleans()):
        blocks = (*blocks, Box(draw(headings()), draw(bodies(1))))
    notes: tuple[Note, ...] = ()
    if draw(st.booleans()):
        blocks = (Paragraph((*draw(texts()), Run("1", note=1))), *blocks)
        notes = (Note(1, (Paragraph(draw(texts())),)),)
    return Section(
        f"s{number}_{'x' * draw(st.integers(0, 29))}"[:32],
        draw(names()),
        draw(names()),
        line=1,
        blocks=blocks,
        free_until=draw(paths(blocks)) if walls else None,
        notes=notes,
    )


@st.composite
def paths(draw: st.DrawFn, blocks: Blocks) -> Path | None:
    """Where the free part of `blocks` ends: at their begin, between them, inside of one, or nowhere."""
    if draw(st.integers(0, 3)) == 0:
        return None
    here = draw(st.integers(0, len(blocks) - 1))
    block = blocks[here]
    if isinstance(block, List) and len(block.items) > 1:
        return (here, draw(st.integers(1, len(block.items) - 1)))
    if isinstance(block, Box | Quotation) and len(block.blocks) > 1:
        return (here, draw(st.integers(1, len(block.blocks) - 1)))
    return (here,)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    count = draw(st.integers(1, 3))
    walls = draw(st.booleans())
    return Edition(
        date=date(2025, 12, 22),
        language=draw(st.sampled_from(("en", "es"))),
        title=draw(names()),
        sections=tuple(draw(sections(number, walls=walls)) for number in range(count)),
        revision="r1",
        series=draw(names()),
        author=draw(names()),
        credit=draw(names()),
        also=tuple(draw(st.lists(names(), max_size=5))),
    )
