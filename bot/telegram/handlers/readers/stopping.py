"""/stop: end what is sent unasked, and take that back."""

from dataclasses import dataclass

from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.reader import Reader
from bot.domain.readers.typed import Meaning
from bot.i18n import N_, Translator
from bot.services.readers.readers import Readers
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.words.subscription_words import renewal, subscription_rows


@dataclass(frozen=True, slots=True)
class StoppingHandlers:
    readers: Readers
    subscriptions: Subscriptions

    def capability(self) -> Capability:
        command = Command(
            "stop",
            self.stop,
            N_("stop receiving issues"),
            where=Where.PRIVATE,
            help=Help(N_("Stop receiving issues"), order=5),
        )
        return Capability(
            commands=(command,),
            buttons=(CallbackButton("resume", self.resume),),
            words={Meaning.STOP: self.stop},
        )

    async def stop(self, conversation: Conversation) -> None:
        """/stop: send nothing unasked from now on, with a button to undo that."""
        reader, translator = await conversation.reader(), await conversation.translator()
        if not conversation.again:
            await self.readers.stop(reader.id)
        elif reader.stopped_at is None:  # she has taken it back meanwhile
            await conversation.reply(translator.say("Everything is as it was before."))
            return
        done = translator.say(
            "Done. I won’t send you anything unless you ask. Your access and your settings stay, "
            "and you can keep reading with /latest. To get issues again: /settings."
        )
        paying, rows = await self._paying(conversation, translator, reader)
        await conversation.reply(
            "\n\n".join(filter(None, (done, paying))),
            ((Button(translator.plain("Undo"), action="resume"),), *rows),
        )

    async def _paying(
        self, conversation: Conversation, translator: Translator, reader: Reader
    ) -> tuple[str, Buttons]:
        """Say to who pays that it goes on, with the button that cancels it; "" to the others."""
        now = conversation.now()
        account = await self.subscriptions.account(reader.id)
        subscription, paid = account.subscription(now), account.paid_until(now)
        if subscription is not None and subscription.renews(now):
            said = renewal(conversation, translator, reader, subscription)
            stays = translator.say("/stop doesn’t end it; the button below does.")
            return f"{said} {stays}", subscription_rows(translator, subscription)
        if paid is None:
            return "", ()
        until = conversation.local_moment(translator, reader, paid)
        return translator.say("What you paid for stays yours until {until}; nothing renews.", until=until), ()

    async def resume(self, conversation: Conversation) -> None:
        reader = await conversation.reader()
        await self.readers.resume(reader.id)
        translator = await conversation.translator()
        await conversation.answer_tap(translator.plain("Undone."))
        await conversation.edit(translator.say("Everything is as it was before."))
