"""Offers, in words for admins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.content.offers import Offer, OfferFor, text_in
from bot.i18n import N_, Translator
from bot.services.subscriptions.offers.offers import ListedOffer, OfferState
from bot.telegram.admin.admin_names import called

_FOR = {
    OfferFor.EVERYONE: N_("for everyone"),
    OfferFor.NEW: N_("for people who have never had access"),
    OfferFor.LAPSED: N_("for people whose access has ended"),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """Who ended an offer, as an admin reads it: `by` is herself (`me`), or another one with a name."""

    by: int
    me: int
    names: Mapping[int, str]

    def notice(self, translator: Translator, label: Mapping[str, str]) -> str:
        """Say that the offer of this label was ended."""
        ended = text_in(label, translator.language)
        if self.by == self.me:
            return translator.say("You ended “{label}”. Nobody can take it now.", label=ended)
        return translator.say(
            "{admin} ended “{label}”. Nobody can take it now.",
            label=ended,
            admin=called(translator, self.by, self.names),
        )

    def line(self, translator: Translator, day: date) -> str:
        """Say in a list when the offer was ended."""
        if self.by == self.me:
            return translator.say("■ You ended it on {day}", day=translator.day(day))
        admin = called(translator, self.by, self.names)
        return translator.say("■ Ended by {admin} on {day}", admin=admin, day=translator.day(day))


def entry(
    translator: Translator, number: int, listed: ListedOffer, zone: ZoneInfo, ending: Ending | None
) -> str:
    """Say of an offer what it gives, when, and how often it was taken; `ending`: who ended it, if anyone."""
    offer = listed.offer
    head = translator.say(
        "<b>{number}. {label}</b>", number=number, label=offer.label_in(translator.language)
    )
    gives = translator.say_n(
        "{count} day {whom}, {how}",
        "{count} days {whom}, {how}",
        offer.days,
        whom=translator.plain(_FOR[offer.who]),
        how=_how(translator, offer),
    )
    lines = [head, gives, _state(translator, listed, zone, ending), _taken(translator, listed)]
    return "\n".join([*lines, *_codes(translator, listed)])


def _how(translator: Translator, offer: Offer) -> str:
    if offer.single_use:
        return translator.plain("by codes that work once each")
    if offer.automatic and offer.code:
        return translator.plain("by a button, or the code {code}", code=offer.code)
    if offer.automatic:
        return translator.plain("by a button")
    return translator.plain("by the code {code}", code=offer.code or offer.id)


def _state(translator: Translator, listed: ListedOffer, zone: ZoneInfo, ending: Ending | None) -> str:
    offer, taken = listed.offer, listed.taken
    match listed.state:
        case OfferState.ENDED if taken.ended_at is not None and ending is not None:
            return ending.line(translator, taken.ended_at.astimezone(zone).date())
        case OfferState.USED_UP:
            return translator.say("■ Used up")
        case OfferState.OVER if offer.ends is not None:
            return translator.say("■ Over since the end of {day}", day=translator.day(offer.ends))
        case OfferState.COMING if offer.starts is not None:
            return _coming(translator, offer.starts, offer.ends)
        case _:
            return _open(translator, offer.ends)


def _coming(translator: Translator, starts: date, ends: date | None) -> str:
    begins = translator.day(starts)
    if ends is None:
        return translator.say("◷ From {starts}, with no end date", starts=begins)
    return translator.say("◷ From {starts} to {ends}", starts=begins, ends=translator.day(ends))


def _open(translator: Translator, ends: date | None) -> str:
    if ends is None:
        return translator.say("▶ Open, with no end date")
    return translator.say("▶ Open until the end of {ends}", ends=translator.day(ends))


def _taken(translator: Translator, listed: ListedOffer) -> str:
    times = listed.taken.taken
    if listed.left is None:
        return translator.say_n("Taken {count} time", "Taken {count} times", times)
    return translator.say_n(
        "Taken {count} time, {left} left",
        "Taken {count} times, {left} left",
        times,
        left=translator.number(listed.left),
    )


def _codes(translator: Translator, listed: ListedOffer) -> list[str]:
    if not listed.offer.single_use:
        return []
    count = listed.codes
    if not count.made:
        return [
            translator.say(
                "No codes yet: <code>briefing codes --offer {id} --count 100</code>", id=listed.offer.id
            )
        ]
    return [
        translator.say_n(
            "{count} code made, {redeemed} redeemed, {left} left",
            "{count} codes made, {redeemed} redeemed, {left} left",
            count.made,
            redeemed=translator.number(count.redeemed),
            left=translator.number(count.left),
        )
    ]
