"""What editors and clocks do to an issue, around its hour."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.composition.delivery_classes import DeliveryClasses
from bot.services.publishing.publishing import Publishing
from tests.files import long_ago
from tests.world import PUBLICATION, World

DRAFT, HALF, BROKEN = "draft", "half", "broken"
EDITION = """\
---
title: {title}
audience: everyone
---

# Top story: First of {title} {{#topstory}}

Words of {title}, findme.

# Politics: Second of {title} {{#politics}}

Other words of {title}, findme.
"""


class ClosedPublishing(Publishing):
    """No push can be opened: whoever tries dies there."""

    async def open_due(self) -> int | None:
        raise ConnectionAbortedError


@dataclass
class EditedIssue:
    """One issue in the client of its editor."""

    world: World
    number: int
    day: date

    @property
    def marker(self) -> str:
        return f"Nr{self.number:03d}"

    @property
    def folder(self) -> Path:
        return self.world.content / str(self.day)

    def title(self, language: str, version: int) -> str:
        return f"{self.marker}{language}{version}"

    def text(self, language: str, version: int, kind: str = "") -> str:
        text = EDITION.format(title=self.title(language, version))
        if kind == DRAFT:
            return text.replace("audience:", "draft: true\naudience:")
        if kind == HALF:
            return text[: text.index("# Politics")]
        return text.replace("title:", "no title") if kind == BROKEN else text

    def save(self, language: str, version: int, kind: str = "") -> None:
        self.folder.mkdir(exist_ok=True)
        file = self.folder / f"{language}.md"
        file.write_text(self.text(language, version, kind), encoding="utf-8")
        long_ago(file)

    def save_beside(self, language: str, version: int) -> None:
        """Write a temporary file and rename it."""
        beside = self.folder / f".{language}.md.swp"
        beside.write_text(self.text(language, version), encoding="utf-8")
        beside.rename(self.folder / f"{language}.md")

    def publication(self, old: str = "", new: str = "") -> None:
        file = self.world.content / "publication.toml"
        file.write_text(PUBLICATION.replace(old, new), encoding="utf-8")
        long_ago(file)

    def move(self, days: int, back: int = 0) -> None:
        """Rename the folder from so many days later than it was (`back`) to so many."""
        old, new = (self.world.content / str(self.day + timedelta(days=offset)) for offset in (back, days))
        old.rename(new)

    async def dies(self) -> None:
        """From now on no push can be opened."""
        await self.world.program.stop()
        self.world.program = self.world.new_program(delivery=DeliveryClasses(publishing=ClosedPublishing))
        await self.world.program.start()


Deed = Callable[[EditedIssue], Awaitable[object] | object]


@dataclass(frozen=True, slots=True)
class Scene:
    """`deeds`: at how many seconds after the hour what is done, in order; `goes`: when it is to go; `words`:
    the version that readers of English and Spanish get. Before the deeds both editions are whole and quiet,
    in version 1, unless it is `fresh`: then nothing is there.
    """

    name: str
    deeds: tuple[tuple[int, Deed], ...]
    goes: int
    words: tuple[str, str] = ("en1", "es1")
    fresh: bool = False
    out: int | None = None
    """From when readers may meet it, where that is before it goes."""

    after: tuple[tuple[int, Deed], ...] = ()
    """What is done after it went: nobody gets it again, and nobody loses it."""


async def _closed(issue: EditedIssue, seconds: int) -> None:
    """Let the program be down for so long."""
    await issue.world.program.stop()
    issue.world.later(seconds=seconds)
    issue.world.program = issue.world.new_program()
    await issue.world.program.start()


def _saves(language: str, version: int) -> Deed:
    return lambda issue: issue.save(language, version)


SMALL = (
    Scene(
        "saved file by file over two minutes",
        (
            (-55, lambda issue: issue.save("en", 1, HALF)),
            (0, lambda issue: issue.save("en", 2)),
            (50, lambda issue: issue.save("es", 1)),
        ),
        goes=110,
        words=("en2", "es1"),
        fresh=True,
    ),
    Scene(
        "a clock a week ahead while it is a draft",
        (
            (-300, lambda issue: issue.save("en", 2, DRAFT)),
            (-200, lambda issue: issue.world.clock.jump(timedelta(days=7))),
            (-200, lambda issue: issue.world.clock.jump(timedelta(days=-7))),
            (20, lambda issue: issue.save("en", 2)),
        ),
        goes=80,
        words=("en2", "es1"),
    ),
    Scene(
        "a death between the decision and the push, and half a file since",
        (
            (-90, EditedIssue.dies),
            (0, lambda issue: issue.world.reload()),
            (10, lambda issue: issue.save("en", 2, HALF)),
            (15, lambda issue: issue.world.restart()),
            (40, lambda issue: issue.save("en", 2)),
        ),
        goes=100,
        words=("en2", "es1"),
        out=0,
    ),
)

WHOLE = (
    *SMALL,
    Scene(
        "a slip in one language, never mended",
        ((-30, lambda issue: issue.save("es", 2, BROKEN)),),
        goes=900,
    ),
    Scene(
        "a temporary file and a rename",
        ((-10, lambda issue: issue.save_beside("en", 2)),),
        50,
        ("en2", "es1"),
    ),
    Scene(
        "cut to half and written again",
        ((-30, lambda issue: issue.save("en", 1, HALF)), (-25, lambda issue: issue.save("en", 2))),
        goes=35,
        words=("en2", "es1"),
    ),
    Scene(
        "never whole before",
        (
            (-20, lambda issue: issue.save("en", 1, HALF)),
            (-20, lambda issue: issue.save("es", 1)),
            (5, lambda issue: issue.save("en", 2)),
        ),
        goes=65,
        words=("en2", "es1"),
        fresh=True,
    ),
    Scene(
        "saved every twenty seconds",
        tuple((second, _saves("en", number + 2)) for number, second in enumerate(range(-300, 301, 20))),
        goes=360,
        words=("en32", "es1"),
    ),
    Scene(
        "a slip that is mended",
        ((-30, lambda issue: issue.save("es", 2, BROKEN)), (100, lambda issue: issue.save("es", 2))),
        goes=160,
        words=("en1", "es2"),
    ),
    Scene(
        "a draft mark forgotten",
        ((-100, lambda issue: issue.save("es", 2, DRAFT)), (500, lambda issue: issue.save("es", 2))),
        goes=560,
        words=("en1", "es2"),
    ),
    Scene(
        "another weekday and back",
        ((-10, lambda issue: issue.move(1)), (100, lambda issue: issue.move(0, back=1))),
        160,
    ),
    Scene(
        "taken away and put back",
        ((-1, lambda issue: issue.move(9000)), (5, lambda issue: issue.move(0, back=9000))),
        65,
    ),
    Scene(
        "a broken publication.toml",
        ((-30, lambda issue: issue.publication("push =", "push")),),
        goes=0,
        after=((20, lambda issue: issue.publication()),),
    ),
    Scene(
        "its hour moved into the past",
        ((-900, lambda issue: issue.publication("07:00", "06:30")),),
        goes=-840,
        after=((-500, lambda issue: issue.publication()),),
    ),
    Scene(
        "its hour moved an hour ahead",
        ((-120, lambda issue: issue.publication("07:00", "08:00")),),
        goes=3_600,
        after=(
            (3_700, lambda issue: issue.publication()),
            (3_800, lambda issue: issue.publication("07:00", "10:00")),
            (3_900, lambda issue: issue.publication()),
        ),
    ),
    Scene(
        "a language taken out and put back",
        (
            (-20, lambda issue: issue.publication('"en", "es"', '"en"')),
            (10, lambda issue: issue.publication()),
        ),
        goes=70,
    ),
    Scene(
        "a clock set back by two hours after the push",
        (),
        goes=0,
        after=(
            (30, lambda issue: issue.world.clock.jump(timedelta(hours=-2))),
            (-7_100, lambda issue: issue.world.restart()),
            (-60, lambda issue: issue.save("en", 2)),
            (120, lambda issue: issue.world.restart()),
        ),
    ),
    Scene("down over the hour", ((-2, lambda issue: _closed(issue, 5)),), 63),
    Scene(
        "started anew again and again",
        tuple((second, lambda issue: issue.world.restart()) for second in (-47, -13, -3)),
        0,
        after=tuple((second, lambda issue: issue.world.restart()) for second in (7, 31)),
    ),
)
