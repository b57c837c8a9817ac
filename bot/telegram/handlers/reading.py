"""Opening issues: the current one, its sections, any page by a button or a link."""

import re
from datetime import date

from bot.domain.front import label
from bot.domain.gate import Access
from bot.domain.moments import comes_at
from bot.domain.page import Button, Buttons, Place
from bot.domain.schedule import next_release
from bot.domain.skipping import skipped_words
from bot.i18n import noted
from bot.services.reading import Contents, Opened
from bot.telegram.keyboard import link
from bot.telegram.talk import Talk

MOST_LISTED = 90
"""Telegram takes 100 buttons a message; sections beyond are found by name, or by turning pages."""

_IN_PRIVATE = noted(
    "This section opens in a private chat with me: there anyone can read what’s free, and subscribers "
    "can read it all."
)

_PAYLOAD = re.compile(r"i_(\d{4}-\d{2}-\d{2})(?:_([a-z][a-z0-9_]{0,31}))?", re.ASCII)


async def start(talk: Talk) -> None:
    """Greet whoever comes, and show the page she came for, or the current issue."""
    guest = await talk.guest()
    reader = guest.reader
    await talk.follow_menu()
    place = _place_in(talk.words)
    linked = await talk.desk.reading.open(guest, place) if place else None
    opened = linked or await talk.desk.reading.open(guest)
    if linked is None or guest.new or talk.again:
        tells = opened is not None and not opened.page.place.section  # a front page says the tagline itself
        await talk.say(*await _welcome(talk, stopped=reader.stopped_at is not None, tagline=not tells))
    await _show(talk, opened)


async def latest(talk: Talk) -> None:
    """Show the current issue; where none comes on the next push day, say first when one does."""
    if skipped := await _skipped(talk):
        await talk.say(skipped)
    await _show(talk, await talk.desk.reading.open(await talk.guest()))


async def topstory(talk: Talk) -> None:
    contents = await talk.desk.reading.contents(await talk.guest())
    if contents is None:
        await no_issue(talk)
        return
    await open_place(talk, Place(contents.date, contents.sections[0][0]))


async def sections(talk: Talk) -> None:
    contents = await talk.desk.reading.contents(await talk.guest())
    if contents is None:
        await no_issue(talk)
        return
    voice = await talk.voice()
    head = voice.say("<b>In this issue</b> ({date})", date=voice.day(contents.date))
    await talk.say(head, listing(contents))


async def turn(talk: Talk, place: Place, *, anew: bool) -> None:
    """Turn a page by its button, or open it `anew`; access is asked again, whatever the button says."""
    opened = await talk.desk.reading.open(await talk.guest(), place)
    voice = await talk.voice()
    if opened is None:
        await talk.notice(voice.plain("This page is gone. /latest opens the current issue."), alert=True)
    elif _hidden(talk, opened):
        await talk.notice(opens=opened.page.place)
    else:
        await talk.notice()
        await (talk.show(opened) if anew else talk.turn(opened))


async def read_all(talk: Talk, day: date) -> None:
    """Send the whole issue, as far as this reader may read it."""
    pages = await talk.desk.reading.whole(await talk.guest(), day) if talk.visitor.private else []
    voice = await talk.voice()
    if not pages:
        await talk.notice(voice.plain("This page is gone. /latest opens the current issue."), alert=True)
        return
    await talk.notice()
    for opened in pages:
        await talk.show(opened)
        if talk.desk.showing.refused(opened):
            return  # the classic front page was shown instead; once is enough


async def _welcome(talk: Talk, *, stopped: bool, tagline: bool) -> tuple[str, Buttons]:
    voice, publication = await talk.voice(), talk.desk.publication
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
    if skipped := await _skipped(talk):
        text = f"{text}\n{skipped}"
    if talk.is_admin and (day := await talk.desk.reading.unpushed()) is not None:
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


async def read_onward(talk: Talk) -> bool:
    """Open what is behind the lock that was tapped; False for one who still has no access."""
    guest, standing = await talk.guest(), talk.standing
    if standing is None or guest.access(talk.desk.clock.now()) is Access.PREVIEW:
        return False
    behind = await talk.desk.reading.behind_lock(guest, standing.message_id)
    if behind is not None:
        await open_place(talk, behind)
    return behind is not None


async def open_place(talk: Talk, place: Place) -> None:
    await _show(talk, await talk.desk.reading.open(await talk.guest(), place))


async def _show(talk: Talk, opened: Opened | None) -> None:
    if opened is None:
        await no_issue(talk)
    elif _hidden(talk, opened):
        voice = await talk.voice()
        address = link(talk.desk.username, opened.page.place)
        button = Button(voice.plain("Open in private"), url=address)
        await talk.say(voice.say(_IN_PRIVATE), ((button,),))
    else:
        await talk.show(opened)


def _hidden(talk: Talk, opened: Opened) -> bool:
    """In a group, a page that ends at a lock is not shown: it is read in private."""
    return not talk.visitor.private and opened.page.locked


async def no_issue(talk: Talk) -> None:
    voice = await talk.voice()
    publication = talk.desk.publication
    then = await _coming(talk, next_release(publication, talk.desk.clock.now()))
    await talk.say(voice.say("There’s no issue to read yet. The first one is due on {moment}.", moment=then))


async def _skipped(talk: Talk) -> str:
    """Say when the next issue comes, where none does on the next push day; else nothing."""
    skipped = talk.desk.reading.skipped()
    return skipped_words(await talk.voice(), skipped, await _coming(talk, skipped.then)) if skipped else ""


async def _coming(talk: Talk, day: date) -> str:
    """Say when the issue of `day` comes to whoever asks."""
    reader = await talk.reader()
    return talk.local(await talk.voice(), reader, comes_at(talk.desk.publication, day, reader))


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
