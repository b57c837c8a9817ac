"""Calls the handler declared for an update, if it is allowed."""

from bot.domain.pages.page import Place
from bot.metrics import OTHER, CommandMetrics
from bot.telegram.api.keyboard import ACTION, OPEN
from bot.telegram.chat.capability import CallbackButton, Command, MessageHook, Where, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.typed_text import after_command, clean
from bot.telegram.handlers import fallback
from bot.telegram.handlers.reading import section_names
from bot.telegram.handlers.registry import Handlers

RUN = "run"
"""A button with "run:" and a name does what the reader's command of that name does."""


class Router:
    """Decides who may do what, and where, so that handlers need not ask."""

    def __init__(self, handlers: Handlers, metrics: CommandMetrics) -> None:
        self._capabilities = handlers.capabilities
        self._pages = handlers.pages
        self._payments = handlers.payments
        self._fallback = handlers.fallback
        self._metrics = metrics

    @property
    def names(self) -> list[str]:
        return self._capabilities.names

    async def command(self, conversation: Conversation, name: str) -> None:
        """Handle the command of this name; one that is not declared as an unknown one."""
        command = self._capabilities.command(name)
        if command is None:
            await self.other_command(conversation)
            return
        with self._metrics.command(name):
            await self._command(conversation, command)

    async def _command(self, conversation: Conversation, command: Command) -> None:
        if command.who is Who.ADMINS and not conversation.is_admins_own:
            if not await self._fallback.typed.command(conversation):
                await self._fallback.unknown_command(conversation)
        elif command.where is Where.PRIVATE and not conversation.user.private:
            await fallback.private_only(conversation, command.start(conversation.words))
        elif command.who is Who.EVERYONE and await self._is_taken(conversation, command=True):
            return
        else:
            await command.handler(conversation)

    async def other_command(self, conversation: Conversation) -> None:
        """Handle a command that is not declared: a section's name, a known word, or unknown."""
        with self._metrics.command(OTHER):
            if await self._is_taken(conversation, command=True):
                return
            if not (
                await self._fallback.sections.section_command(conversation)
                or await self._fallback.typed.command(conversation)
            ):
                await self._fallback.unknown_command(conversation)

    async def message(self, conversation: Conversation) -> None:
        """Handle a message that is no command: the hooks are asked first, then known words."""
        if await self._is_taken(conversation, command=False):
            return
        if conversation.user.private and section_names.is_command(conversation):
            await self._unmarked(conversation)
        else:
            await self._fallback.words(conversation)

    async def _is_taken(self, conversation: Conversation, *, command: bool) -> bool:
        """Ask the hooks whether one takes the message. A command is offered only with words behind it."""
        if command and not conversation.words:
            return False
        for hook in self._capabilities.messages:
            if (
                (hook.commands or not command)
                and _may_take(conversation, hook)
                and await hook.take(conversation)
            ):
                return True
        return False

    async def _unmarked(self, conversation: Conversation) -> None:
        """Handle a command that the library did not find: in a caption, or with accents."""
        name, bot = section_names.command(conversation)
        if bot in ("", conversation.username.lower()):
            await self.command(conversation, name)
        else:
            await self.other_command(conversation)

    async def tap(self, conversation: Conversation) -> None:
        """Do what a button says, or say that it is out of date. Its data is foreign input."""
        query = conversation.update.callback_query
        data = (query.data if query else None) or ""
        place = Place.read(data.removeprefix(OPEN))
        if place is not None:
            await self._pages.turn(conversation, place, anew=data.startswith(OPEN))
        elif not data.startswith(ACTION) or not await self._press(
            conversation, data.removeprefix(ACTION).split(":")
        ):
            await fallback.unknown_button(conversation)

    async def _press(self, conversation: Conversation, words: list[str]) -> bool:
        declared = self._capabilities.button(words)
        if not conversation.user.private and (declared is None or declared[0].where is Where.PRIVATE):
            await fallback.private_only(conversation)
            return True
        if words[0] == RUN:
            return len(words) == 2 and await self._run(conversation, words[1])  # "run" and a name
        if declared is None or not _may_press(conversation, declared[0]):
            return False
        button, arguments = declared
        return await button.handler(conversation, *arguments) is not False

    async def _run(self, conversation: Conversation, name: str) -> bool:
        """Do what a reader's command does, with the words behind the mistyped command; False for an unknown
        name.
        """
        command = self._capabilities.command(name)
        if command is None or command.who is Who.ADMINS:
            return False
        await conversation.answer_tap()
        if conversation.original_message is not None:
            conversation.words = after_command(
                clean(conversation.original_message.text or conversation.original_message.caption or "")
            )
        await command.handler(conversation)
        return True

    async def payment(self, conversation: Conversation) -> None:
        await self._payments.paid(conversation)

    async def refund(self, conversation: Conversation) -> None:
        await self._payments.refunded(conversation)

    async def subscription(self, conversation: Conversation) -> None:
        await self._payments.changed(conversation)

    async def membership(self, conversation: Conversation) -> None:
        await self._fallback.membership(conversation)


def _may_take(conversation: Conversation, hook: MessageHook) -> bool:
    return hook.who is Who.EVERYONE or conversation.is_admins_own


def _may_press(conversation: Conversation, button: CallbackButton) -> bool:
    return button.who is Who.EVERYONE or conversation.is_admins_own
