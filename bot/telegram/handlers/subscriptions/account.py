"""/account: what a reader may read, and how she goes on."""

from dataclasses import dataclass

from bot.domain.content.publication import Publication
from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.page_buttons import free_days
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.readers.ways import Way
from bot.i18n import N_, Translator
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.chat.access_words import current_issue, offer, questions, reasons, ways_on
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.handlers.reading.reading import ReadingHandlers


@dataclass(frozen=True, slots=True)
class AccountHandlers:
    subscriptions: Subscriptions
    pages: ReadingHandlers

    def capability(self) -> Capability:
        about = N_("what you can read, and until when")
        return Capability(
            commands=(Command("account", self.account, about, where=Where.PRIVATE, help=Help()),),
            buttons=(
                CallbackButton("account", self.tap_account),
                CallbackButton("onward", self.tap_onward),
            ),
        )

    async def account(self, conversation: Conversation) -> None:
        """Say what the reader may read, why and until when, and what she can do now."""
        reader, translator, publication = (
            await conversation.reader(),
            await conversation.translator(),
            conversation.publication,
        )
        held = await self.subscriptions.account(reader.id)
        way = reader.way(publication.trial_days, conversation.now())
        text, rows = reasons(conversation, translator, reader, held), _doing(translator)
        more, ways = ways_on(publication, translator, reader, later=way is Way.TRIAL)
        if held.full_until is None and way is Way.TRIAL:
            text += "\n\n" + offer(translator, publication.trial_days)
            rows = ((free_days(translator, publication.trial_days),), *rows)
        elif held.full_until not in (None, FOREVER) and way is Way.TRIAL:
            text += "\n\n" + _still_open(translator, publication.trial_days)
        asks = held.full_until is None and more != ""
        tail = more if asks else _id(translator, reader, publication)
        await conversation.reply(f"{text}\n\n{tail}", (*rows, *ways))

    async def tap_account(self, conversation: Conversation) -> None:
        await conversation.answer_tap()
        await self.account(conversation)

    async def tap_onward(self, conversation: Conversation) -> None:
        """Open the page behind the tapped lock; where the reader still has no access, show her account."""
        await conversation.answer_tap()
        if not await self.pages.read_onward(conversation):
            await self.account(conversation)


def _doing(translator: Translator) -> Buttons:
    return ((current_issue(translator), Button(translator.plain("Settings"), action="run:settings")),)


def _still_open(translator: Translator, days: int) -> str:
    return translator.say_n(
        "You can still use your free trial of {count} day: /trial",
        "You can still use your free trial of {count} days: /trial",
        days,
    )


def _id(translator: Translator, reader: Reader, publication: Publication) -> str:
    own = translator.say("Your Telegram ID, in case you need to write to us: <code>{id}</code>", id=reader.id)
    return f"{questions(translator, publication.contact_in(translator.language))}\n{own}".strip()
