"""/mydata and /deleteme: what is kept of a reader, shown and deleted."""

import json
from dataclasses import dataclass

from bot.domain.delivery.outcome import Sent
from bot.domain.pages.page import Button
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.i18n import N_, Translator
from bot.services.operations.personal_data import BeingSentError, PersonalData
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from bot.telegram.api.files import File
from bot.telegram.api.stars import Stars
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation

FILE = "mydata.json"


@dataclass(frozen=True, slots=True)
class OwnDataHandlers:
    data: PersonalData
    subscriptions: StarSubscriptions
    stars: Stars

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command(
                    "mydata",
                    self.show,
                    N_("everything I keep about you"),
                    where=Where.PRIVATE,
                    in_menus=False,
                ),
                Command(
                    "deleteme",
                    self.ask,
                    N_("delete everything about you"),
                    where=Where.PRIVATE,
                    in_menus=False,
                ),
            ),
            buttons=(
                CallbackButton("mydata", self.tap_show),
                CallbackButton("deleteme", self.tap_ask),
                CallbackButton("deleteme:{since}", self.delete),
            ),
        )

    async def show(self, conversation: Conversation) -> None:
        """/mydata: send all that is kept of her as a JSON file."""
        reader, translator = await conversation.reader(), await conversation.translator()
        text = json.dumps(await self.data.of(reader.id), ensure_ascii=False, indent=2)
        caption = translator.say(
            "Everything I keep about you. /privacy says why and for how long; /deleteme deletes it."
        )
        await conversation.attach(File(FILE, text.encode(), "application/json"), caption)

    async def tap_show(self, conversation: Conversation) -> None:
        await conversation.answer_tap()
        await self.show(conversation)

    async def ask(self, conversation: Conversation) -> None:
        """/deleteme: say what goes, what stays and why, and ask once."""
        reader, translator = await conversation.reader(), await conversation.translator()
        since = await self.data.since(reader.id)
        said = [_what_goes(translator), *await self._losses(conversation, reader, translator)]
        delete = Button(
            translator.plain("Delete everything about me"),
            action=f"deleteme:{int(since.timestamp()) if since else 0}",
        )
        keep = Button(translator.plain("Keep everything"), action="deleteme:no")
        await conversation.reply("\n\n".join([*said, _what_stays(translator)]), ((delete,), (keep,)))

    async def tap_ask(self, conversation: Conversation) -> None:
        await conversation.answer_tap()
        await self.ask(conversation)

    async def delete(self, conversation: Conversation, since: str) -> bool:
        """Delete her, if the button is of this time here: `since` is when she started, in Unix seconds.

        A subscription that renews is cancelled first; where that fails, nothing is deleted. False for unknown
        data.
        """
        if since != "no" and not since.isdecimal():
            return False
        await conversation.answer_tap()
        reader, translator = await conversation.reader(), await conversation.translator()
        started = await self.data.since(reader.id)
        if since == "no":
            await conversation.edit(translator.say("Nothing was deleted."))
        elif started is None or int(started.timestamp()) != int(since):
            await conversation.edit(
                translator.say("This button is from before you started again. Nothing was deleted: /deleteme")
            )
        else:
            await self._delete(conversation, reader, translator)
        return True

    async def _delete(self, conversation: Conversation, reader: Reader, translator: Translator) -> None:
        renewing = await self.subscriptions.renewing(reader.id)
        if not all([await self._cancel(subscription) for subscription in renewing]):
            await conversation.edit(
                translator.say(
                    "Telegram didn’t cancel your subscription, so nothing was deleted. Try again in a "
                    "minute, or cancel it in Telegram (Settings, My Stars) and then write /deleteme again."
                )
            )
            return
        try:
            await self.data.delete(reader.id)
        except BeingSentError:
            await conversation.edit(
                translator.say(
                    "Something is on its way to you right now, so nothing was deleted yet. Try again in a "
                    "minute: /deleteme"
                )
            )
            return
        await conversation.edit(
            translator.say(
                "Done. I’ve deleted everything about you, and I won’t write to you again. If you write to "
                "me, you start over as a new reader."
            )
        )

    async def _cancel(self, running: StarSubscription) -> bool:
        if running.first_charge_id is None:
            return False
        outcome = await self.stars.set_cancelled(running.reader_id, running.first_charge_id, cancelled=True)
        if not isinstance(outcome, Sent):
            return False
        await self.subscriptions.hear(running.reader_id, running.payload, State.CANCELLED, CancelledBy.BOT)
        return True

    async def _losses(self, conversation: Conversation, reader: Reader, translator: Translator) -> list[str]:
        """Say what she has now and loses by it."""
        losses = []
        if await self.subscriptions.renewing(reader.id):
            losses.append(
                translator.say(
                    "Your subscription in Telegram is cancelled first, so you won’t be charged again. What "
                    "you have paid isn’t given back; for a refund, write /paysupport before you delete "
                    "anything."
                )
            )
        if reader.full_until == FOREVER:
            losses.append(translator.say("⚠️ You’d lose your access, which has no end date."))
        elif reader.full_until is not None and reader.full_until > conversation.now():
            until = conversation.local_moment(translator, reader, reader.full_until)
            losses.append(translator.say("⚠️ You’d lose your access, which runs until {until}.", until=until))
        return losses


def _what_goes(translator: Translator) -> str:
    return translator.say(
        "<b>What I’d delete:</b> your settings, your access, the pages you have open, which issues I’ve sent "
        "you, what you wrote to the newsroom and its answers, and what you’ve written to me."
    )


def _what_stays(translator: Translator) -> str:
    return translator.say(
        "<b>What stays:</b> payments, without your ID, because the books must add up; that somebody has had "
        "the free trial or an offer, as a code that leads to you only if you come back, so that nobody has "
        "it twice; the newsroom’s log of what its admins did; this request, for two days; and the messages "
        "that are already in chats, yours and the newsroom’s. In yours you can delete them yourself."
    )
