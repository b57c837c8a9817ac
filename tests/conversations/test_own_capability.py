"""A capability that is declared outside of the bot is in its menus, in /help and in its metrics."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.pages.page import Button
from bot.telegram.chat.capability import CallbackButton, Capability, Command, MessageHook, Where, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from tests.world import World, data, told


@dataclass(frozen=True)
class PingHandlers:
    """What an author of a new command writes. `secrets`: the words that it takes from admins."""

    secrets: list[str] = field(default_factory=list)

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command("ping", self.ping, "is anyone there", help=Help()),
                Command("hush", self.hush, "say nothing", who=Who.ADMINS, where=Where.PRIVATE),
            ),
            buttons=(
                CallbackButton("ping:{times}", self.again),
                CallbackButton("hush:*", self.again, who=Who.ADMINS),
            ),
            messages=(MessageHook(self.takes, who=Who.ADMINS),),
        )

    async def ping(self, conversation: Conversation) -> None:
        await conversation.reply(
            "pong", ((Button("Again", action="ping:2"),), (Button("Hush", action="hush:a:b"),))
        )

    async def hush(self, conversation: Conversation) -> None:
        await conversation.reply("hush")

    async def again(self, conversation: Conversation, times: str | list[str]) -> bool:
        """Say what the button brought; "no" is no number that it knows."""
        if times == "no":
            return False
        await conversation.answer_tap(f"pong {times}")
        return True

    async def takes(self, conversation: Conversation) -> bool:
        if conversation.text != "sesame":
            return False
        self.secrets.append(conversation.text)
        await conversation.reply("open")
        return True


@pytest.fixture
async def pinging(content: Path, data_folder: Path) -> AsyncIterator[World]:
    async with World(content, data_folder, capabilities=[PingHandlers().capability()], menus=True) as world:
        yield world


async def test_its_command_is_answered_and_counted_by_its_name(pinging: World) -> None:
    assert (await pinging.ask(pinging.person(), "/ping")).text == "pong"
    assert 'briefing_commands_total{command="ping"} 1.0' in (await pinging.web("/metrics")).text


async def test_menus_and_help_show_it_to_those_who_may_use_it(pinging: World) -> None:
    await pinging.published()
    shown = await pinging.call("getMyCommands", scope={"type": "all_private_chats"})
    about = {row["command"]: row["description"] for row in shown}
    assert about["ping"] == "is anyone there"
    assert "hush" not in about
    assert "/ping: is anyone there" in (await pinging.ask(pinging.person(), "/help")).text
    assert "/hush" in (await pinging.ask(pinging.admin(), "/help")).text
    assert "/hush" not in (await pinging.ask(pinging.person(), "/help")).text


async def test_what_is_for_admins_is_unknown_to_others(pinging: World) -> None:
    ana, ada = pinging.person(), pinging.admin()
    assert (await pinging.ask(ada, "/hush")).text == "hush"
    assert "I don’t know that command" in (await pinging.ask(ana, "/hush")).text
    assert (await pinging.ask(ada, "sesame")).text == "open"
    assert (await pinging.ask(ana, "sesame")).text != "open"
    for person, said in ((ada, "pong ['a', 'b']"), (ana, "This button is out of date")):
        await pinging.ask(person, "/ping")
        await pinging.tap(person, "Hush")
        assert told(person).startswith(said)


async def test_a_button_brings_what_its_pattern_names(pinging: World) -> None:
    ana = pinging.person()
    answer = await pinging.ask(ana, "/ping")
    assert data(answer)["Again"] == "do:ping:2"
    await pinging.tap(ana, "Again")
    assert told(ana) == "pong 2"
    for forged in ("do:ping:no", "do:ping:2:3", "do:ping"):
        await pinging.tap(ana, data=forged)
        assert told(ana).startswith("This button is out of date")


async def test_a_private_button_is_not_done_in_a_group(pinging: World) -> None:
    ana, group = pinging.person(), pinging.group()
    await pinging.answers(ana, "/ping", group)
    answer = await pinging.tap(ana, "Again", group=group)
    assert "I only answer that in private" in answer.text
