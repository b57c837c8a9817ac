"""What is said to an admin who refunds."""

import html
from collections.abc import Sequence
from datetime import datetime

from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.star_subscription import StarSubscription
from bot.i18n import N_, Translator
from bot.services.subscriptions.charges import Refunded
from bot.telegram.chat.conversation import Conversation

LISTED = 8
"""How many charges are listed: the newest ones."""

REASONS = {
    "user_id_invalid": N_("Telegram no longer knows this payer, so nobody can be given the Stars."),
    "charge_id_invalid": N_("Telegram knows no payment of this reader with that ID."),
    "charge_not_found": N_("Telegram knows no payment of this reader with that ID."),
    "charge_id_empty": N_("Telegram knows no payment of this reader with that ID."),
    "balance_too_low": N_("The bot’s balance holds too few Stars: some were taken out, or are on hold."),
}
"""Telegram's refusals, by what they contain in lower case."""


class RefundWords:
    """Words to one admin, in her language and zone."""

    def __init__(self, conversation: Conversation, translator: Translator, admin: Reader) -> None:
        self.translator = translator
        self._conversation = conversation
        self._admin = admin

    def how(self) -> str:
        return self.translator.say(
            "Write /refund and the reader’s ID, as in <code>/refund 123456789</code>, or forward me a "
            "message of theirs and answer it with /refund."
        )

    def listed(self, reader_id: int, paid: Sequence[Charge]) -> tuple[str, Buttons]:
        """List what a reader has paid, with a button for each charge that can be refunded."""
        newest = [charge for charge in reversed(paid) if charge.paid_at is not None][:LISTED]
        if not newest:
            return self.translator.say("{id} hasn’t paid anything in Stars.", id=reader_id), ()
        lines = [self._line(number, charge) for number, charge in enumerate(newest, 1)]
        buttons = tuple(
            (Button(self._label(number, charge), action=f"refund:pick:{reader_id}:{charge.mark}"),)
            for number, charge in enumerate(newest, 1)
            if charge.refunded_at is None
        )
        head = self.translator.say("What {id} has paid, newest first:", id=reader_id)
        asked = self.translator.say("Which payment do you want to refund?") if buttons else ""
        return "\n".join(filter(None, [head, *lines, asked])), buttons

    def asks(self, charge: Charge, renewing: StarSubscription | None, nonce: int) -> tuple[str, Buttons]:
        """Ask whether a charge is to be refunded; of a running subscription, whether it is to end, too."""
        say, plain, stars = self.translator.say, self.translator.plain, self._stars(charge)
        rest, text = f"{charge.reader_id}:{charge.mark}:{nonce}", self._question(charge)
        no = Button(plain("No, refund nothing"), action=f"refund:no:{rest}")
        yes = Button(plain("Refund {stars} ⭐", stars=stars), action=f"refund:yes:{rest}")
        if renewing is None:
            return text, ((yes,), (no,))
        if renewing.is_awaited(self._conversation.now()):
            text += "\n" + say(
                "It’s the last payment of a subscription that’s being renewed. Should the subscription be "
                "cancelled, too?"
            )
        else:
            text += "\n" + say(
                "It’s the last payment of a subscription that renews on {day}. Should the subscription be "
                "cancelled, too?",
                day=self._day(renewing.expires_at),
            )
        both = Button(plain("Refund {stars} ⭐ and cancel", stars=stars), action=f"refund:both:{rest}")
        only = Button(plain("Refund only: it goes on renewing"), action=f"refund:yes:{rest}")
        return text, ((both,), (only,), (no,))

    def refunded_before(self, charge: Charge) -> str:
        return self.translator.say(
            "This payment of {stars} ⭐ was refunded on {day}.",
            stars=self._stars(charge),
            day=self._day(charge.refunded_at),
        )

    def outdated(self) -> str:
        return self.translator.plain("You’ve answered that, or I’ve asked again since. Write /refund again.")

    def nothing(self) -> str:
        return self.translator.say("Nothing was refunded.")

    def done(self, refunded: Refunded) -> str:
        done = self.translator.say("Refunded: {stars} ⭐.", stars=self._stars(refunded.charge))
        return f"{done} {self._now(refunded)} {self.translator.say('I’ve told them.')}"

    def done_before(self, refunded: Refunded) -> str:
        """Say that Telegram had refunded it before, and that this is stored now."""
        done = self.translator.say(
            "Telegram had already refunded these {stars} ⭐, and I’ve noted it.",
            stars=self._stars(refunded.charge),
        )
        return f"{done} {self._now(refunded)}"

    def refused(self, reason: str) -> str:
        known = next((words for code, words in REASONS.items() if code in reason.lower()), None)
        why = self.translator.say(known) if known else f"<code>{html.escape(reason, quote=False)}</code>"
        return f"{self.translator.say('Telegram refused: nothing was refunded.')} {why}"

    def not_sent(self) -> str:
        return self.translator.say(
            "Telegram can’t be reached, so nothing was refunded. Write /refund again in a minute."
        )

    def unknown(self, charge: Charge) -> str:
        """Say that nobody knows yet whether the refund was made, and who will find out."""
        return self.translator.say(
            "Telegram’s answer was lost, so I can’t say yet whether {stars} ⭐ were refunded. Its list of "
            "transactions will tell me within the hour; if they were, access ends then and they’re told. "
            "You can also write /refund again: nothing is refunded twice.",
            stars=self._stars(charge),
        )

    def cancelled(self) -> str:
        return self.translator.say("The subscription is cancelled: it won’t renew.")

    def not_cancelled(self, reason: str) -> str:
        text = self.translator.say(
            "I couldn’t cancel the subscription, so it may renew. The reader can cancel it in Telegram: "
            "Settings → My Stars."
        )
        return f"{text} <code>{html.escape(reason, quote=False)}</code>" if reason else text

    def _question(self, charge: Charge) -> str:
        values = {"stars": self._stars(charge), "id": charge.reader_id, "day": self._day(charge.paid_at)}
        if not charge.days:
            return self.translator.say(
                "Refund {stars} ⭐ to {id}, paid on {day}? This payment gave no access.", **values
            )
        return self.translator.say_n(
            "Refund {stars} ⭐ to {id}, paid on {day} for {count} day? What’s left of it ends at once.",
            "Refund {stars} ⭐ to {id}, paid on {day} for {count} days? What’s left of them ends at once.",
            charge.days,
            **values,
        )

    def _line(self, number: int, charge: Charge) -> str:
        values = {"number": number, "stars": self._stars(charge), "day": self._day(charge.paid_at)}
        if charge.refunded_at is not None:
            return self.translator.say("{number}. {stars} ⭐ on {day}, refunded", **values)
        return self.translator.say_n(
            "{number}. {stars} ⭐ on {day} for {count} day",
            "{number}. {stars} ⭐ on {day} for {count} days",
            charge.days,
            **values,
        )

    def _label(self, number: int, charge: Charge) -> str:
        return self.translator.plain("{number}. Refund {stars} ⭐", number=number, stars=self._stars(charge))

    def _now(self, refunded: Refunded) -> str:
        reader_id, until = refunded.charge.reader_id or 0, refunded.until
        if until is None:
            return self.translator.say("{id} reads the free part of every issue.", id=reader_id)
        if until == FOREVER:
            return self.translator.say("{id} can read everything, with no end date.", id=reader_id)
        moment = self._conversation.local_moment(self.translator, self._admin, until)
        return self.translator.say("{id} can read everything until {until}.", id=reader_id, until=moment)

    def _stars(self, charge: Charge) -> str:
        return self.translator.number(charge.stars)

    def _day(self, moment: datetime | None) -> str:
        moment = moment or self._conversation.now()
        return self._conversation.local_day(self.translator, self._admin, moment)
