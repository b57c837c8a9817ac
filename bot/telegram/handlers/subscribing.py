"""What people ask of a subscription in their own words: its price, and how to cancel."""

from dataclasses import dataclass

from bot.domain.grants import FOREVER
from bot.domain.page import Button
from bot.domain.turning import free_days
from bot.domain.typed import Meaning
from bot.domain.ways import Way
from bot.i18n import Speech
from bot.services.subscriptions import Subscriptions
from bot.telegram.access_words import current_issue, offer, questions, reasons, ways_on
from bot.telegram.capability import CallbackButton, Capability
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class SubscribingHandlers:
    subscriptions: Subscriptions

    def capability(self) -> Capability:
        return Capability(
            buttons=(CallbackButton("cancel:{what}", self.press),),
            words={Meaning.PRICE: self.price, Meaning.CANCEL: cancel},
        )

    async def price(self, talk: Talk) -> None:
        """Say what costs nothing, offer the trial to whom it is open, say what comes after the access that
        ends, that the price is not known here, and where access is to be had.
        """
        reader, voice, publication = await talk.reader(), await talk.voice(), talk.publication
        account = await self.subscriptions.account(reader.id)
        is_open = reader.way(publication.trial_days, talk.now()) is Way.TRIAL
        text, rows = ways_on(publication, voice, reader, later=account.full_until is not None or is_open)
        text = f"{voice.say('I don’t know what a subscription costs.')} {text}".strip()
        if account.full_until == FOREVER:
            said = [
                reasons(talk, voice, reader, account),
                questions(voice, publication.contact_in(voice.language)),
            ]
            rows = ((current_issue(voice),), *rows)
        elif account.full_until is not None:
            said = [f"{reasons(talk, voice, reader, account)} {_afterwards(voice)}", text]
            rows = ((current_issue(voice),), *rows)
        elif is_open:
            said = [_free(voice), offer(voice, publication.trial_days), text]
            rows = ((free_days(voice, publication.trial_days),), *rows)
        else:
            said = [_free(voice), text]
            rows = rows or ((current_issue(voice),),)
        await talk.say("\n\n".join(filter(None, said)), rows)

    async def press(self, talk: Talk, what: str) -> bool:
        """Answer a tap on what was asked; False for what is no answer."""
        if what not in {"access", "nothing"}:
            return False
        await talk.notice()
        voice = await talk.voice()
        if what == "nothing":
            await talk.restate(voice.say("Nothing was cancelled: everything stays as it is."))
            return True
        reader = await talk.reader()
        account = await self.subscriptions.account(reader.id)
        free = voice.say(
            "There’s nothing to cancel: I don’t have your card details, and nothing renews by itself."
        )
        await talk.restate(f"{free}\n\n{reasons(talk, voice, reader, account)}", ((current_issue(voice),),))
        return True


def _free(voice: Speech) -> str:
    return voice.say("The free part of every issue costs nothing. Sections marked 🔒 are for subscribers.")


def _afterwards(voice: Speech) -> str:
    return voice.say("After that you keep reading the free part of every issue, which costs nothing.")


async def cancel(talk: Talk) -> None:
    """Ask what is to be cancelled: nothing is, before the tap."""
    reader, voice = await talk.reader(), await talk.voice()
    letters = Button(voice.plain("Stop sending me issues"), action="run:stop")
    if reader.stopped_at is not None:
        letters = Button(voice.plain("Send me issues again"), action="resume")
    access = Button(voice.plain("My trial or subscription"), action="cancel:access")
    nothing = Button(voice.plain("Cancel nothing"), action="cancel:nothing")
    await talk.say(voice.say("What would you like to cancel?"), ((letters,), (access,), (nothing,)))
