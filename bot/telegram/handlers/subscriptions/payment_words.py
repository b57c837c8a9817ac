"""What is said of payments and of subscriptions that renew."""

import html
from datetime import datetime

from bot.domain.content.prices import RENEWAL_DAYS, Price
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.i18n import Translator
from bot.services.subscriptions.charges import Recorded
from bot.services.subscriptions.selling import Sale
from bot.services.subscriptions.star_subscriptions import Change
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.access_words import current_issue


class PaymentWords:
    """Words to one reader, in her language and zone."""

    def __init__(self, conversation: Conversation, translator: Translator, reader: Reader) -> None:
        self._conversation = conversation
        self._translator = translator
        self._reader = reader

    def offered(self, price: Price, sale: Sale, link: str) -> tuple[str, Buttons]:
        """Say what a link sells, with the button that pays."""
        say, terms = self._translator.say, self._conversation.publication.terms_in(self._translator.language)
        days = self._translator.say_n(
            "{count} day of everything: every section and the whole archive.",
            "{count} days of everything: every section and the whole archive.",
            price.days,
        )
        label = price.label_in(self._translator.language)
        lines = [f"<b>{html.escape(label, quote=False)}</b>", days]
        if sale.until is not None:
            lines.append(
                say("If you pay now, you can read everything until {until}.", until=self._moment(sale.until))
            )
        if price.renews:
            lines.append(
                self._translator.say_n(
                    "It renews every {count} day for {stars} ⭐ until you cancel in /account.",
                    "It renews every {count} days for {stars} ⭐ until you cancel in /account.",
                    RENEWAL_DAYS,
                    stars=self._translator.number(price.stars),
                )
            )
        else:
            lines.append(say("You pay once, and nothing renews by itself."))
        lines.append(say("The link is yours alone and good for a day."))
        pay = Button(
            self._translator.plain("Pay {stars} ⭐", stars=self._translator.number(price.stars)), url=link
        )
        terms_row = ((Button(self._translator.plain("Terms"), url=terms),),) if terms else ()
        return "\n".join(lines), ((pay,), *terms_row)

    def has_one(self, subscription: StarSubscription) -> tuple[str, Buttons]:
        """Say that she has a subscription, so that she needs no other; a cancelled one may renew again."""
        if subscription.state is State.CANCELLED:
            text = self._translator.say(
                "You have a subscription already: it’s cancelled, but paid until {day}. You can renew it "
                "again; you need no second one.",
                day=self._day(subscription),
            )
            return text, (self._renew(),)
        if self._is_awaited(subscription):
            text = self._translator.say(
                "You have a subscription already: it’s being renewed, for {stars} ⭐. You need no second "
                "one.",
                stars=self._translator.number(subscription.stars),
            )
            return text, (self._account(),)
        text = self._translator.say(
            "You have a subscription already: it renews on {day}, for {stars} ⭐. You need no second one.",
            day=self._day(subscription),
            stars=self._translator.number(subscription.stars),
        )
        return text, (self._account(),)

    def paid(self, recorded: Recorded, *, reads_on: bool) -> tuple[str, Buttons]:
        """Say what a payment gave that the reader has made herself; `reads_on`: the page follows."""
        if recorded.charge.refunded_at is not None:
            text = self._translator.say(
                "Your payment of {stars} ⭐ has arrived, and was refunded already: it opens nothing.",
                stars=self._stars(recorded),
            )
            return text, (self._account(),)
        if not recorded.charge.days:
            text = self._translator.say(
                "Your payment of {stars} ⭐ has arrived, but I can’t tell what it was for. The newsroom "
                "knows, and /paysupport tells you how to reach it.",
                stars=self._stars(recorded),
            )
            return text, ()
        thanks = self._translator.say(
            "Thank you! Your payment of {stars} ⭐ has arrived.", stars=self._stars(recorded)
        )
        text = f"{thanks} {self._until(recorded)} {self._after(recorded.subscription)}".strip()
        return text, () if reads_on else ((current_issue(self._translator),),)

    def renewed(self, recorded: Recorded) -> str:
        """Say in one sentence that Telegram has renewed her subscription."""
        return self._translator.say(
            "Your subscription was renewed for {stars} ⭐: you can read everything until {until}.",
            stars=self._stars(recorded),
            until=self._moment_of(recorded),
        )

    def changed(self, change: Change) -> tuple[str, Buttons]:
        """Say what Telegram has said of her subscription, until when she reads, and the way back."""
        subscription = change.subscription
        if subscription is None:
            return "", ()
        if self._is_awaited(subscription):
            text = self._translator.say(
                "Your subscription is on again: it’s being renewed, for {stars} ⭐.",
                stars=self._translator.number(subscription.stars),
            )
            return text, (self._account(),)
        if subscription.state is State.ACTIVE:
            text = self._translator.say(
                "Your subscription is on again: it renews on {day}, for {stars} ⭐.",
                day=self._day(subscription),
                stars=self._translator.number(subscription.stars),
            )
            return text, (self._account(),)
        if subscription.state is State.FAILED:
            text = self._translator.say(
                "Telegram couldn’t renew your subscription: there may not have been enough Stars."
            )
            return f"{text} {self._still(change)}", (self._subscribe(),)
        text = self._translator.say("Your subscription won’t renew: you won’t be charged again.")
        return f"{text} {self._still(change)} {self.way_back()}", ()

    def asks_to_cancel(self, subscription: StarSubscription) -> tuple[str, Buttons]:
        """Ask whether she wants to cancel; nothing is cancelled before the button is tapped."""
        if self._is_awaited(subscription):
            text = self._translator.say(
                "Cancel your subscription? It’s due to be renewed now. You keep what you’ve paid for."
            )
        else:
            text = self._translator.say(
                "Cancel your subscription? It won’t renew on {day}, and you won’t be charged again. You keep "
                "the access you have.",
                day=self._day(subscription),
            )
        act = f"stars:cancel:yes:{subscription.mark}"
        yes = Button(self._translator.plain("Yes, cancel it"), action=act)
        no = Button(self._translator.plain("No, keep it"), action="stars:cancel:no")
        return text, ((yes,), (no,))

    def cancelled(self, change: Change) -> tuple[str, Buttons]:
        """Say that she has cancelled, until when she reads, and how to take it back."""
        text = self._translator.say("Cancelled: your subscription won’t renew.")
        return f"{text} {self._still(change)}".strip(), (self._renew(),)

    def is_cancelled(self, subscription: StarSubscription) -> tuple[str, Buttons]:
        """Say that it is cancelled already, or has failed, and the way back."""
        text = self._translator.say(
            "Your subscription doesn’t renew. It’s paid until {day}.", day=self._day(subscription)
        )
        if subscription.state is State.FAILED:
            return text, (self._subscribe(),)
        if subscription.cancelled_by is CancelledBy.BOT:
            return text, (self._renew(),)
        return f"{text} {self.way_back()}", ()

    def renews(self, subscription: StarSubscription) -> tuple[str, Buttons]:
        """Say that it renews anyway."""
        if self._is_awaited(subscription):
            text = self._translator.say("Your subscription is being renewed.")
        else:
            text = self._translator.say("Your subscription renews on {day}.", day=self._day(subscription))
        return text, (self._account(),)

    def may_renew(self) -> str:
        """Say what is left to do once the bot has allowed her to renew."""
        return self._translator.say(
            "Almost done. Now tap <b>Renew</b> in Telegram: Settings → My Stars → your subscription. That "
            "costs nothing now, and I’ll tell you as soon as it’s on again."
        )

    def way_back(self) -> str:
        return self._translator.say(
            "Changed your mind? Tap <b>Renew</b> in Telegram: Settings → My Stars → your subscription."
        )

    def nothing_runs(self) -> tuple[str, Buttons]:
        """Say that she has no subscription that renews."""
        text = self._translator.say("You have no subscription that renews, so there’s nothing to cancel.")
        return text, (self._account(),)

    def no_link(self) -> str:
        return self._translator.say(
            "Telegram isn’t giving me a payment link just now. Please try again in a minute."
        )

    def refused(self) -> str:
        return self._translator.say(
            "That didn’t work: Telegram wouldn’t change your subscription. You can do it in Telegram "
            "yourself: Settings → My Stars → your subscription. The newsroom has been told."
        )

    def unsure(self) -> str:
        return self._translator.say(
            "Telegram isn’t answering, so I can’t say whether that worked. Please try again in a minute."
        )

    def _until(self, recorded: Recorded) -> str:
        if recorded.until == FOREVER:
            return self._translator.say("You can read everything, with no end date.")
        return self._translator.say("You can read everything until {until}.", until=self._moment_of(recorded))

    def _after(self, subscription: StarSubscription | None) -> str:
        if subscription is None:
            return self._translator.say("Nothing renews by itself.")
        if subscription.state is not State.ACTIVE:
            return ""
        if self._is_awaited(subscription):
            return self._translator.say(
                "It’s being renewed, for {stars} ⭐, unless you cancel in /account.",
                stars=self._translator.number(subscription.stars),
            )
        return self._translator.say(
            "It renews on {day}, for {stars} ⭐, unless you cancel in /account.",
            day=self._day(subscription),
            stars=self._translator.number(subscription.stars),
        )

    def _still(self, change: Change) -> str:
        if change.until is None:
            return ""
        if change.until == FOREVER:
            return self._translator.say("You can read everything, with no end date.")
        return self._translator.say(
            "You can read everything until {until}.", until=self._moment(change.until)
        )

    def _moment_of(self, recorded: Recorded) -> str:
        return self._moment(recorded.until or self._conversation.now())

    def _moment(self, moment: datetime) -> str:
        return self._conversation.local_moment(self._translator, self._reader, moment)

    def _day(self, subscription: StarSubscription) -> str:
        ends = subscription.expires_at or self._conversation.now()
        return self._conversation.local_day(self._translator, self._reader, ends)

    def _is_awaited(self, subscription: StarSubscription) -> bool:
        return subscription.is_awaited(self._conversation.now())

    def _stars(self, recorded: Recorded) -> str:
        return self._translator.number(recorded.charge.stars)

    def _account(self) -> tuple[Button, ...]:
        return (Button(self._translator.plain("What I have"), action="account"),)

    def _subscribe(self) -> tuple[Button, ...]:
        return (Button(self._translator.plain("Subscribe again"), action="run:subscribe"),)

    def _renew(self) -> tuple[Button, ...]:
        return (Button(self._translator.plain("Renew again"), action="stars:renew"),)
