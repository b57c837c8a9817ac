"""/subscribe: what is locked, what opens it, and what that costs."""

from dataclasses import dataclass

from bot.domain.content.prices import Price
from bot.domain.content.publication import Publication
from bot.domain.pages.page import Buttons
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.readers.typed import Meaning
from bot.domain.readers.ways import Way
from bot.domain.subscriptions.star_subscription import State
from bot.i18n import N_, Translator
from bot.services.reading.reading import Reading
from bot.services.subscriptions.subscriptions import Account, Subscriptions
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.words.access_words import already, current_issue, questions, reasons, ways_on
from bot.telegram.chat.words.offer_words import offered, offered_rows
from bot.telegram.chat.words.subscription_words import (
    afterwards,
    price_line,
    price_rows,
    subscription_rows,
    what_is_had,
    what_then,
)
from bot.telegram.handlers.reading.reading import ReadingHandlers
from bot.telegram.handlers.subscriptions.account import AccountHandlers


@dataclass(frozen=True, slots=True)
class SubscribingHandlers:
    subscriptions: Subscriptions
    reading: Reading
    pages: ReadingHandlers
    account: AccountHandlers

    def capability(self) -> Capability:
        command = Command(
            "subscribe",
            self.subscribe,
            N_("read everything: what it costs"),
            where=Where.PRIVATE,
            help=Help(N_("Subscribe"), order=2),
            offered=_is_offered,
        )
        return Capability(
            commands=(command,),
            buttons=(CallbackButton("onward", self.tap_onward),),
            words={Meaning.PRICE: self.subscribe},
        )

    async def subscribe(self, conversation: Conversation) -> None:
        """/subscribe: say what is locked, what opens it for nothing, and the prices as buttons.

        Where there are no prices, where access is to be had otherwise.
        """
        reader, translator = await conversation.reader(), await conversation.translator()
        held = await self.subscriptions.account(reader.id)
        if held.full_until == FOREVER:
            await conversation.reply(*_forever(conversation, translator, reader, held))
        elif conversation.publication.prices:
            await conversation.reply(*await self._prices(conversation, translator, reader, held))
        else:
            await conversation.reply(*_without_prices(conversation, translator, reader, held))

    async def tap_onward(self, conversation: Conversation) -> None:
        """Open the page behind the tapped lock; where the reader still has no access, show the prices, or her
        account where there are none.
        """
        await conversation.answer_tap()
        if await self.pages.read_onward(conversation):
            return
        if conversation.publication.prices:
            await self.subscribe(conversation)
        else:
            await self.account.account(conversation)

    async def _prices(
        self, conversation: Conversation, translator: Translator, reader: Reader, held: Account
    ) -> tuple[str, Buttons]:
        publication, now = conversation.publication, conversation.now()
        on_offer, subscription = publication.on_offer(now), held.subscription(now)
        way, prices = reader.way(on_offer, now), _for_her(publication, held, conversation)
        elsewhere, ways = already(publication, translator, reader)
        has_access = held.full_until is not None
        if has_access:
            has = what_is_had(conversation, translator, reader, held)
        else:
            then = what_then(conversation, translator, reader, held)
            has = f"{await self._locked(conversation, translator)} {then}".strip()
        parts = (
            has,
            offered(translator, on_offer, way, after=has_access),
            _listed(translator, prices, held),
            "" if has_access else elsewhere,
        )
        rows = (
            *offered_rows(translator, on_offer, way, after=has_access),
            *price_rows(translator, prices),
            *subscription_rows(translator, subscription),
            *(() if has_access else ways),
        )
        return "\n\n".join(filter(None, parts)), rows

    async def _locked(self, conversation: Conversation, translator: Translator) -> str:
        """Say what is locked, with the sections of the current issue that are."""
        free = _costs_nothing(translator)
        contents = await self.reading.contents(await conversation.viewer())
        names = [
            kicker or headline
            for _, kicker, headline, locked in (contents.sections if contents else ())
            if locked
        ]
        if not names:
            return free
        locked = translator.say("Locked in this issue: {sections}.", sections=translator.listing(names))
        return f"{free} {locked}"


def _is_offered(publication: Publication) -> bool:
    return any(publication.is_reachable_in(language) for language in publication.languages)


def _for_her(publication: Publication, held: Account, conversation: Conversation) -> tuple[Price, ...]:
    """Return the prices of what she may buy for herself: nobody has two subscriptions that renew."""
    subscription = held.subscription(conversation.now())
    renews = subscription is not None and subscription.state is not State.FAILED
    return tuple(price for price in publication.prices if not (price.gift or (price.renews and renews)))


def _listed(translator: Translator, prices: tuple[Price, ...], held: Account) -> str:
    if not prices:
        return ""
    head = (
        translator.say("To read everything, pay with Telegram Stars:")
        if held.full_until is None
        else translator.say("More days add to what you have; nothing is lost. With Telegram Stars:")
    )
    stars = translator.say("No Stars yet? Telegram sells them to you when you pay.")
    return "\n".join([head, *(price_line(translator, price) for price in prices), stars])


def _without_prices(
    conversation: Conversation, translator: Translator, reader: Reader, held: Account
) -> tuple[str, Buttons]:
    """Say what costs nothing, that the price is not known here, and where access is to be had."""
    publication, now = conversation.publication, conversation.now()
    on_offer = publication.on_offer(now)
    way = reader.way(on_offer, now)
    is_free = way in {Way.PROMOTION, Way.TRIAL}
    text, rows = ways_on(publication, translator, reader, later=held.full_until is not None or is_free)
    text = f"{translator.say('I don’t know what a subscription costs.')} {text}".strip()
    if held.full_until is not None:
        said = [f"{reasons(conversation, translator, reader, held)} {afterwards(translator)}", text]
        return "\n\n".join(said), ((current_issue(translator),), *rows)
    free = offered_rows(translator, on_offer, way)
    said = [_costs_nothing(translator), offered(translator, on_offer, way), text]
    return "\n\n".join(filter(None, said)), (*free, *rows) or ((current_issue(translator),),)


def _forever(
    conversation: Conversation, translator: Translator, reader: Reader, held: Account
) -> tuple[str, Buttons]:
    asked = questions(translator, conversation.publication.contact_in(translator.language))
    said = [reasons(conversation, translator, reader, held), asked]
    _, rows = ways_on(conversation.publication, translator, reader)
    return "\n\n".join(filter(None, said)), ((current_issue(translator),), *rows)


def _costs_nothing(translator: Translator) -> str:
    return translator.say(
        "The free part of every issue costs nothing. Sections marked 🔒 are for subscribers."
    )
