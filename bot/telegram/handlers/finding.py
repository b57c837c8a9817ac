"""Finding older issues: by month, by words."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.domain.gate import Access
from bot.domain.page import Button, Place
from bot.domain.reader import Guest
from bot.domain.rendering.classic import written
from bot.domain.sentences import shorten
from bot.domain.typed import Meaning
from bot.domain.ways import Way
from bot.i18n import Speech, capital, isolated, noted, speech
from bot.services.reading import Reading
from bot.services.search import Hit
from bot.telegram.capability import CallbackButton, Capability, Command, MessageHook, Where
from bot.telegram.keyboard import LABEL
from bot.telegram.menu import Help
from bot.telegram.talk import WORDS_LENGTH, Talk

_SNIPPET = 250
"""UTF-16 units that a hit may take, so that all of them fit into one message."""

_QUESTION = noted("What are you looking for? Answer this message with a few words.")


@dataclass(frozen=True, slots=True)
class FindingHandlers:
    reading: Reading

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command("archive", self.archive, noted("all issues, by month"), help=Help()),
                Command("search", self.search, noted("search all issues, as in /search river"), help=Help()),
            ),
            buttons=(CallbackButton("month:{date}", self.month, where=Where.ANYWHERE),),
            words={Meaning.ARCHIVE: self.archive, Meaning.SEARCH: self.search},
            messages=(MessageHook(self.takes),),
        )

    async def archive(self, talk: Talk) -> None:
        """List the months that have issues; a month opens its issues."""
        months = self._months(await talk.guest())
        voice = await talk.voice()
        if not months:
            await talk.say(voice.say("The archive is empty: no issue is out yet."))
            return
        await talk.say(*self._month(await talk.guest(), months[0]))

    async def month(self, talk: Talk, first: date) -> None:
        """Show another month in the message whose button was tapped."""
        voice = await talk.voice()
        if first not in self._months(await talk.guest()):
            await talk.notice(voice.plain("There are no issues from that month."))
            return
        await talk.notice()
        await talk.restate(*self._month(await talk.guest(), first))

    async def search(self, talk: Talk) -> None:
        voice = await talk.voice()
        if not talk.words:
            await talk.ask(_QUESTION)
            return
        guest = await talk.guest()
        hits = await self.reading.search(guest, talk.words)
        if not hits:
            await talk.say(_nothing(talk, voice, guest))
            return
        title = voice.say_n(
            "<b>{count} result</b> for “{words}”",
            "<b>{count} results</b> for “{words}”",
            len(hits),
            words=talk.words,
        )
        lines = [_line(voice, number, hit) for number, hit in enumerate(hits, 1)]
        buttons = tuple((_opener(voice, number, hit),) for number, hit in enumerate(hits, 1))
        await talk.say("\n\n".join([title, *lines]), buttons, protect=any(hit.paid for hit in hits))

    async def takes(self, talk: Talk) -> bool:
        """Search for what answers the question what to search for; False for anything else."""
        if not talk.text or not talk.replies_to(_QUESTION):
            return False
        talk.words = talk.text.strip()[:WORDS_LENGTH]
        await self.search(talk)
        return True

    def _months(self, guest: Guest) -> list[date]:
        return [first for first, _ in groupby(day.replace(day=1) for day in self.reading.dates(guest))]

    def _month(self, guest: Guest, first: date) -> tuple[str, tuple[tuple[Button, ...], ...]]:
        reading, voice = self.reading, speech(guest.reader.language)
        issues = [day for day in reading.dates(guest) if day.replace(day=1) == first]
        rows = [(Button(self._label(voice, day), opens=Place(day)),) for day in issues]
        text = voice.say("<b>Archive: {month}</b>", month=voice.month(first))
        return text, (*rows, *self._turns(guest, voice, first))

    def _label(self, voice: Speech, day: date) -> str:
        """Name an issue; only admins meet one that is not out yet, and see that of it."""
        waits = "" if self.reading.is_out(day) else "⏳ "
        title = self.reading.title(day, voice.language)
        return shorten(f"{waits}{voice.short_day(day)} · {title}", LABEL)

    def _turns(self, guest: Guest, voice: Speech, first: date) -> list[tuple[Button, ...]]:
        months = self._months(guest)
        at = months.index(first)
        older = [
            Button(f"◀ {capital(voice.month(one))}", action=f"month:{one}") for one in months[at + 1 : at + 2]
        ]
        newer = [
            Button(f"{capital(voice.month(one))} ▶", action=f"month:{one}")
            for one in months[max(0, at - 1) : at]
        ]
        return [(*older, *newer)] if older or newer else []


def _nothing(talk: Talk, voice: Speech, guest: Guest) -> str:
    """Say in what nothing was found: the same of every word, or it would tell what paid texts hold."""
    if not guest.private:
        return voice.say(
            "I found nothing for “{words}” in what everyone can read. In private I also search "
            "everything you can read.",
            words=talk.words,
        )
    now, days = talk.now(), talk.publication.trial_days
    if guest.access(now) is Access.PREVIEW:
        nothing = voice.say("I found nothing for “{words}” in what you can read.", words=talk.words)
        return f"{nothing} {_more(voice, guest.way(days, now), days)}"
    return voice.say("I found nothing for “{words}”. Try fewer words, or others.", words=talk.words)


def _more(voice: Speech, way: Way, trial_days: int) -> str:
    """Say what would be searched with access."""
    match way:
        case Way.TRIAL:
            return voice.say_n(
                "With the free trial ({count} day) I search paid texts too: /trial.",
                "With the free trial ({count} days) I search paid texts too: /trial.",
                trial_days,
            )
        case Way.LAPSED:
            return voice.say("With access I search paid texts too; /account says how to keep reading.")
        case Way.NONE:
            return voice.say("With access I search paid texts too.")


def _line(voice: Speech, number: int, hit: Hit) -> str:
    """Say what a hit holds, its headline first where that is what was found."""
    parts = (hit.headline if hit.by_heading else None, None if hit.locked else hit.snippet)
    snippet = written(shorten(" · ".join(filter(None, parts)), _SNIPPET))
    if hit.locked:
        snippet = f"🔒 {snippet}"
    return voice.say("<b>{number}.</b> {snippet}", number=number, snippet=snippet)


def _opener(voice: Speech, number: int, hit: Hit) -> Button:
    """Name a hit as far as a button holds it; its date always stands there."""
    lock, day = "🔒 " if hit.locked else "", voice.short_day(hit.date)
    room = LABEL - len(f"{number}.   · {day}") - 2 * len(lock)
    label = f"{number}. {lock}{isolated(shorten(hit.headline, room))} · {day}"
    return Button(label, opens=Place(hit.date, hit.section, hit.number, hit.at))
