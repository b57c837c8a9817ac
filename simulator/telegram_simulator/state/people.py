"""The people of the simulator: what they do and see."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from telegram_simulator.api.parameters import Upload
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.pay_sheets import PaySheet
from telegram_simulator.payments.wallet import Wallet
from telegram_simulator.state import membership
from telegram_simulator.state.account import Account, Query
from telegram_simulator.state.chats import Chat, Seen
from telegram_simulator.state.files import file_content
from telegram_simulator.state.messages import NOTHING, Bubble, Content, Message
from telegram_simulator.state.state import State
from telegram_simulator.state.topics import Topic
from telegram_simulator.text.entities import Entity
from telegram_simulator.text.texts import Formatted

START = "/start"


class Conversation:
    """A chat as its people see it: its messages and their history."""

    def __init__(self, state: State, account: Account, chat: Chat) -> None:
        self._state = state
        self._account = account
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def sees(self) -> list[Bubble]:
        """The messages that stand in the chat now, in order, as edited."""
        return [message.bubble() for message in self.chat.messages.values()]

    @property
    def history(self) -> list[Seen]:
        """Everything that was ever seen, in order."""
        return self.chat.history()

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """The answers to taps, also those that say nothing: {text, show_alert}."""
        return list(self.chat.answers)

    async def hears(self, n: int = 1, timeout: float = 5.0) -> Bubble:  # noqa: ASYNC109  # a test's deadline
        """Wait until `n` messages, edits or alerts have reached the chat since somebody last acted in it.

        Returns the newest message among them. TimeoutError says what was seen instead.
        """
        start = self.chat.act
        try:
            await self.chat.changed.wait_for(lambda: self.chat.seen_so_far >= start + n, timeout)
        except TimeoutError:
            seen = [_line(entry) for entry in self.chat.history(start)]
            raise TimeoutError(f"Chat {self.id} heard {len(seen)} of {n} things: {seen}") from None
        fresh = [data for kind, data in self.chat.history(start) if kind in ("new", "edit")]
        return fresh[-1] if fresh else self.sees[-1]

    def deletes(self, topic: Topic) -> None:
        """Delete a topic with all that stands in it; the bot is not told."""
        self.chat.topics.delete(topic.thread)
        for message in list(self.chat.messages.values()):
            if message.thread == topic.thread:
                self.chat.remove(message)


def _line(entry: Seen) -> str:
    kind, data = entry
    return f"{kind}: {data.text if isinstance(data, Bubble) else data['text']}"


class Group(Conversation):
    """A group or a channel that the bot is a member of."""

    def becomes_forum(self, *, general_closed: bool = False) -> None:
        """Have topics from now on, beside the General one; only a supergroup can."""
        if self.chat.fields["type"] != "supergroup":
            raise ValueError("Only a supergroup becomes a forum: give it an id below -1000000000000.")
        self.chat.skip_number_one()  # which is the General topic's
        self.chat.topics.is_forum = True
        self.chat.topics.general_closed = general_closed

    def ceases_forum(self) -> None:
        """Have no topics any more: what stands in them stays."""
        self.chat.topics = type(self.chat.topics)()

    def migrates(self, to: int) -> None:
        """Become the supergroup `to`: calls to the old id are refused from now on."""
        self.chat.migrated_to = to
        fields = {**self.chat.fields, "type": "supergroup"}
        self._account.chat(to, fields).started = True


class Person(Conversation):
    """A person in a private chat with one bot, and in any groups."""

    def __init__(self, state: State, account: Account, chat: Chat, user: dict[str, Any]) -> None:
        super().__init__(state, account, chat)
        self.user = user
        self.stars = Wallet(state.payments, user)

    def opens_invoice(self, what: str | int, *, group: Group | None = None) -> PaySheet:
        """Open an invoice link, or press "Pay" below the message of this number, here or in a group.

        PaymentRefused for a link or a message that asks for nothing.
        """
        if isinstance(what, str):
            return self.stars.opens(what)
        chat = self._place(group)
        message = chat.messages.get(what)
        return self.stars.presses_pay(None if message is None else message.content.invoice, chat)

    async def pays(self, what: str | int, *, group: Group | None = None) -> Charge:
        """Open an invoice and pay, once; PaymentRefused with what the person reads instead."""
        return await self.opens_invoice(what, group=group).pays()

    def writes(
        self,
        text: str,
        *,
        group: Group | None = None,
        reply_to: int | None = None,
        entities: Sequence[Entity] | None = None,
        extra: Mapping[str, Any] = NOTHING,
        topic: Topic | None = None,
    ) -> Bubble:
        """Send a message, here or in a group, or in a topic of it. Its entities are those Telegram finds,
        unless given.

        `extra` are further fields of the Message, as in `forward_origin`, `via_bot` or `sender_chat`.
        """
        formatted = self._read(text, entities)
        fields: dict[str, Any] = {"text": formatted.text or text}
        if formatted.entities:
            fields["entities"] = list(formatted.entities)
        content = Content("text", fields, html=formatted.html)
        return self._says(content, group, reply_to, extra, topic).bubble()

    def opens_topic(self, name: str, group: Group | None = None) -> Topic:
        """Begin a topic, here or in a forum; the bot is told of it."""
        chat = self._place(group)
        if group is not None and not chat.topics.is_forum:
            raise ValueError("This group has no topics: let it become a forum first.")
        topic = chat.topics.begin(name, None if group is None else chat.next_id())
        self._says(
            Content("forum_topic_created", {"forum_topic_created": {"name": name, "icon_color": 0}}),
            group,
            None,
            NOTHING,
            topic,
        )
        return topic

    def attaches(
        self,
        upload: Upload,
        caption: str = "",
        *,
        kind: str = "document",
        reply_to: int | None = None,
        entities: Sequence[Entity] | None = None,
        group: Group | None = None,
        extra: Mapping[str, Any] = NOTHING,
        topic: Topic | None = None,
    ) -> Bubble:
        """Send a "photo", a "document" or a "voice", with a caption; ApiError 400 for a picture that is none.

        The bot gets a file id that it may send on.
        """
        formatted = self._read(caption, entities)
        words: dict[str, Any] = {"caption": formatted.text} if formatted.text else {}
        if formatted.entities:
            words["caption_entities"] = list(formatted.entities)
        file = self._state.files.add(self._account.id, kind, upload)
        content = file_content(file, kind, words, formatted.html)
        return self._says(content, group, reply_to, extra, topic).bubble()

    def _read(self, text: str, entities: Sequence[Entity] | None) -> Formatted:
        return self._state.parser.detect(text) if entities is None else Formatted(text, tuple(entities))

    def _says(
        self,
        content: Content,
        group: Group | None,
        reply_to: int | None,
        extra: Mapping[str, Any],
        topic: Topic | None,
    ) -> Message:
        chat = self._place(group)
        if chat.private and chat.blocked:
            self.returns()
        chat.started = True
        chat.people[self.user["id"]] = self.user
        answered = chat.messages.get(reply_to or 0)
        thread = topic.thread if topic else answered.thread if answered else None
        now = self._state.clock.now()
        message = chat.add(self.user, content, now, reply_to=reply_to, extra=extra, thread=thread)
        chat.acted()
        kind = "channel_post" if chat.fields["type"] == "channel" else "message"
        self._account.updates.add(kind, chat.message_json(message))
        return message

    def taps(
        self,
        message_id: int,
        label: str | None = None,
        *,
        data: str | None = None,
        group: Group | None = None,
    ) -> str:
        """Press the button with this label, or send `data` as if a button held it; returns the query's id.

        LookupError names the buttons there are when none fits.
        """
        chat = self._place(group)
        message = chat.messages.get(message_id)
        if data is None:
            data = _data_of(message, label)
        query_id = str(secrets.randbits(63))
        self._account.queries[query_id] = Query(chat, self._state.now())
        chat.acted()
        inaccessible = {"chat": chat.as_json(), "message_id": message_id, "date": 0}
        query = {
            "id": query_id,
            "from": self.user,
            "message": inaccessible if message is None else chat.message_json(message),
            "chat_instance": str(chat.id),
            "data": data,
        }
        self._account.updates.add("callback_query", query)
        return query_id

    def blocks(self) -> None:
        """Block the bot: it is told so, and refused from now on."""
        if not self.chat.blocked:
            self._turn_bot(self.chat, out=True)

    def returns(self) -> None:
        """Unblock the bot; it is told so."""
        if self.chat.blocked:
            self._turn_bot(self.chat, out=False)

    def deactivates(self) -> None:
        """Delete the account; nobody is told."""
        self.chat.deactivated = True

    def adds_bot(self, group: Group) -> None:
        """Add the bot to a group that it was removed from; it is told so."""
        if group.chat.blocked:
            self._turn_bot(group.chat, out=False)

    def removes_bot(self, group: Group) -> None:
        """Remove the bot from a group: it is told so, and refused from now on."""
        if not group.chat.blocked:
            self._turn_bot(group.chat, out=True)

    def joins(self, group: Group) -> None:
        """Join a group or a channel; the bot is told so."""
        membership.join(self._account, group.chat, self.user, self._state.clock.now())

    def leaves(self, group: Group) -> None:
        """Leave a group or a channel; the bot is told so."""
        membership.leave(self._account, group.chat, self.user, self._state.clock.now())

    def asks_to_join(self, group: Group) -> None:
        """Ask for admission to a group or a channel; the bot answers."""
        membership.request(self._account, group.chat, self.user, self._state.clock.now())

    def _turn_bot(self, chat: Chat, *, out: bool) -> None:
        membership.turn_bot(self._account, chat, self.user, self._state.clock.now(), out=out)

    def _place(self, group: Group | None) -> Chat:
        return self.chat if group is None else group.chat


def _data_of(message: Message | None, label: str | None) -> str:
    rows = [] if message is None else (message.markup or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if button["text"] == label and "callback_data" in button:
            return str(button["callback_data"])
    labels = [button["text"] for button in buttons]
    raise LookupError(f"No button {label!r} sends data here; the buttons are {labels}.")
