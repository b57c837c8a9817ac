"""What capabilities declare together: each name, word and button once, in the order given."""

from datetime import date

import pytest

from bot.domain.readers.typed import Meaning
from bot.telegram.chat.capability import CallbackButton, Capabilities, Capability, Command
from bot.telegram.chat.conversation import Conversation
from tests.world import World


async def nothing(_talk: Conversation) -> None:
    pass


def buttons(*patterns: str) -> Capability:
    return Capability(buttons=[CallbackButton(pattern, nothing) for pattern in patterns])


@pytest.mark.parametrize(
    ("pattern", "data", "arguments"),
    [
        ("latest", "latest", []),
        ("latest", "latest:", None),
        ("set:{what}:{value}", "set:push:on", ["push", "on"]),
        ("set:{what}:{value}", "set:push", None),
        ("set:{what}:{value}", "set:push:on:off", None),
        ("set:{what}:{value}", "try:push:on", None),
        ("month:{date}", "month:2025-12-01", [date(2025, 12, 1)]),
        ("month:{date}", "month:2025-13-01", None),
        ("cast:{nonce}:*", "cast:7:to:all", ["7", ["to", "all"]]),
        ("cast:{nonce}:*", "cast:7", ["7", []]),
        ("cast:{nonce}:*", "cast", None),
    ],
)
def test_a_pattern_takes_data_apart(pattern: str, data: str, arguments: list[object] | None) -> None:
    declared = Capabilities([buttons(pattern)]).button(data.split(":"))
    assert (declared and declared[1]) == arguments


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        ("latest", "latest"),
        ("set:{what}:{value}", "set:push:{value}"),
        ("set:{what}:on", "set:push:{value}"),
        ("cast:{nonce}:*", "cast:{nonce}:all:{language}"),
        ("cast:*", "cast"),
    ],
)
def test_buttons_that_overlap_are_refused(pattern: str, other: str) -> None:
    for pair in ((pattern, other), (other, pattern)):
        with pytest.raises(ValueError, match="The same data may fit both"):
            Capabilities(map(buttons, pair))


def test_buttons_that_differ_in_a_word_or_in_length_stand_side_by_side() -> None:
    both = Capabilities([buttons("room:all:{reader}"), buttons("room:all:{reader}:{skip}", "room:{act}")])
    assert both.button(["room", "send"]) is not None


def test_a_command_or_a_word_that_is_declared_twice_is_refused() -> None:
    for twice in (
        Capability(commands=[Command("ping", nothing, "is anyone there")]),
        Capability(words={Meaning.THANKS: nothing}),
    ):
        with pytest.raises(ValueError, match="is declared twice"):
            Capabilities([twice, twice])


async def test_every_known_word_asks_for_something(world: World) -> None:
    assert set(world.program.parts.handlers.capabilities.words) == set(Meaning)
