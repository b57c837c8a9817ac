"""One update's conversation: who wrote, where, and the ways to answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from telegram import Message, Update

from bot.clock import Clock
from bot.domain.content.publication import Publication
from bot.domain.delivery.moments import told
from bot.domain.delivery.outcome import Outcome, Rejected
from bot.domain.delivery.schedule import zone_of
from bot.domain.pages.page import Button, Buttons, Place
from bot.domain.readers.reader import Reader, Viewer
from bot.domain.readers.typed import Meaning, meaning
from bot.i18n import LANGUAGES, Translator, language_of, translator_for
from bot.services.readers.readers import Readers, User
from bot.services.reading.reading import Opened
from bot.telegram.api.files import File
from bot.telegram.api.keyboard import html_caption, html_message, link
from bot.telegram.api.transport import Transport
from bot.telegram.api.update_context import current
from bot.telegram.chat.menu import MenuItem
from bot.telegram.chat.menus import Menus
from bot.telegram.chat.page_sender import PageSender, TappedMessage
from bot.telegram.chat.replies import Replies
from bot.telegram.chat.typed_text import after_command, clean
from bot.telegram.updates import grouped
from bot.telegram.updates.grouped import Kind
from bot.telegram.updates.origin import Origin

REPLY = {"force_reply": True, "selective": True}
"""Lets the app open a reply to the message; in a group only for who asked."""


class RefusedReplyError(Exception):
    """Telegram refused a reply as wrong, so that the reader would have no answer at all."""


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """What every conversation shares, whatever is asked in it. Handlers have their own services."""

    clock: Clock
    readers: Readers
    transport: Transport
    page_sender: PageSender
    menus: Menus
    publication: Callable[[], Publication]
    username: str
    admins: frozenset[int]


class Conversation:
    """What a handler knows of the update it handles, and its ways to answer."""

    def __init__(self, update: Update, context: ConversationContext, origin: Origin) -> None:
        """Wrap an update in which somebody asks (see `Origin.asks`)."""
        assert origin.spot is not None
        self.update = update
        self._context = context
        self.origin = origin
        self.replies = Replies(context.transport, origin.spot, self._elsewhere)
        """Sends to where the question was asked."""
        self._viewer: Viewer | None = None
        self.user = User(origin.user_id, origin.language, private=origin.private)

    @cached_property
    def words(self) -> str:
        """What follows the command, cleaned: no NUL, no lone surrogates, at most 256 characters."""
        return after_command(self.text)

    @property
    def text(self) -> str:
        """The text or caption of the message, cleaned (see `clean`); "" for a tap."""
        message = self.update.message
        return clean((message.text or message.caption if message else None) or "")

    @property
    def publication(self) -> Publication:
        """The publication as it is now: its file may change at any time."""
        return self._context.publication()

    @property
    def username(self) -> str:
        """The bot's own."""
        return self._context.username

    @property
    def admins(self) -> frozenset[int]:
        return self._context.admins

    def now(self) -> datetime:
        return self._context.clock.now()

    @property
    def is_admin(self) -> bool:
        return self.user.private and self.user.id in self.admins

    @property
    def is_admins_own(self) -> bool:
        """Whether an admin does this herself.

        True for a message of her own (not forwarded, not through another bot, not behind a mask), and for a
        button of a message that the bot sent here.
        """
        return self.is_admin and self.origin.first_hand

    async def passive_viewer(self) -> Viewer:
        """Return whom an update is about that she did not write or tap: nothing is stored, as of activity."""
        if self._viewer is None:
            self._viewer = await self._context.readers.recall(self.user)
        return self._viewer

    @property
    def kind(self) -> Kind | None:
        """Why it came in several messages; None where it came in one."""
        return grouped.kind_of(self.update.api_kwargs)

    @property
    def again(self) -> bool:
        """Whether its effect was done when it came, and only the answer was kept back, by a cooldown."""
        return current().again

    async def viewer(self) -> Viewer:
        """Return who asks, read from the database once. In private this makes a new user a reader."""
        if self._viewer is None:
            ask = self._context.readers.recall if self.again else self._context.readers.receive
            self._viewer = await ask(self.user)
        return self._viewer

    def reloaded(self) -> "Conversation":
        """Return the same conversation, which looks its viewer up again: her access has changed."""
        return Conversation(self.update, self._context, self.origin)

    async def reader(self) -> Reader:
        return (await self.viewer()).reader

    async def translator(self) -> Translator:
        """Return the translator into the viewer's language."""
        return translator_for((await self.reader()).language)

    def anonymous_translator(self) -> Translator:
        return translator_for(language_of(self.user.language_code))

    def menu(self, *, admin: bool) -> Sequence[MenuItem]:
        """Return the commands that an admin, or a reader, may use in this chat."""
        return self._context.menus.listed(admin=admin, private=self.user.private)

    async def follow_menu(self) -> None:
        """Set the menu of this chat again, where it has one of its own: what is offered may have changed."""
        reader = await self.reader()
        if self.is_admin or reader.language != language_of(self.user.language_code):
            await self._context.menus.follow(reader)

    async def follow_language(self, reader: Reader) -> None:
        """Set the menu of this chat in the reader's language, which she has just chosen."""
        await self._context.menus.follow(reader)

    def local_moment(self, translator: Translator, reader: Reader, moment: datetime) -> str:
        """Say a moment that the reader plans by (see `told`)."""
        return told(translator, reader, moment, self.publication)

    def local_day(self, translator: Translator, reader: Reader, moment: datetime) -> str:
        """Say the day on which a moment falls in the reader's zone."""
        return translator.day(moment.astimezone(zone_of(reader.zone, self.publication)).date())

    async def reply(self, text: str, buttons: Buttons = (), *, protect: bool = False) -> Outcome:
        """Send a new message where the question was asked.

        `text` is Telegram HTML; `protect` it where it holds paid words. Raises RefusedReplyError where
        Telegram refuses it in private.
        """
        return self._taken(await self.try_reply(text, buttons, protect=protect))

    async def ask(self, question: str) -> Outcome:
        """Ask a question that is to be answered by a reply, which the app opens by itself."""
        text = (await self.translator()).say(question)
        return self._taken(await self.replies.send(self._payload(text, ()) | {"reply_markup": REPLY}))

    def replies_to(self, question: str) -> bool:
        """Tell whether this is an answer to that question (see `ask`), in whatever language it was asked.

        Commands are no answer, nor are the words for cancelling and for stopping.
        """
        message = self.update.message
        asked = message.reply_to_message if message else None
        if asked is None or asked.from_user is None or asked.from_user.username != self.username:
            return False
        if self.text.startswith("/") or meaning(self.text) in (Meaning.CANCEL, Meaning.STOP):
            return False
        return asked.text in {translator_for(language).plain(question) for language in LANGUAGES}

    async def reply_to_message(self, text: str, buttons: Buttons = ()) -> Outcome:
        """Send a reply to the message itself, so that `original_message` finds it when a button is tapped."""
        message = self.update.message
        place = {"message_id": message.message_id, "allow_sending_without_reply": True} if message else {}
        payload = self._payload(text, buttons) | ({"reply_parameters": place} if place else {})
        return self._taken(await self.replies.send(payload))

    async def try_reply(
        self, text: str, buttons: Buttons = (), *, protect: bool = False, silent: bool = False
    ) -> Outcome:
        """Like `reply`, but a refusal is only an outcome. `silent`: the phone makes no sound."""
        payload = self._payload(text, buttons) | ({"disable_notification": True} if silent else {})
        return await self.replies.send(payload | ({"protect_content": True} if protect else {}))

    async def attach(self, file: File, text: str, buttons: Buttons = ()) -> Outcome:
        """Send a file with a caption."""
        payload = {"document": f"attach://{file.name}"} | html_caption(text, buttons, self.username)
        return self._taken(await self.replies.reply("sendDocument", payload, file))

    async def edit(self, text: str, buttons: Buttons = ()) -> Outcome:
        """Edit the message whose button was tapped. A new message is sent where it cannot be edited."""
        tapped = self.tapped_message
        if tapped is None:
            return await self.reply(text, buttons)
        outcome = await self.replies.edit(tapped.message_id, self._payload(text, buttons))
        return await self.reply(text, buttons) if isinstance(outcome, Rejected) else outcome

    async def show(self, opened: Opened) -> Outcome:
        return self._taken(await self._context.page_sender.show(await self.viewer(), self.replies, opened))

    async def turn(self, opened: Opened) -> Outcome:
        """Turn the message whose button was tapped into this page."""
        tapped = self.tapped_message
        if tapped is None:
            return await self.show(opened)
        outcome = await self._context.page_sender.turn(await self.viewer(), self.replies, tapped, opened)
        return self._taken(outcome)

    @property
    def original_message(self) -> Message | None:
        """The user's own message, where the message with the tapped button is a reply to it; else None."""
        query = self.update.callback_query
        under = query.message if query else None
        answered = under.reply_to_message if isinstance(under, Message) else None
        author = answered.from_user if answered else None
        return answered if author is not None and author.id == self.user.id else None

    async def answer_tap(
        self, text: str | None = None, *, alert: bool = False, opens: Place | None = None
    ) -> None:
        """Answer a tap, as Telegram wants it of every tap; nothing where the update is none.

        `text` is shown for a moment, or with `alert` in a window. `opens`: the private chat is opened, at
        this place.
        """
        query = self.update.callback_query
        if query is not None:
            url = link(self.username, opens) if opens else None
            await self._context.transport.answer(query.id, text, alert=alert, url=url)

    @property
    def tapped_message(self) -> TappedMessage | None:
        """The message whose button was tapped; None where Telegram no longer lets us change it."""
        query = self.update.callback_query
        message = query.message if query else None
        if not isinstance(message, Message):
            return None
        return TappedMessage(message.message_id, bool(message.has_protected_content))

    def _taken(self, outcome: Outcome) -> Outcome:
        """Return an outcome. A refusal in private is our fault and raises RefusedReplyError; a group may
        allow us no messages.
        """
        if isinstance(outcome, Rejected) and self.user.private:
            raise RefusedReplyError(f"{outcome.code}: {outcome.reason}")
        return outcome

    def _payload(self, text: str, buttons: Buttons) -> dict[str, Any]:
        return html_message(text, buttons, self.username)

    async def _elsewhere(self) -> dict[str, Any]:
        """Say why the answer does not stand where the question does."""
        translator = await self.translator()
        text = translator.say(
            "The topic you asked in no longer takes my messages, so I’m answering you here."
        )
        return self._payload(text, ())

    def private_button(self, label: str, start: str = "") -> Button:
        """Return a button that opens the private chat, by the payload `start`; under a page at its issue."""
        if start:
            return Button(label, url=f"https://t.me/{self.username}?start={start}")
        username, place = self.username, self._below()
        return Button(label, url=link(username, place) if place else f"https://t.me/{username}")

    def _below(self) -> Place | None:
        """Return the place of the issue whose page was tapped, read from the page's buttons; else None."""
        query = self.update.callback_query
        message = query.message if query else None
        markup = message.reply_markup if isinstance(message, Message) else None
        buttons = (button for row in markup.inline_keyboard for button in row) if markup else ()
        codes = (button.callback_data for button in buttons if isinstance(button.callback_data, str))
        below = next((place for place in map(Place.read, codes) if place), None)
        return Place(below.date) if below else None
