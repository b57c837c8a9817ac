"""A subscription that Telegram renews: what comes next, and what to do."""

from bot.domain.content.prices import Price
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.star_subscription import StarSubscription, State
from bot.i18n import Translator
from bot.services.subscriptions.subscriptions import Account
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.access_words import reasons


def what_is_had(conversation: Conversation, translator: Translator, reader: Reader, account: Account) -> str:
    """Say what she has, why and until when, and what happens then; a list stands in lines of its own."""
    said = reasons(conversation, translator, reader, account)
    gap = "\n" if "\n" in said else " "
    return f"{said}{gap}{what_then(conversation, translator, reader, account)}".strip()


def what_then(conversation: Conversation, translator: Translator, reader: Reader, account: Account) -> str:
    """Say what happens at the end of what she has; "" where it has no end, or she has nothing."""
    now = conversation.now()
    subscription, failed = account.subscription(now), account.failed(now)
    if subscription is not None and account.awaited(now) is None:
        said = renewal(conversation, translator, reader, subscription)
        return f"{said} {_then(translator, subscription)}".strip()
    if account.full_until is None and failed is not None:
        return translator.say(
            "Telegram couldn’t renew your subscription: there may not have been enough Stars. You can "
            "subscribe again whenever you like."
        )
    if account.full_until in (None, FOREVER) or subscription is not None:
        return ""
    return afterwards(translator)


def renewal(
    conversation: Conversation, translator: Translator, reader: Reader, subscription: StarSubscription
) -> str:
    """Say when a subscription renews and for how much, or that it does not."""
    day = conversation.local_day(translator, reader, subscription.expires_at or FOREVER)
    if subscription.is_awaited(conversation.now()):
        return translator.say(
            "Your subscription is being renewed, for {stars}\u00a0⭐.",
            stars=translator.number(subscription.stars),
        )
    match subscription.state:
        case State.ACTIVE:
            return translator.say(
                "Your subscription renews by itself on {day}, for {stars}\u00a0⭐.",
                day=day,
                stars=translator.number(subscription.stars),
            )
        case State.CANCELLED:
            return translator.say(
                "Your subscription is cancelled: it won’t renew on {day}, and you’ll pay nothing more.",
                day=day,
            )
        case _:
            return translator.say(
                "Telegram couldn’t renew your subscription: there may not have been enough Stars."
            )


def afterwards(translator: Translator) -> str:
    return translator.say("After that you keep reading the free part of every issue, which costs nothing.")


def subscription_rows(translator: Translator, subscription: StarSubscription | None) -> Buttons:
    """Return the button that cancels the renewal, or that allows it again."""
    if subscription is None:
        return ()
    match subscription.state:
        case State.ACTIVE:
            return ((Button(translator.plain("Cancel the renewal"), action="stars:cancel"),),)
        case State.CANCELLED:
            return ((Button(translator.plain("Renew again"), action="stars:renew"),),)
        case _:
            return ()


def price_line(translator: Translator, price: Price) -> str:
    """Say what a price buys, and what it costs."""
    label = price.label_in(translator.language)
    return translator.say("• {label}: {stars}\u00a0⭐", label=label, stars=translator.number(price.stars))


def price_rows(translator: Translator, prices: tuple[Price, ...]) -> Buttons:
    return tuple(
        (
            Button(
                translator.plain(
                    "{stars}\u00a0⭐ · {label}",
                    stars=translator.number(price.stars),
                    label=price.label_in(translator.language),
                ),
                action=f"pay:{price.id}",
            ),
        )
        for price in prices
    )


def _then(translator: Translator, subscription: StarSubscription) -> str:
    return "" if subscription.state is State.ACTIVE else afterwards(translator)
