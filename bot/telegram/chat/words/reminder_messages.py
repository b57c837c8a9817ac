"""Reminders as readers get them: what ends, when, and the way on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.content.gate import Access
from bot.domain.content.publication import Publication
from bot.domain.delivery.campaign import FrozenPage
from bot.domain.pages.page import Button
from bot.domain.pages.page_buttons import free_days
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way
from bot.domain.subscriptions.reminders import Cause, Reminder
from bot.i18n import LANGUAGES, N_, Translator, translator_for
from bot.telegram.api.keyboard import html_message, keyboard

ENDS = {
    Cause.TRIAL: N_("Your free trial ends on {day}."),
    Cause.OFFER: N_("The free access you got with an offer ends on {day}."),
    Cause.SUBSCRIPTION: N_("Your subscription ends on {day}. It won’t renew, because it was cancelled."),
    Cause.UNPAID: N_("Your subscription ends on {day}, because no payment for its renewal arrived."),
    Cause.ACCESS: N_("Your access ends on {day}."),
}
ENDED = {
    Cause.TRIAL: N_("Your free trial ended on {day}."),
    Cause.OFFER: N_("The free access you got with an offer ended on {day}."),
    Cause.SUBSCRIPTION: N_("Your subscription ended on {day}. It didn’t renew, because it was cancelled."),
    Cause.UNPAID: N_("Your subscription ended on {day}, because no payment for its renewal arrived."),
    Cause.ACCESS: N_("Your access ended on {day}."),
}


@dataclass(frozen=True, slots=True)
class ReminderMessages:
    """`username`: the bot's."""

    publication: Callable[[], Publication]
    username: str

    def pages(self, reminder: Reminder, cause: Cause, day: date) -> list[FrozenPage]:
        """Return the pages of a campaign of reminders: classic for all, as they are a few plain lines."""
        return [
            FrozenPage(language, access, rendering, "sendMessage", payload, keyboards=keyboards)
            for language in LANGUAGES
            for payload, keyboards in [self._message(translator_for(language), reminder, cause, day)]
            for access in Access
            for rendering in Rendering
        ]

    def title(self, reminder: Reminder, day: date) -> str:
        """Return the name of the campaign, in the publication's first language."""
        translator = translator_for(self.publication().first_language)
        if reminder is Reminder.ENDED:
            return translator.plain("Reminder: access ended on {day}", day=translator.day(day))
        return translator.plain("Reminder: access ends on {day}", day=translator.day(day))

    def _message(
        self, translator: Translator, reminder: Reminder, cause: Cause, day: date
    ) -> tuple[dict[str, Any], dict[Way, dict[str, Any]]]:
        """Return the message, and what differs by way on: whom the trial is open to is offered it as well."""
        onward = Button(translator.plain("How to keep reading"), action="onward")
        text, days = _text(translator, reminder, cause, day), self.publication().trial_days
        payload = html_message(text, ((onward,),), self.username)
        if not days:
            return payload, {}
        trial = free_days(translator, days, after=reminder is not Reminder.ENDED)
        return payload, {Way.TRIAL: {"reply_markup": keyboard(((trial,), (onward,)), self.username)}}


def _text(translator: Translator, reminder: Reminder, cause: Cause, day: date) -> str:
    """Say what ends, when and why, what is locked then, and where reminders are turned off."""
    date_of = translator.full_date(day)
    if reminder is Reminder.ENDED:
        locked = translator.say(
            "Sections marked 🔒 are locked again, in every issue. The free parts are still yours to read."
        )
        return f"{translator.say(ENDED[cause], day=date_of)} {locked}"
    locked = translator.say(
        "After that, sections marked 🔒 are locked again, in every issue. The free parts stay yours to read."
    )
    off = translator.say("Don’t want these reminders? Turn them off in /settings.")
    return f"{translator.say(ENDS[cause], day=date_of)} {locked}\n\n{off}"
