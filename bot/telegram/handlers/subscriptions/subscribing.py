"""Answers questions about a subscription: its price, and how to cancel."""

from dataclasses import dataclass

from bot.domain.pages.page import Button
from bot.domain.pages.page_buttons import free_days
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.typed import Meaning
from bot.domain.readers.ways import Way
from bot.i18n import Translator
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.chat.access_words import current_issue, offer, questions, reasons, ways_on
from bot.telegram.chat.capability import CallbackButton, Capability
from bot.telegram.chat.conversation import Conversation


@dataclass(frozen=True, slots=True)
class SubscribingHandlers:
    subscriptions: Subscriptions

    def capability(self) -> Capability:
        return Capability(
            buttons=(CallbackButton("cancel:{what}", self.press),),
            words={Meaning.PRICE: self.price, Meaning.CANCEL: cancel},
        )

    async def price(self, conversation: Conversation) -> None:
        """Say what costs nothing, that the price is not known here, and where access is to be had.

        The trial is offered to whom it is open. To a reader with access it is said until when.
        """
        reader, translator, publication = (
            await conversation.reader(),
            await conversation.translator(),
            conversation.publication,
        )
        account = await self.subscriptions.account(reader.id)
        is_open = reader.way(publication.trial_days, conversation.now()) is Way.TRIAL
        text, rows = ways_on(publication, translator, reader, later=account.full_until is not None or is_open)
        text = f"{translator.say('I don’t know what a subscription costs.')} {text}".strip()
        if account.full_until == FOREVER:
            said = [
                reasons(conversation, translator, reader, account),
                questions(translator, publication.contact_in(translator.language)),
            ]
            rows = ((current_issue(translator),), *rows)
        elif account.full_until is not None:
            said = [f"{reasons(conversation, translator, reader, account)} {_afterwards(translator)}", text]
            rows = ((current_issue(translator),), *rows)
        elif is_open:
            said = [_free(translator), offer(translator, publication.trial_days), text]
            rows = ((free_days(translator, publication.trial_days),), *rows)
        else:
            said = [_free(translator), text]
            rows = rows or ((current_issue(translator),),)
        await conversation.reply("\n\n".join(filter(None, said)), rows)

    async def press(self, conversation: Conversation, what: str) -> bool:
        """Handle the answer to `cancel`'s question; False for unknown data."""
        if what not in {"access", "nothing"}:
            return False
        await conversation.answer_tap()
        translator = await conversation.translator()
        if what == "nothing":
            await conversation.edit(translator.say("Nothing was cancelled: everything stays as it is."))
            return True
        reader = await conversation.reader()
        account = await self.subscriptions.account(reader.id)
        free = translator.say(
            "There’s nothing to cancel: I don’t have your card details, and nothing renews by itself."
        )
        await conversation.edit(
            f"{free}\n\n{reasons(conversation, translator, reader, account)}", ((current_issue(translator),),)
        )
        return True


def _free(translator: Translator) -> str:
    return translator.say(
        "The free part of every issue costs nothing. Sections marked 🔒 are for subscribers."
    )


def _afterwards(translator: Translator) -> str:
    return translator.say("After that you keep reading the free part of every issue, which costs nothing.")


async def cancel(conversation: Conversation) -> None:
    """Ask what is to be cancelled. Nothing is cancelled before a button is tapped."""
    reader, translator = await conversation.reader(), await conversation.translator()
    letters = Button(translator.plain("Stop sending me issues"), action="run:stop")
    if reader.stopped_at is not None:
        letters = Button(translator.plain("Send me issues again"), action="resume")
    access = Button(translator.plain("My trial or subscription"), action="cancel:access")
    nothing = Button(translator.plain("Cancel nothing"), action="cancel:nothing")
    await conversation.reply(
        translator.say("What would you like to cancel?"), ((letters,), (access,), (nothing,))
    )
