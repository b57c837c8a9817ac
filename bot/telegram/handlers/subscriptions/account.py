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
from bot.telegram.chat.access_words import current_issue, questions, reasons, ways_on
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.offer_words import offered, offered_rows, promotion
from bot.telegram.chat.subscription_words import subscription_rows, what_then


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
        parts = (
            _has(conversation, translator, reader, held),
            _free(conversation, translator, held, way),
            more if asks else _id(translator, reader, publication),
        )
        rows = (
            *offered_rows(translator, on_offer, way, after=held.full_until is not None),
            *_paying(conversation, translator, held),
            *_doing(conversation, translator),
            *ways,
        )
        await conversation.reply("\n\n".join(filter(None, parts)), rows)

    async def tap_account(self, conversation: Conversation) -> None:
        await conversation.answer_tap()
        await self.account(conversation)


def _has(conversation: Conversation, translator: Translator, reader: Reader, held: Account) -> str:
    """Say what she has, why and until when, and what happens then."""
    said = reasons(conversation, translator, reader, held)
    then = what_then(conversation, translator, reader, held)
    gap = "\n" if "\n" in said else " "
    return f"{said}{gap}{then}".strip()


def _free(conversation: Conversation, translator: Translator, held: Account, way: Way) -> str:
    """Say what is open to her for nothing: by itself, or after the access that she has."""
    on_offer = conversation.publication.on_offer(conversation.now())
    if held.full_until is None:
        return offered(translator, on_offer, way)
    if way is Way.PROMOTION and on_offer.promotion is not None:
        adds = translator.say("It adds to what you have.")
        return f"{promotion(translator, on_offer.promotion)} {adds}"
    return _still_open(translator, on_offer.trial_days) if way is Way.TRIAL else ""


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


def _still_open(translator: Translator, days: int) -> str:
    return translator.say_n(
        "You can still use your free trial of {count} day: /trial",
        "You can still use your free trial of {count} days: /trial",
        days,
    )


def _id(translator: Translator, reader: Reader, publication: Publication) -> str:
    own = translator.say("Your Telegram ID, in case you need to write to us: <code>{id}</code>", id=reader.id)
    return f"{questions(translator, publication.contact_in(translator.language))}\n{own}".strip()
