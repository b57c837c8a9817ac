"""/account: what a reader may read, and how she goes on."""

from dataclasses import dataclass

from bot.domain.content.publication import Publication
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.readers.typed import Meaning
from bot.domain.readers.ways import Way
from bot.i18n import N_, Translator
from bot.services.subscriptions.subscriptions import Account, Subscriptions
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.words.access_words import current_issue, questions, ways_on
from bot.telegram.chat.words.offer_words import offered, offered_rows
from bot.telegram.chat.words.subscription_words import subscription_rows, what_is_had


@dataclass(frozen=True, slots=True)
class AccountHandlers:
    subscriptions: Subscriptions

    def capability(self) -> Capability:
        about = N_("what you can read, and until when")
        return Capability(
            commands=(Command("account", self.account, about, where=Where.PRIVATE, help=Help()),),
            buttons=(CallbackButton("account", self.tap_account),),
            words={Meaning.ACCOUNT: self.account},
        )

    async def account(self, conversation: Conversation) -> None:
        """Say what the reader may read, why, until when and what comes then, and what she can do now."""
        reader, translator = await conversation.reader(), await conversation.translator()
        publication, now = conversation.publication, conversation.now()
        held, on_offer = await self.subscriptions.account(reader.id), publication.on_offer(now)
        way = Way.NONE if held.full_until == FOREVER else reader.way(on_offer, now)
        more: str = ""
        ways: Buttons = ()
        if not publication.prices:
            more, ways = ways_on(publication, translator, reader, later=way in {Way.PROMOTION, Way.TRIAL})
        asks = held.full_until is None and more != ""
        has_access = held.full_until is not None
        free = offered_rows(translator, on_offer, way, after=has_access)
        parts = (
            what_is_had(conversation, translator, reader, held),
            offered(translator, on_offer, way, after=has_access),
            more if asks else _id(translator, reader, publication),
        )
        rows = (
            *(() if has_access else free),
            *_paying(conversation, translator, held),
            *(free if has_access else ()),
            *_doing(conversation, translator),
            *ways,
        )
        await conversation.reply("\n\n".join(filter(None, parts)), rows)

    async def tap_account(self, conversation: Conversation) -> None:
        await conversation.answer_tap()
        await self.account(conversation)


def _paying(conversation: Conversation, translator: Translator, held: Account) -> Buttons:
    """Return what she can do about paying: subscribe, cancel the renewal, renew again."""
    publication, now = conversation.publication, conversation.now()
    subscription = held.subscription(now)
    is_to_pay = publication.prices and held.full_until != FOREVER and subscription is None
    subscribe = Button(translator.plain("Subscribe"), action="run:subscribe")
    return (*(((subscribe,),) if is_to_pay else ()), *subscription_rows(translator, subscription))


def _doing(conversation: Conversation, translator: Translator) -> Buttons:
    publication, now = conversation.publication, conversation.now()
    redeem = Button(translator.plain("Redeem a code"), action="run:redeem")
    settings = Button(translator.plain("Settings"), action="run:settings")
    return (
        *(((redeem,),) if publication.takes_codes(now) else ()),
        (current_issue(translator), settings),
        (Button(translator.plain("Your data and privacy"), action="privacy"),),
    )


def _id(translator: Translator, reader: Reader, publication: Publication) -> str:
    own = translator.say("Your Telegram ID, in case you need to write to us: <code>{id}</code>", id=reader.id)
    return f"{questions(translator, publication.contact_in(translator.language))}\n{own}".strip()
