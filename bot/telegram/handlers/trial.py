"""The free trial: what it gives, its start, and what is said of it to one who had it."""

from dataclasses import dataclass

from bot.domain.gate import Access
from bot.domain.grants import FOREVER, Source
from bot.domain.page import Buttons, Place
from bot.domain.reader import Reader
from bot.domain.turning import free_days
from bot.domain.typed import Meaning
from bot.domain.ways import Way
from bot.i18n import Speech, noted
from bot.services.reading import Reading
from bot.services.subscriptions import Account, Subscriptions, Trial
from bot.telegram.access_words import current_issue, reasons, ways_on
from bot.telegram.capability import CallbackButton, Capability, Command, Where
from bot.telegram.handlers.reading import ReadingHandlers
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class TrialHandlers:
    subscriptions: Subscriptions
    reading: Reading
    pages: ReadingHandlers

    def capability(self) -> Capability:
        command = Command(
            "trial",
            self.ask,
            noted("the free trial"),
            where=Where.PRIVATE,
            offered=lambda publication: bool(publication.trial_days),
        )
        return Capability(
            commands=(command,),
            buttons=(
                CallbackButton("trial", self.begin),
                CallbackButton("trial:{days}", self.begin_promised),
                CallbackButton("trial:{days}:after", self.begin_after),
            ),
            words={Meaning.TRIAL: self.ask},
        )

    async def ask(self, talk: Talk) -> None:
        """Say what the trial gives and ask, with a button that starts it; or what is true of hers."""
        if not talk.publication.trial_days:
            await talk.follow_menu()
        await talk.say(*await self._answer(talk))

    async def begin_promised(self, talk: Talk, days: str, *, after: bool = False) -> bool:
        """Begin it by a button that names its length; False where it names none."""
        if days.isdecimal():
            await self.begin(talk, days, after=after)
        return days.isdecimal()

    async def begin_after(self, talk: Talk, days: str) -> bool:
        """Begin it by a button that says that it comes after the access there is."""
        return await self.begin_promised(talk, days, after=True)

    async def begin(self, talk: Talk, days: str | None = None, *, after: bool = False) -> None:
        """Give the trial, once per person for ever; from a lock, reading goes on at once. Where another
        length stands now than the `days` on the button, and where she has access without having been told
        that the trial comes `after` it, say so and ask. Buttons of old messages name no days.
        """
        reader, now = await talk.reader(), talk.now()
        if await self.pages.read_onward(talk):  # an old lock, and she has access: her trial is not used up
            await talk.notice()
            return
        promised = days is None or days == str(talk.publication.trial_days)
        if not promised or (reader.access(now) is Access.FULL and not after):
            await talk.notice()
            await self.ask(talk)
            return
        behind = await self._behind_lock(talk)
        result = Trial(given=False, days=0, until=None)
        if reader.full_until != FOREVER:
            result = await self.subscriptions.start_trial(reader.id, talk.publication.trial_days)
        if not result.given:
            await talk.notice()
            await self.ask(talk.anew())
            return
        voice = await talk.voice()
        await talk.notice(
            voice.plain("Your free trial has started.") if reader.access(now) is Access.PREVIEW else None
        )
        await talk.say(_given(talk, voice, reader, result), () if behind else ((current_issue(voice),),))
        if behind:
            await self.pages.open_place(talk.anew(), behind)

    async def _answer(self, talk: Talk) -> tuple[str, Buttons]:
        reader, voice, now = await talk.reader(), await talk.voice(), talk.now()
        account = await self.subscriptions.account(reader.id)
        is_open = reader.way(talk.publication.trial_days, now) is Way.TRIAL
        if is_open and account.full_until != FOREVER:
            return _terms(talk, voice, account)
        said = [] if is_open or _runs(talk, account) else [_unavailable(talk, voice, reader, account)]
        if account.full_until is not None:
            said.append(reasons(talk, voice, reader, account))
            return " ".join(said), ((current_issue(voice),),)
        text, buttons = ways_on(talk.publication, voice, reader)
        return " ".join([*said, text]).strip(), (*buttons, (current_issue(voice),))

    async def _behind_lock(self, talk: Talk) -> Place | None:
        """Where reading goes on behind the lock whose button was tapped."""
        standing = talk.standing
        return await self.reading.behind_lock(await talk.guest(), standing.message_id) if standing else None


def _given(talk: Talk, voice: Speech, reader: Reader, result: Trial) -> str:
    until = talk.local(voice, reader, result.until or FOREVER)
    if reader.access(talk.now()) is Access.FULL:
        return voice.say(
            "Your free trial is added to the access you already have: you can read everything "
            "until {until}. No card, nothing to cancel.",
            until=until,
        )
    return voice.say_n(
        "Your free trial has started: every section and the whole archive for {count} day. You can "
        "read everything until {until}. No card, nothing to cancel.",
        "Your free trial has started: every section and the whole archive for {count} days. You "
        "can read everything until {until}. No card, nothing to cancel.",
        result.days,
        until=until,
    )


def _terms(talk: Talk, voice: Speech, account: Account) -> tuple[str, Buttons]:
    days = talk.publication.trial_days
    text = voice.say_n(
        "The free trial opens everything for {count} day: every section of every issue and the whole "
        "archive. No card, nothing to cancel: it ends by itself.",
        "The free trial opens everything for {count} days: every section of every issue and the whole "
        "archive. No card, nothing to cancel: it ends by itself.",
        days,
    )
    if account.full_until is not None:
        text = f"{text} {voice.say('It starts when the access you have now ends.')}"
    return text, ((free_days(voice, days, after=account.full_until is not None),),)


def _runs(talk: Talk, account: Account) -> bool:
    return any(one.source == Source.TRIAL for one in account.running(talk.now()))


def _unavailable(talk: Talk, voice: Speech, reader: Reader, account: Account) -> str:
    if reader.trial_at is None:
        return voice.say("There’s no free trial at the moment.")
    had = account.trial()
    start, end = (
        (talk.local_day(voice, reader, moment) for moment in (had.starts, had.ends)) if had else ("", "")
    )
    if start == end:  # it was taken back before it gave a day
        return voice.say("You’ve used your free trial (one per person).")
    return voice.say("You had your free trial from {start} to {end} (one per person).", start=start, end=end)
