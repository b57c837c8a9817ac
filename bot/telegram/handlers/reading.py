"""Opening issues: the current one, its sections, any page by a button or a link."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.front import label
from bot.domain.gate import Access
from bot.domain.moments import comes_at
from bot.domain.page import Button, Buttons, Place
from bot.domain.schedule import next_release
from bot.domain.skipping import skipped_words
from bot.domain.typed import Meaning
from bot.i18n import noted
from bot.services.reading import Contents, Opened, Reading
from bot.telegram.capability import CallbackButton, Capability, Command
from bot.telegram.keyboard import link
from bot.telegram.menu import Help
from bot.telegram.showing import Showing
from bot.telegram.talk import Talk

MOST_LISTED = 90
"""Telegram takes 100 buttons a message; sections beyond are found by name, or by turning pages."""

_IN_PRIVATE = noted(
    "This section opens in a private chat with me: there anyone can read what’s free, and subscribers "
    "can read it all."
)

_PAYLOAD = re.compile(r"i_(\d{4}-\d{2}-\d{2})(?:_([a-z][a-z0-9_]{0,31}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadingHandlers:
    reading: Reading
    showing: Showing

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command("latest", self.latest, noted("this week’s issue"), help=Help()),
                Command(
                    "topstory", self.topstory, noted("the top story"), help=Help(noted("Top story"), order=1)
                ),
                Command("sections", self.sections, noted("the sections of this issue"), help=Help()),
                Command("start", self.start, noted("start"), in_menus=False),
            ),
            buttons=(
                CallbackButton("latest", self.tap_latest),
                CallbackButton("all:{date}", self.read_all),
            ),
            words={Meaning.LATEST: self.latest, Meaning.SECTIONS: self.sections},
        )

    async def start(self, talk: Talk) -> None:
        """Greet whoever comes, and show the page she came for, or the current issue."""
        guest = await talk.guest()
        reader = guest.reader
        await talk.follow_menu()
        place = _place_in(talk.words)
        linked = await self.reading.open(guest, place) if place else None
        opened = linked or await self.reading.open(guest)
        if linked is None or guest.new or talk.again:
            tells = (
                opened is not None and not opened.page.place.section
            )  # a front page says the tagline itself
            await talk.say(
                *await self._welcome(talk, stopped=reader.stopped_at is not None, tagline=not tells)
            )
        await _show(talk, opened)

    async def latest(self, talk: Talk) -> None:
        """Show the current issue; where none comes on the next push day, say first when one does."""
        if skipped := await self._skipped(talk):
            await talk.say(skipped)
        await _show(talk, await self.reading.open(await talk.guest()))

    async def tap_latest(self, talk: Talk) -> None:
        await talk.notice()
        await self.latest(talk)

    async def topstory(self, talk: Talk) -> None:
        contents = await self.reading.contents(await talk.guest())
        if contents is None:
            await no_issue(talk)
            return
        await self.open_place(talk, Place(contents.date, contents.sections[0][0]))

    async def sections(self, talk: Talk) -> None:
        contents = await self.reading.contents(await talk.guest())
        if contents is None:
            await no_issue(talk)
            return
        voice = await talk.voice()
        head = voice.say("<b>In this issue</b> ({date})", date=voice.day(contents.date))
        await talk.say(head, listing(contents))

    async def turn(self, talk: Talk, place: Place, *, anew: bool) -> None:
        """Turn a page by its button, or open it `anew`; access is asked again, whatever the button says."""
        opened = await self.reading.open(await talk.guest(), place)
        voice = await talk.voice()
        if opened is None:
            await talk.notice(voice.plain("This page is gone. /latest opens the current issue."), alert=True)
        elif _hidden(talk, opened):
            await talk.notice(opens=opened.page.place)
        else:
            await talk.notice()
            await (talk.show(opened) if anew else talk.turn(opened))

    async def read_all(self, talk: Talk, day: date) -> None:
        """Send the whole issue, as far as this reader may read it."""
        pages = await self.reading.whole(await talk.guest(), day) if talk.visitor.private else []
        voice = await talk.voice()
        if not pages:
            await talk.notice(voice.plain("This page is gone. /latest opens the current issue."), alert=True)
            return
        await talk.notice()
        for opened in pages:
            await talk.show(opened)
            if self.showing.refused(opened):
                return  # the classic front page was shown instead; once is enough

    async def _welcome(self, talk: Talk, *, stopped: bool, tagline: bool) -> tuple[str, Buttons]:
        voice, publication = await talk.voice(), talk.publication
        name = publication.name_in(voice.language)
        line = publication.tagline_in(voice.language).rstrip(".") if tagline else ""
        what = voice.say("<b>{name}</b>: {tagline}.", name=name, tagline=line)
        comes = voice.say(
            "A new issue comes out every {day} at {hour} ({place}).",
            day=voice.weekday(publication.push_day),
            hour=voice.clock_time(publication.push_hour),
            place=voice.place(str(publication.zone)),
        )
        text = f"{what if line else voice.say('<b>{name}</b>.', name=name)} {comes}"
        if skipped := await self._skipped(talk):
            text = f"{text}\n{skipped}"
        if talk.is_admin and (day := await self.reading.unpushed()) is not None:
            old = voice.say(
                "For admins: issues up to {day} were out before I first ran. I’m not sending them to "
                "anyone; readers find them with /start.",
                day=voice.day(day),
            )
            text = f"{text}\n\n{old}"
        if not stopped:
            return text, ()
        nothing = voice.say("You asked me to stop, so I’m not sending it.")
        return f"{text}\n{nothing}", ((Button(voice.plain("Send me issues again"), action="resume"),),)

    async def read_onward(self, talk: Talk) -> bool:
        """Open what is behind the lock that was tapped; False for one who still has no access."""
        guest, standing = await talk.guest(), talk.standing
        if standing is None or guest.access(talk.now()) is Access.PREVIEW:
            return False
        behind = await self.reading.behind_lock(guest, standing.message_id)
        if behind is not None:
            await self.open_place(talk, behind)
        return behind is not None

    async def open_place(self, talk: Talk, place: Place) -> None:
        await _show(talk, await self.reading.open(await talk.guest(), place))

    async def _skipped(self, talk: Talk) -> str:
        """Say when the next issue comes, where none does on the next push day; else nothing."""
        skipped = self.reading.skipped()
        return (
            skipped_words(await talk.voice(), skipped, await _coming(talk, skipped.then)) if skipped else ""
        )


async def _show(talk: Talk, opened: Opened | None) -> None:
    if opened is None:
        await no_issue(talk)
    elif _hidden(talk, opened):
        voice = await talk.voice()
        address = link(talk.username, opened.page.place)
        button = Button(voice.plain("Open in private"), url=address)
        await talk.say(voice.say(_IN_PRIVATE), ((button,),))
    else:
        await talk.show(opened)


def _hidden(talk: Talk, opened: Opened) -> bool:
    """In a group, a page that ends at a lock is not shown: it is read in private."""
    return not talk.visitor.private and opened.page.locked


async def no_issue(talk: Talk) -> None:
    voice = await talk.voice()
    publication = talk.publication
    then = await _coming(talk, next_release(publication, talk.now()))
    await talk.say(voice.say("There’s no issue to read yet. The first one is due on {moment}.", moment=then))


async def _coming(talk: Talk, day: date) -> str:
    """Say when the issue of `day` comes to whoever asks."""
    reader = await talk.reader()
    return talk.local(await talk.voice(), reader, comes_at(talk.publication, day, reader))


def listing(contents: Contents) -> Buttons:
    return tuple(
        (Button(label(section_id, kicker, headline, locked=locked), place=Place(contents.date, section_id)),)
        for section_id, kicker, headline, locked in contents.sections[:MOST_LISTED]
    )


def _place_in(payload: str) -> Place | None:
    """Read a deep link's payload; None for one that is not ours."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    try:
        return Place(date.fromisoformat(match[1]), match[2] or "")
    except ValueError:
        return None
