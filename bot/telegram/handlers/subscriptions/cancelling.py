"""“Cancel”: which of the things that one may cancel is meant."""

from dataclasses import dataclass

from bot.domain.pages.page import Button
from bot.domain.readers.typed import Meaning
from bot.domain.subscriptions.star_subscription import State
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.chat.capability import CallbackButton, Capability
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.access_words import current_issue, reasons
from bot.telegram.chat.words.subscription_words import subscription_rows, what_then


@dataclass(frozen=True, slots=True)
class CancellingHandlers:
    subscriptions: Subscriptions

    def capability(self) -> Capability:
        return Capability(
            buttons=(CallbackButton("cancel:{what}", self.press),), words={Meaning.CANCEL: cancel}
        )

    async def press(self, conversation: Conversation, what: str) -> bool:
        """Handle the answer to `cancel`'s question; False for unknown data."""
        if what not in {"access", "nothing"}:
            return False
        await conversation.answer_tap()
        translator = await conversation.translator()
        if what == "nothing":
            await conversation.edit(translator.say("Nothing was cancelled: everything stays as it is."))
        else:
            await self._access(conversation)
        return True

    async def _access(self, conversation: Conversation) -> None:
        """Say that there is nothing to cancel; to who subscribes, when it renews, with the button to it."""
        reader, translator = await conversation.reader(), await conversation.translator()
        held = await self.subscriptions.account(reader.id)
        has = reasons(conversation, translator, reader, held)
        subscription = held.subscription(conversation.now())
        if subscription is not None and subscription.state is State.ACTIVE:
            then = what_then(conversation, translator, reader, held)
            await conversation.edit(f"{has} {then}".strip(), subscription_rows(translator, subscription))
            return
        free = translator.say(
            "There’s nothing to cancel: I don’t have your card details, and nothing renews by itself."
        )
        await conversation.edit(f"{free}\n\n{has}", ((current_issue(translator),),))


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
