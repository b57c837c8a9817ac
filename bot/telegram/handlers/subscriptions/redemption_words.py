"""What came of asking for an offer, in words for readers."""

from datetime import datetime, timedelta
from math import ceil

from bot.domain.content.offers import Offer, OfferFor
from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.page_buttons import free_days
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.redemption import MOST_TRIES, Outcome, Redemption
from bot.i18n import Translator
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.access_words import current_issue
from bot.telegram.chat.words.offer_words import free_trial


def request_of(conversation: Conversation) -> str:
    """Return what names a message, or that of a tapped button: the same when Telegram brings it again."""
    query, written = conversation.update.callback_query, conversation.update.message
    message = query.message if query else written
    return f"{conversation.user.id}:{message.message_id if message else conversation.update.update_id}"


def terms(conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption) -> str:
    """Say what an offer would give to a reader (OPEN). What its own words say of it is not said again."""
    assert answer.offer is not None
    offer = answer.offer
    until = conversation.local_moment(translator, reader, answer.until or FOREVER)
    if answer.added:
        gives = translator.say_n(
            "It adds {count} day to the access you already have: you could then read everything until "
            "{until}.",
            "It adds {count} days to the access you already have: you could then read everything until "
            "{until}.",
            offer.days,
            until=until,
        )
    elif offer.about:
        gives = translator.say("If you take it now, you can read everything until {until}.", until=until)
    else:
        gives = translator.say_n(
            "It opens everything for {count} day: every section of every issue and the whole archive, until "
            "{until}. No card, nothing to cancel: it ends by itself.",
            "It opens everything for {count} days: every section of every issue and the whole archive, until "
            "{until}. No card, nothing to cancel: it ends by itself.",
            offer.days,
            until=until,
        )
    return "\n\n".join(filter(None, [_named(translator, offer), gives]))


def given(conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption) -> str:
    """Say what a reader was given (GIVEN)."""
    assert answer.offer is not None
    label = answer.offer.label_in(translator.language)
    until = conversation.local_moment(translator, reader, answer.until or FOREVER)
    if answer.added:
        return translator.say(
            "<b>{label}</b> is added to the access you already have: you can read everything until {until}.",
            label=label,
            until=until,
        )
    return translator.say_n(
        "<b>{label}</b>: every section and the whole archive for {count} day. You can read everything until "
        "{until}. No card, nothing to cancel.",
        "<b>{label}</b>: every section and the whole archive for {count} days. You can read everything until "
        "{until}. No card, nothing to cancel.",
        answer.offer.days,
        label=label,
        until=until,
    )


def refused(
    conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption
) -> tuple[str, Buttons]:
    """Say why nothing was given, and how she goes on."""
    if answer.outcome is Outcome.OVER:
        return over(conversation, translator, reader)
    if answer.outcome in (Outcome.WAIT, Outcome.NO_CODE, Outcome.UNKNOWN):
        return _not_valid(conversation, translator, answer), ()
    now = _has_now(conversation, translator, reader, answer.until)
    said = [_why(conversation, translator, reader, answer), now]
    rows = ((_onward(translator),),) if answer.until is None else ()
    text = " ".join(reversed(said) if answer.outcome is Outcome.FOREVER else said)
    return text, (*rows, (current_issue(translator),))


def over(conversation: Conversation, translator: Translator, reader: Reader) -> tuple[str, Buttons]:
    """Say that an offer is over, with her way on."""
    ended, days = translator.say("This offer is over."), conversation.publication.trial_days
    if reader.full_until is not None and reader.full_until > conversation.now():
        has = _has_now(conversation, translator, reader, reader.full_until)
        return f"{ended} {has}", ((current_issue(translator),),)
    if days and reader.trial_at is None:
        return f"{ended} {free_trial(translator, days)}", ((free_days(translator, days),),)
    return ended, ((_onward(translator),),)


def _onward(translator: Translator) -> Button:
    return Button(translator.plain("How to keep reading"), action="onward")


def _not_valid(conversation: Conversation, translator: Translator, answer: Redemption) -> str:
    """Say that a code does nothing. Of a wrong, a used and an old one the sentence is the same: else it would
    tell which codes there are.
    """
    if answer.outcome is Outcome.WAIT:
        return _wait(translator, answer.at, conversation.now())
    if answer.outcome is Outcome.NO_CODE:
        return translator.say(
            "That doesn’t look like a code. A code is a single word, or three groups of letters and "
            "digits such as <code>WXYV-2345-678</code>. Write it after /redeem."
        )
    return translator.say(
        "I can’t redeem that code: it may be mistyped, used already or not valid now. Compare it "
        "with what you were given; capitals, spaces and dashes make no difference."
    )


def _why(conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption) -> str:
    """Say why she does not get an offer that there is."""
    match answer.outcome:
        case Outcome.ENOUGH:
            return translator.say(
                "You’ve had this offer as often as one reader may, last on {day}, so this code stays unused.",
                day=_day(conversation, translator, reader, answer.at),
            )
        case Outcome.NOT_HERS:
            return _not_hers(translator, answer)
        case Outcome.FOREVER:
            return translator.say("You don’t need this offer, so nothing was used up.")
        case _:
            return _had(conversation, translator, reader, answer)


def _named(translator: Translator, offer: Offer) -> str:
    label, about = offer.label_in(translator.language), offer.about_in(translator.language)
    if not about:
        return translator.say("<b>{label}</b>", label=label)
    return translator.say("<b>{label}</b>\n{about}", label=label, about=about)


def _has_now(
    conversation: Conversation, translator: Translator, reader: Reader, until: datetime | None
) -> str:
    if until is None:
        return translator.say("You read the free part of every issue.")
    if until == FOREVER:
        return translator.say("You can read everything, with no end date.")
    moment = conversation.local_moment(translator, reader, until)
    return translator.say("You can read everything until {until}.", until=moment)


def _had(conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption) -> str:
    if answer.at is None:
        return translator.say("You’ve already had this offer.")
    day = _day(conversation, translator, reader, answer.at)
    if answer.offer is not None and answer.offer.code is None and not answer.offer.single_use:
        return translator.say("You’ve already had this offer, on {day}.", day=day)
    return translator.say("You already redeemed this code on {day}.", day=day)


def _not_hers(translator: Translator, answer: Redemption) -> str:
    if answer.offer is not None and answer.offer.who is OfferFor.NEW:
        return translator.say(
            "This offer is for people who have never had access, and you have had it: nothing was used up."
        )
    if answer.until is not None:
        return translator.say(
            "This offer is for people whose access has ended, and yours hasn’t: nothing was used up."
        )
    return translator.say(
        "This offer is for people who had access before, and you haven’t: nothing was used up."
    )


def _wait(translator: Translator, at: datetime | None, now: datetime) -> str:
    minutes = max(1, ceil(((at or now) - now) / timedelta(minutes=1)))
    return translator.say_n(
        "You’ve tried {most} codes that don’t work, so I’m not taking any from you now. You can try again in "
        "{count} minute.",
        "You’ve tried {most} codes that don’t work, so I’m not taking any from you now. You can try again in "
        "{count} minutes.",
        minutes,
        most=MOST_TRIES,
    )


def _day(conversation: Conversation, translator: Translator, reader: Reader, at: datetime | None) -> str:
    return conversation.local_day(translator, reader, at or conversation.now())
