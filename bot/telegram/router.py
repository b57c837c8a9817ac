"""Calls the handler that is declared for an update, if it is allowed."""

from bot.domain.page import Place
from bot.metrics import OTHER, CommandMetrics
from bot.telegram.capabilities import Handlers
from bot.telegram.capability import CallbackButton, Command, MessageHook, Where, Who
from bot.telegram.handlers import named, other
from bot.telegram.keyboard import ACTION, OPEN
from bot.telegram.talk import Talk, after_command, clean

RUN = "run"
"""A button with "run:" and a name does what the reader's command of that name does."""


class Router:
    """Who may do what, and where, is decided here; handlers need not ask again."""

    def __init__(self, handlers: Handlers, metrics: CommandMetrics) -> None:
        self._capabilities = handlers.capabilities
        self._pages = handlers.pages
        self._fallback = handlers.fallback
        self._metrics = metrics

    @property
    def names(self) -> list[str]:
        return self._capabilities.names

    async def command(self, talk: Talk, name: str) -> None:
        """Handle the command of this name, which must be declared or is answered as unknown."""
        command = self._capabilities.command(name)
        if command is None:
            await self.other_command(talk)
            return
        with self._metrics.command(name):
            await self._command(talk, command)

    async def _command(self, talk: Talk, command: Command) -> None:
        if command.who is Who.ADMINS and not talk.is_admins_own:
            if not await self._fallback.typed.command(talk):
                await self._fallback.unknown_command(talk)
        elif command.where is Where.PRIVATE and not talk.visitor.private:
            await other.private_only(talk)
        elif command.who is Who.EVERYONE and await self._is_taken(talk, command=True):
            return
        else:
            await command.handler(talk)

    async def other_command(self, talk: Talk) -> None:
        """Handle what looks like a command and is none: a section's name, or a known word."""
        with self._metrics.command(OTHER):
            if await self._is_taken(talk, command=True):
                return
            if not (
                await self._fallback.named.section_command(talk) or await self._fallback.typed.command(talk)
            ):
                await self._fallback.unknown_command(talk)

    async def message(self, talk: Talk) -> None:
        """Handle what is no command: it may answer a question, or be the text that a draft waits for."""
        if await self._is_taken(talk, command=False):
            return
        if talk.visitor.private and named.is_command(talk):
            await self._unmarked(talk)
        else:
            await self._fallback.words(talk)

    async def _is_taken(self, talk: Talk, *, command: bool) -> bool:
        """Offer a message to the hooks; those of commands take one only with words behind the command."""
        if command and not talk.words:
            return False
        for hook in self._capabilities.messages:
            if (hook.commands or not command) and _may_take(talk, hook) and await hook.take(talk):
                return True
        return False

    async def _unmarked(self, talk: Talk) -> None:
        """Do what a command says that the library did not find: in a caption, or with accents."""
        name, bot = named.command(talk)
        if bot in ("", talk.username.lower()):
            await self.command(talk, name)
        else:
            await self.other_command(talk)

    async def tap(self, talk: Talk) -> None:
        """Do what a button says, if it says something that we know. Its data is foreign input."""
        query = talk.update.callback_query
        data = (query.data if query else None) or ""
        place = Place.read(data.removeprefix(OPEN))
        if place is not None:
            await self._pages.turn(talk, place, anew=data.startswith(OPEN))
        elif not data.startswith(ACTION) or not await self._press(talk, data.removeprefix(ACTION).split(":")):
            await other.unknown_button(talk)

    async def _press(self, talk: Talk, words: list[str]) -> bool:
        declared = self._capabilities.button(words)
        if not talk.visitor.private and (declared is None or declared[0].where is Where.PRIVATE):
            await other.private_only(talk)
            return True
        if words[0] == RUN:
            return len(words) == 2 and await self._run(talk, words[1])  # "run" and a name
        if declared is None or not _may_press(talk, declared[0]):
            return False
        button, arguments = declared
        return await button.handler(talk, *arguments) is not False

    async def _run(self, talk: Talk, name: str) -> bool:
        """Do what a reader's command does, with the words behind the command that she had mistyped."""
        command = self._capabilities.command(name)
        if command is None or command.who is Who.ADMINS:
            return False
        await talk.notice()
        if talk.tapped is not None:
            talk.words = after_command(clean(talk.tapped.text or talk.tapped.caption or ""))
        await command.handler(talk)
        return True

    async def membership(self, talk: Talk) -> None:
        await self._fallback.membership(talk)


def _may_take(talk: Talk, hook: MessageHook) -> bool:
    return hook.who is Who.EVERYONE or talk.is_admins_own


def _may_press(talk: Talk, button: CallbackButton) -> bool:
    return button.who is Who.EVERYONE or talk.is_admins_own
