"""/paysupport and /terms: what was paid, refunds, and what is sold."""

import re
from dataclasses import dataclass

from bot.domain.content.prices import Price
from bot.domain.content.publication import Publication
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.feedback import Item, Kind
from bot.domain.subscriptions.charges import Charge
from bot.i18n import N_, Translator, translator_for
from bot.services.readers.feedback import Feedback, Taken
from bot.services.subscriptions.charges import Charges
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.access_words import contact_rows, questions
from bot.telegram.handlers.readers.feedback import is_open, name_of

LISTED = 5
"""How many charges have a line and a button: the newest ones."""

MARK = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class PaySupportHandlers:
    charges: Charges
    feedback: Feedback

    def capability(self) -> Capability:
        support = Command(
            "paysupport",
            self.support,
            N_("your payments, and how to get a refund"),
            where=Where.PRIVATE,
            offered=_sells,
        )
        about = N_("what is sold, and on what terms")
        shown = Command("terms", terms, about, where=Where.PRIVATE, offered=_sells)
        return Capability(
            commands=(support, shown),
            buttons=(CallbackButton("paid:refund:{mark}", self.ask_for_refund),),
        )

    async def support(self, conversation: Conversation) -> None:
        """/paysupport: list what she has paid, and say how she gets it back."""
        translator, reader = await conversation.translator(), await conversation.reader()
        paid = [charge for charge in await self.charges.of(reader.id) if charge.paid_at is not None]
        newest = paid[::-1][:LISTED]
        publication, language = conversation.publication, translator.language
        contact = publication.contact_in(language)
        asks = is_open(conversation)
        buttons = tuple(
            (_ask_button(conversation, translator, charge),) for charge in newest if not charge.refunded_at
        )
        text = "\n\n".join(
            filter(
                None,
                [
                    _listed(conversation, translator, newest),
                    _how(translator, asks=asks and bool(buttons), has_paid=bool(newest)),
                    questions(translator, contact),
                ],
            )
        )
        rows = (*(buttons if asks else ()), *_terms_row(conversation, translator))
        await conversation.reply(text, (*rows, *contact_rows(translator, contact)))

    async def ask_for_refund(self, conversation: Conversation, mark: str) -> bool:
        """Bring the newsroom a reader's wish for a refund, once for each charge; False for unknown data."""
        translator, reader_id = await conversation.translator(), conversation.user.id
        paid = await self.charges.of(reader_id)
        charge = next((charge for charge in paid if charge.mark == mark), None)
        if not MARK.fullmatch(mark) or charge is None:
            return False
        if charge.refunded_at is not None:
            await conversation.answer_tap(translator.plain("This payment was refunded already."), alert=True)
        elif not is_open(conversation):
            text = translator.plain("The newsroom doesn’t take messages here.")
            await conversation.answer_tap(text, alert=True)
        else:
            # The number is the charge's own, below all of Telegram's: a second tap asks nothing more.
            wish = Item(reader_id, -int(mark, 16), conversation.now(), Kind.TEXT, _wish(conversation, charge))
            taken, _ = await self.feedback.take(name_of(conversation), wish)
            await conversation.answer_tap(_said(translator, taken), alert=True)
        return True


def _sells(publication: Publication) -> bool:
    return bool(publication.prices)


async def terms(conversation: Conversation) -> None:
    """/terms: what is sold, that it renews, how to cancel and to be refunded; the publication's own terms."""
    translator = await conversation.translator()
    prices = [price for price in conversation.publication.prices if not price.gift]
    lines = [_price(translator, price) for price in prices]
    renews = any(price.renews for price in prices)
    parts = [
        "\n".join([translator.say("You can buy, in Telegram Stars:"), *lines])
        if lines
        else translator.say("Nothing is sold here at the moment."),
        translator.say(
            "What you buy is access to every section and the whole archive, for you alone, from the moment "
            "you pay. Days you already have are added up: none is lost."
        ),
        translator.say(
            "Subscriptions renew by themselves every 30 days at the price you began with. Cancel with one "
            "tap in /account: you keep what you’ve paid for."
        )
        if renews
        else "",
        translator.say("For a refund, or any question about a payment: /paysupport"),
    ]
    await conversation.reply("\n\n".join(filter(None, parts)), _terms_row(conversation, translator))


def _price(translator: Translator, price: Price) -> str:
    values = {"label": price.label_in(translator.language), "stars": translator.number(price.stars)}
    if price.renews:
        return translator.say("• {label}: {stars} ⭐ every 30 days, until you cancel", **values)
    return translator.say_n(
        "• {label}: {stars} ⭐ once, for {count} day",
        "• {label}: {stars} ⭐ once, for {count} days",
        price.days,
        **values,
    )


def _terms_row(conversation: Conversation, translator: Translator) -> Buttons:
    address = conversation.publication.terms_in(translator.language)
    return ((Button(translator.plain("Terms"), url=address),),) if address else ()


def _listed(conversation: Conversation, translator: Translator, newest: list[Charge]) -> str:
    if not newest:
        return translator.say("You haven’t paid anything here.")
    head = translator.say("What you’ve paid, newest first:")
    return "\n".join([head, *(_line(conversation, translator, charge) for charge in newest)])


def _line(conversation: Conversation, translator: Translator, charge: Charge) -> str:
    values = {"stars": translator.number(charge.stars), "day": _day(conversation, translator, charge)}
    if charge.refunded_at is not None:
        return translator.say("• {stars} ⭐ on {day}, refunded", **values)
    if not charge.days:
        return translator.say("• {stars} ⭐ on {day}", **values)
    return translator.say_n(
        "• {stars} ⭐ on {day} for {count} day",
        "• {stars} ⭐ on {day} for {count} days",
        charge.days,
        **values,
    )


def _how(translator: Translator, *, asks: bool, has_paid: bool) -> str:
    if asks:
        return translator.say(
            "Want one of these back? Tap it: the newsroom gets your request and answers you here. A refund "
            "gives you all the Stars of that payment back and ends the access it gave."
        )
    if has_paid:
        return translator.say(
            "For a refund, write to the newsroom and say which payment you mean. A refund gives you all the "
            "Stars of that payment back and ends the access it gave."
        )
    return translator.say("If you’ve paid and can’t read, write to the newsroom: no payment is ever lost.")


def _ask_button(conversation: Conversation, translator: Translator, charge: Charge) -> Button:
    day = _day(conversation, translator, charge)
    label = translator.plain(
        "Ask for a refund: {stars} ⭐, {day}", stars=translator.number(charge.stars), day=day
    )
    return Button(label, action=f"paid:refund:{charge.mark}")


def _wish(conversation: Conversation, charge: Charge) -> str:
    """Return the request as the newsroom reads it, in the publication's first language."""
    translator = translator_for(conversation.publication.languages[0])
    return translator.plain(
        "Asks for a refund of {stars} ⭐, paid on {day} for {days} days. To refund: /refund {id}",
        stars=translator.number(charge.stars),
        day=_day(conversation, translator, charge),
        days=translator.number(charge.days),
        id=charge.reader_id,
    )


def _day(conversation: Conversation, translator: Translator, charge: Charge) -> str:
    moment = charge.paid_at or conversation.now()
    return translator.day(moment.astimezone(conversation.publication.zone).date())


def _said(translator: Translator, taken: Taken) -> str:
    match taken:
        case Taken.KEPT | Taken.PARTLY:
            return translator.plain("The newsroom has your request. If they answer, you’ll see it here.")
        case Taken.MUTED:
            return translator.plain("The newsroom isn’t taking your messages for now.")
        case _:
            return translator.plain("You’ve written a lot to the newsroom. Please try again in an hour.")
