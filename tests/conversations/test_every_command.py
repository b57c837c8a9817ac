"""Every command × language × access × rendering: what must hold of any answer."""

import html
import re
from functools import cache

import pytest
from babel.messages.pofile import read_po

from bot.domain.readers.reader import Rendering
from bot.i18n import CATALOGS, DOMAIN
from telegram_simulator import Bubble, Person
from tests.extent import ALL
from tests.world import World, data, words

ARGUMENTS = {
    "section": ("", " politics", " nowhere"),
    "search": ("", " river", " río", " bread", " pan", " zzzz"),
    "start": ("", " i_2025-12-15", " i_2025-12-15_economy", " nonsense"),
    "grant": ("", " 5000000001 30"),
}
SECTIONS = ("topstory", "politics", "economy", "nosuchsection")
LEAVES_OR_CHANGES = ("do:set:", "do:resume", "do:trial", "do:run:stop")
DEAD = ("out of date", "is gone", "ya no sirve", "ya no existe")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("access", ["preview", "full", "expired"])
@pytest.mark.parametrize("rendering", Rendering)
async def test_every_answer_is_whole(world: World, language: str, access: str, rendering: Rendering) -> None:
    ana = world.person(language=language)
    await prepare(world, ana, access, rendering)
    tapped = set[str]()
    for command in asked(world):
        answers = await world.answers(ana, command)
        assert answers, f"{command} was answered with silence"
        for answer in answers:
            check(answer, command, language, access)
            await check_buttons(world, ana, answer, tapped)


async def prepare(world: World, ana: Person, access: str, rendering: Rendering) -> None:
    await world.ask(ana, "/settings")
    await world.tap(ana, data=f"do:set:rendering:{rendering}")
    if access != "preview":
        await world.take_trial(ana)
    if access == "expired":
        world.later(days=8)


def asked(world: World) -> list[str]:
    """Every command, those that change a reader's access or wishes last."""
    last = ("stop", "trial")
    names = [command.name for command in world.commands if command.name not in last]
    fixed = [f"/{name}{more}" for name in (*names, *last) for more in ARGUMENTS.get(name, ("",))]
    return [*(f"/{section}" for section in SECTIONS), *fixed]


def check(answer: Bubble, command: str, language: str, access: str) -> None:
    shown = words(answer)
    assert answer.text.strip(), command
    other = "es" if language == "en" else "en"
    assert said(shown, other, 12) == [], f"{command} is answered in two languages"
    assert said(shown, language, 7), f"{command} is answered in no language: {shown}"
    if access == "full":
        assert "🔒" not in shown, f"{command} shows a lock to someone with access"
    if "canary" in shown and "canary" not in command:
        assert (access, answer.protected) == ("full", True), f"{command} gives paid words away"


async def check_buttons(world: World, ana: Person, answer: Bubble, tapped: set[str]) -> None:
    """Tap each button that changes nothing, once; its message must stand for the next one, so taps open anew.

    `tapped`: what was sent before and would be answered the same; by default that is not sent again.
    """
    for label, sent in data(answer).items():
        assert 1 <= len(sent.encode()) <= 64, label
        if sent.startswith(LEAVES_OR_CHANGES) or (sent in tapped and not ALL):
            continue
        tapped.add(sent)
        before = len(ana.alerts)
        await world.tap(ana, data=f"o{sent}" if sent.startswith("p:") else sent, on=answer)
        assert len(ana.alerts) == before + 1, f"{label} was left waiting"
        assert not any(word in ana.alerts[-1]["text"] for word in DEAD), f"{label} leads nowhere"


def said(shown: str, language: str, length: int) -> list[str]:
    """Return the pieces of the bot's own sentences, in this language and in no other, that are shown: as a
    line of their own, or anywhere when they have this length.
    """
    lines = set(shown.splitlines())
    return [
        piece for piece in pieces()[language] if piece in lines or (len(piece) >= length and piece in shown)
    ]


@cache
def pieces() -> dict[str, set[str]]:
    """Cut the catalog's sentences at their values, and keep what tells the languages apart."""
    with (CATALOGS / "es" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    english = {piece for message in messages for piece in cut(message.id)}
    spanish = {piece for message in messages for piece in cut(message.string)}
    return {"en": english - spanish, "es": spanish - english}


def cut(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    texts = [text] if isinstance(text, str) else list(text or ())
    plain = [html.unescape(re.sub(r"</?\w+>", "", text)) for text in texts]
    pieces = [piece.strip() for text in plain for piece in re.split(r"\{\w+\}|\n", text)]
    return [piece for piece in pieces if len(piece) > 3]
