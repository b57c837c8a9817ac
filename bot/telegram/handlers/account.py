"""/account: what a reader may read, and how she goes on."""

from dataclasses import dataclass

from bot.domain.grants import FOREVER
from bot.domain.page import Button, Buttons
from bot.domain.publication import Publication
from bot.domain.reader import Reader
from bot.domain.turning import free_days
from bot.domain.ways import Way
from bot.i18n import Speech, noted
from bot.services.subscriptions import Subscriptions
from bot.telegram.access_words import (
    current_issue,
    offer,
    questions,
    reasons,
    ways_on,
)
from bot.telegram.capability import CallbackButton, Capability, Command, Where
from bot.telegram.handlers.reading import ReadingHandlers
from bot.telegram.menu import Help
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class AccountHandlers:
    subscriptions: Subscriptions
    pages: ReadingHandlers

    def capability(self) -> Capability:
        about = noted("what you can read, and until when")
        return Capability(
            commands=(Command("account", self.account, about, where=Where.PRIVATE, help=Help()),),
            buttons=(
                CallbackButton("account", self.tap_account),
                CallbackButton("onward", self.tap_onward),
            ),
        )

    async def account(self, talk: Talk) -> None:
        """Say what the reader may read, why and until when, and what she can do now."""
        reader, voice, publication = await talk.reader(), await talk.voice(), talk.publication
        held = await self.subscriptions.account(reader.id)
        way = reader.way(publication.trial_days, talk.now())
        text, rows = reasons(talk, voice, reader, held), _doing(voice)
        more, ways = ways_on(publication, voice, reader, later=way is Way.TRIAL)
        if held.full_until is None and way is Way.TRIAL:
            text += "\n\n" + offer(voice, publication.trial_days)
            rows = ((free_days(voice, publication.trial_days),), *rows)
        elif held.full_until not in (None, FOREVER) and way is Way.TRIAL:
            text += "\n\n" + _still_open(voice, publication.trial_days)
        asks = held.full_until is None and more != ""
        tail = more if asks else _id(voice, reader, publication)
        await talk.say(f"{text}\n\n{tail}", (*rows, *ways))

    async def tap_account(self, talk: Talk) -> None:
        await talk.notice()
        await self.account(talk)

    async def tap_onward(self, talk: Talk) -> None:
        """Read on behind the lock that was tapped; say what she may read where she still has no access."""
        await talk.notice()
        if not await self.pages.read_onward(talk):
            await self.account(talk)


def _doing(voice: Speech) -> Buttons:
    return ((current_issue(voice), Button(voice.plain("Settings"), action="run:settings")),)


def _still_open(voice: Speech, days: int) -> str:
    return voice.say_n(
        "You can still use your free trial of {count} day: /trial",
        "You can still use your free trial of {count} days: /trial",
        days,
    )


def _id(voice: Speech, reader: Reader, publication: Publication) -> str:
    own = voice.say("Your Telegram ID, in case you need to write to us: <code>{id}</code>", id=reader.id)
    return f"{questions(voice, publication.contact_in(voice.language))}\n{own}".strip()
