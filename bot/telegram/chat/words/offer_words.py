"""What a reader may have for nothing, in words and buttons."""

from datetime import datetime

from bot.domain.content.gate import Access
from bot.domain.content.offers import Offer
from bot.domain.content.on_offer import OnOffer
from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.page_buttons import free_days, promoted
from bot.domain.readers.reader import Viewer
from bot.domain.readers.ways import Way
from bot.i18n import Marked, Translator


def offered(translator: Translator, on_offer: OnOffer, way: Way, *, after: bool = False) -> str:
    """Say what opens everything for nothing by this way on: the promotion or the trial; "" for the others.
    `after`: she has access, and it comes after that.
    """
    if way is Way.PROMOTION and on_offer.promotion is not None:
        text = promotion(translator, on_offer.promotion)
        return f"{text} {translator.say('It adds to what you have.')}" if after else text
    if way is not Way.TRIAL:
        return ""
    say = _trial_after if after else free_trial
    return say(translator, on_offer.trial_days)


def offered_rows(translator: Translator, on_offer: OnOffer, way: Way, *, after: bool = False) -> Buttons:
    """Return the button to it; none for the other ways. `after`: the message says that it comes after the
    access that she has.
    """
    if way is Way.PROMOTION and on_offer.promotion is not None:
        return ((promotion_button(translator, on_offer.promotion, after=after),),)
    return ((free_days(translator, on_offer.trial_days, after=after),),) if way is Way.TRIAL else ()


def promotion(translator: Translator, offer: Offer) -> str:
    """Say what a promotion is called, and its terms."""
    label, about = offer.label_in(translator.language), offer.about_in(translator.language)
    name = Marked(label, translator.say("<b>{label}</b>", label=label))
    if about:
        return translator.say("{label}\n{about}", label=name, about=about)
    text = translator.say_n(
        "{label}\nRead everything for {count} day, archive included. No card, nothing to cancel.",
        "{label}\nRead everything for {count} days, archive included. No card, nothing to cancel.",
        offer.days,
        label=name,
    )
    if offer.ends is None:
        return text
    return f"{text} {translator.say('You can take it until {day}.', day=translator.day(offer.ends))}"


def promotion_line(translator: Translator, viewer: Viewer, on_offer: OnOffer, now: datetime) -> str:
    """Name the promotion in one line, to who has no access and may take it; else ""."""
    may_take = viewer.access(now) is Access.PREVIEW and viewer.way(on_offer, now) is Way.PROMOTION
    if on_offer.promotion is None or not may_take:
        return ""
    return translator.say(
        "<b>{label}</b> → /subscribe", label=on_offer.promotion.label_in(translator.language)
    )


def promotion_button(translator: Translator, offer: Offer, *, after: bool = False) -> Button:
    """Return the button that gives a promotion. `after`: the message says that it comes after her access."""
    return promoted(offer.id, offer.label_in(translator.language), offer.days, after=after)


def free_trial(translator: Translator, days: int) -> str:
    """Return the sentence that offers the trial of so many `days`."""
    return translator.say_n(
        "Read everything free for {count} day, archive included.",
        "Read everything free for {count} days, archive included.",
        days,
    )


def _trial_after(translator: Translator, days: int) -> str:
    return translator.say_n(
        "You can still use your free trial of {count} day: /trial",
        "You can still use your free trial of {count} days: /trial",
        days,
    )
