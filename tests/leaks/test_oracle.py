"""Search answers a reader without access as if no paid text stood anywhere."""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import cycle
from pathlib import Path

import pytest

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.domain.content.blocks import plain
from bot.domain.content.gate import Access, gate
from bot.domain.content.issue import Blocks, Edition, Issue, Paragraph, Run, Section
from bot.domain.readers.reader import Reader, Rendering, Viewer
from bot.services.content.archive import Archive
from bot.services.content.search.search import Hit, Search
from bot.services.content.search.search_index import SearchIndex
from bot.services.reading.reading import Reading
from telegram_simulator import Group, Person
from tests.databases import on_sqlite
from tests.files import long_ago
from tests.leaks.aviary import WITH, WITHOUT, Aviary, prepare, shown_text
from tests.leaks.canaries import CURRENT, ECHO
from tests.world import World, since

SAMPLE = Path(__file__).parents[2] / "content"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NOWHERE = "zzqxzzqx"
GLUES = (" ", "\u19b0", "\u1cf2", "-", '" "', "_", "\u0301")
ON_THE_WIRE = 50
MOST = 8
PATIENCE = 60.0
INDEX = SearchIndex()

PAST, AHEAD = NOW - timedelta(days=1), NOW + timedelta(days=1)
VIEWERS = {
    "none": Viewer(Reader(1, "en")),
    "expired": Viewer(Reader(2, "en", full_until=PAST)),
    "expired this moment": Viewer(Reader(3, "es", full_until=NOW)),
    "in a group": Viewer(Reader(4, "en"), private=False),
    "in a group, with access": Viewer(Reader(5, "es", full_until=AHEAD), private=False),
}
FULL = Viewer(Reader(6, "en", full_until=AHEAD))


def out_by(now: datetime) -> Callable[[date], bool]:
    """Tell what is out of the sample's issues and the one that is ahead of them."""
    return lambda day: now >= (AHEAD if day > NOW.date() else PAST)


@dataclass(frozen=True)
class Twins:
    """The sample issues, and a search over the same ones with a nonsense word for each paid text."""

    issues: tuple[Issue, ...]
    reading: Reading
    search: Search
    other: Search
    free: tuple[tuple[str, ...], ...]
    paid: tuple[tuple[str, ...], ...]

    def ask(self, viewer: Viewer, words: str) -> list[Hit]:
        return self.search.find(words, viewer.reader.language, out_by(NOW), viewer.access(NOW), MOST)

    def told(self, viewer: Viewer, words: str) -> bool:
        """Tell whether the answer is another one than without the paid text."""
        return self.ask(viewer, words) != self.other.find(
            words, viewer.reader.language, out_by(NOW), Access.PREVIEW, MOST
        )

    @cached_property
    def public(self) -> set[str]:
        return {word for words in self.free for word in words}

    @cached_property
    def only(self) -> list[str]:
        """Every word that stands in paid text only."""
        return sorted({word for words in self.paid for word in words} - self.public)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    folder = tmp_path_factory.mktemp("sample") / "content"
    shutil.copytree(SAMPLE, folder)
    for file in folder.glob("*/*"):
        long_ago(file)
    made = asyncio.run(make(folder))
    yield made
    made.search.close()
    made.other.close()


async def make(folder: Path) -> Twins:
    clock, search, other = StoppedClock(NOW), Search(), Search()
    archive = Archive(folder, clock)
    await archive.open()
    await archive.load_rest()
    issues, free, paid = list[Issue](), list[tuple[str, ...]](), list[tuple[str, ...]]()
    for day in archive.dates(NOW):
        issue = await archive.issue(day)
        assert issue is not None
        issues.append(issue)
        search.put(issue, "en", out_by(NOW))
        other.put(without_paid_text(issue), "en", out_by(NOW))
        for edition in issue.editions.values():
            free.append(tuple(INDEX.words(public_text(edition))))
            paid += [tuple(INDEX.words(plain(one.paid))) for one in gate(edition, Access.FULL).sections]
    database = Database(f"sqlite+aiosqlite:///{folder / 'bot.db'}")  # never opened
    reading = Reading(database, archive, clock, frozenset())
    return Twins(tuple(issues), reading, search, other, tuple(free), tuple(paid))


def without_paid_text(issue: Issue) -> Issue:
    editions = {
        language: replace(edition, sections=tuple(_emptied(edition)))
        for language, edition in issue.editions.items()
    }
    return replace(issue, editions=editions)


def _emptied(edition: Edition) -> Iterator[Section]:
    nonsense = Paragraph((Run(NOWHERE),))
    for section, shown in zip(edition.sections, gate(edition, Access.FULL).sections, strict=True):
        blocks: Blocks = (*shown.free, nonsense) if shown.paid else shown.free
        yield replace(section, blocks=blocks, free_until=(len(shown.free),) if shown.paid else None, notes=())


def public_text(edition: Edition) -> str:
    sections = gate(edition, Access.PREVIEW).sections
    texts = [f"{one.kicker}\n{one.headline}\n{plain(one.free)}" for one in sections]
    return "\n".join((edition.title, *edition.also, *texts))


@pytest.mark.parametrize("state", VIEWERS)
async def test_each_paid_only_word_is_answered_as_one_that_stands_nowhere(twins: Twins, state: str) -> None:
    viewer = VIEWERS[state]
    begins = {word[:length] for word in twins.public for length in range(1, len(word))}
    assert len(twins.only) > 500
    # the last word typed may be a beginning: of a public word it finds what that one finds
    assert [word for word in twins.only if twins.ask(viewer, word) and word not in begins] == []
    assert [word for word in twins.only if twins.told(viewer, word)] == []
    for word in twins.only[:: len(twins.only) // ON_THE_WIRE]:
        assert await twins.reading.search(viewer, f"{word} {NOWHERE}") == []
        assert word in begins or await twins.reading.search(viewer, word) == []


def test_no_beginning_of_a_paid_only_word_tells_anything(twins: Twins) -> None:
    parts = sorted({word[:length] for word in twins.only for length in range(1, len(word))})
    viewers = cycle(VIEWERS.values())
    assert [part for part in parts if twins.told(next(viewers), part)] == []


def test_no_paid_phrase_however_glued_together_tells_anything(twins: Twins) -> None:
    only, glues, asked = set(twins.only), cycle(GLUES), 0
    for phrase in (one for words in twins.paid for one in zip(words, words[1:], words[2:], strict=False)):
        text = next(glues).join(phrase)
        assert not twins.told(VIEWERS["none"], text), text
        assert not only.intersection(phrase[:2]) or not twins.ask(VIEWERS["none"], text), text
        asked += 1
    assert asked > 1_000


def test_the_order_of_what_is_found_tells_nothing_of_paid_text(twins: Twins) -> None:
    """The rank counts in how many texts of an index a word stands, and how long they are."""
    pairs = {" ".join(pair) for words in twins.free for pair in zip(words, words[3:], strict=False)}
    asked = (*twins.public, *{word[:2] for word in twins.public}, *sorted(pairs)[::4])
    assert [words for words in asked if twins.told(VIEWERS["none"], words)] == []
    assert sum(len(twins.ask(VIEWERS["none"], words)) for words in twins.public) > len(twins.public)


def test_with_access_these_words_are_found(twins: Twins) -> None:
    assert sum(bool(twins.ask(FULL, word)) for word in twins.only) > len(twins.only) / 3  # in one language


def test_the_order_tells_nothing_of_an_issue_that_is_not_out(twins: Twins) -> None:
    quiet, telling = Search(), Search()
    for search, text in ((quiet, "nothing"), (telling, "river " * 500)):
        for issue in twins.issues:
            search.put(issue, "en", out_by(NOW))
        search.put(upcoming(twins.issues[0], text), "en", out_by(NOW))
    for word in twins.public:
        for access in Access:
            one, other = (
                search.find(f"river {word}", "en", out_by(NOW), access, MOST) for search in (quiet, telling)
            )
            assert one == other, word
    found = telling.find("river river", "en", out_by(AHEAD), Access.PREVIEW, MOST)
    assert twins.issues[0].date < found[0].date
    quiet.close()
    telling.close()


def upcoming(issue: Issue, text: str) -> Issue:
    day = issue.date + timedelta(weeks=8)
    editions = {
        language: replace(one, date=day, sections=(Section("top", "", "Top", 1, (Paragraph((Run(text),)),)),))
        for language, one in issue.editions.items()
    }
    return replace(issue, date=day, out_at=AHEAD, editions=editions)


@on_sqlite
async def test_on_the_wire_too_fifty_words_are_answered_as_one_that_stands_nowhere(aviary: Aviary) -> None:
    people = {state: aviary.person(at) for at, state in enumerate((*WITHOUT, *WITH))}
    await prepare(aviary.world, people, Rendering.CLASSIC)
    group, told = aviary.world.group(), []
    here = [(people[state], None) for state in WITHOUT]
    homes = aviary.nest.homes
    words = [word for word in homes if homes[word][0] == CURRENT]
    for word in words[:: len(words) // ON_THE_WIRE]:
        canary = word.replace("hush", "canary")
        asked = (NOWHERE, canary, canary[:-1], f"{canary} {word}", f"{canary}\u19b0{word}")
        answers = await ask_all(aviary.world, [*here, (people["none"], group)], asked)
        answers |= await ask_all(aviary.world, [(people["trial"], group)], asked)
        told += [asked for said in answers.values() if len(said) != len(asked) or len({*said}) != 1]
    assert told == []
    english = words[0].replace("hush", "canary")
    assert words[0] in shown_text(await aviary.world.ask(people["trial"], f"/search {english}"))


async def ask_all(
    world: World, chats: Sequence[tuple[Person, Group | None]], asked: Sequence[str]
) -> dict[tuple[int, bool], list[str]]:
    """Let each person search for these words; return the answers without the words that were typed."""
    first = {chat: chat[0].writes(f"/search {asked[0]}", group=chat[1]).message_id for chat in chats}
    for person, group in chats:
        for words in asked[1:]:
            person.writes(f"/search {words}", group=group)
    await world.wait_until_idle(PATIENCE)
    return {
        (person.id, group is None): [
            ECHO.sub("", shown_text(one)) for one in since(group or person, first[person, group])
        ]
        for person, group in chats
    }
