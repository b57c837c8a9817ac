"""What payers are told of charges that they did not bring about."""

from bot.domain.content.publication import Publication
from bot.domain.delivery.moments import told
from bot.domain.delivery.schedule import zone_of
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER
from bot.domain.subscriptions.star_subscription import State
from bot.i18n import Translator
from bot.services.subscriptions.payer_news import PayerNews


def payer_words(translator: Translator, news: PayerNews, publication: Publication) -> tuple[str, Buttons]:
    """Say that a payment arrived late, or was refunded, and what she can read now."""
    charge, button = news.charge, Button(translator.plain("What I have"), action="account")
    values = {"stars": translator.number(charge.stars), "day": paid_on(translator, news, publication)}
    if charge.refunded_at is not None:
        text = translator.say(
            "Your payment of {stars} ⭐, made on {day}, was refunded. Telegram gives you the Stars back.",
            **values,
        )
    elif charge.days:
        text = translator.say(
            "Your payment of {stars} ⭐, made on {day}, reached me late: I’m sorry. Your days count from the "
            "moment you paid.",
            **values,
        )
    else:
        text = translator.say(
            "Your payment of {stars} ⭐, made on {day}, has arrived, but I can’t tell what it was for. "
            "/paysupport tells you how to reach the newsroom.",
            **values,
        )
    return "\n".join(
        filter(None, [text, _access(translator, news, publication), _renewal(translator, news)])
    ), ((button,),)


def paid_on(translator: Translator, news: PayerNews, publication: Publication) -> str:
    """Return the day of the payment in her zone."""
    paid_at = news.charge.paid_at or news.charge.refunded_at or news.claimed_at
    return translator.day(paid_at.astimezone(zone_of(news.reader.zone, publication)).date())


def _access(translator: Translator, news: PayerNews, publication: Publication) -> str:
    if news.until is None:
        return translator.say("You read the free part of every issue.")
    if news.until == FOREVER:
        return translator.say("You can read everything, with no end date.")
    until = told(translator, news.reader, news.until, publication)
    return translator.say("You can read everything until {until}.", until=until)


def _renewal(translator: Translator, news: PayerNews) -> str:
    """Say whether her subscription still renews, where that may surprise her."""
    subscription = news.subscription
    if subscription is None or news.charge.refunded_at is None:
        return ""
    if (
        subscription.state is State.ACTIVE
        and subscription.expires_at
        and subscription.expires_at > news.claimed_at
    ):
        return translator.say("Your subscription still renews; /account is where you cancel it.")
    return translator.say("Your subscription won’t renew: you won’t be charged again.")
