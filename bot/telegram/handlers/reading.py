"""Opening issues: the current one, its sections, any page by a button or a link."""

import difflib
import re
import unicodedata
from datetime import date

from bot.domain.front import label
from bot.domain.page import Button, Buttons, Place
from bot.domain.skipping import skipped_words
from bot.i18n import Speech
from bot.services.reading import Contents, Opened
from bot.telegram.keyboard import LABEL, link
from bot.telegram.talk import Talk, clean

MOST_LISTED = 90
"""Telegram takes 100 buttons a message; sections beyond are found by name, or by turning pages."""

_PAYLOAD = re.compile(r"i_(\d{4}-\d{2}-\d{2})(?:_([a-z][a-z0-9_]{0,31}))?", re.ASCII)


async def start(talk: Talk) -> None:
    """Greet whoever comes, and show the page she came for, or the current issue."""
    guest = await talk.guest()
    reader = guest.reader
    if talk.is_admin:
        await talk.desk.menus.follow(reader)
    place = _place_in(talk.words)
    opened = await talk.desk.reading.open(guest, place) if place else None
    if opened is None or guest.new or talk.again:
        await talk.say(*await _welcome(talk, stopped=reader.stopped_at is not None))
    await _show(talk, opened or await talk.desk.reading.open(guest))


async def latest(talk: Talk) -> None:
    """Show the current issue; where none comes on the next push day, say first when one does."""
    if (skipped := talk.desk.reading.skipped()) is not None:
        await talk.say(skipped_words(await talk.voice(), skipped))
    await _show(talk, await talk.desk.reading.open(await talk.guest()))


async def topstory(talk: Talk) -> None:
    contents = await talk.desk.reading.contents(await talk.guest())
    if contents is None:
        await _no_issue(talk)
        return
    await open_place(talk, Place(contents.date, contents.sections[0][0]))


async def sections(talk: Talk) -> None:
    contents = await talk.desk.reading.contents(await talk.guest())
    if contents is None:
        await _no_issue(talk)
        return
    voice = await talk.voice()
    head = voice.say("<b>In this issue</b> ({date})", date=voice.day(contents.date))
    await talk.say(head, _listing(contents))


async def section(talk: Talk) -> None:
    """Open a section by its id or heading; what is nearly right is suggested."""
    voice = await talk.voice()
    contents = await talk.desk.reading.contents(await talk.guest())
    if contents is None:
        await _no_issue(talk)
    elif not talk.words:
        await talk.say(voice.say("Which section? For example: /section politics"), _listing(contents))
    elif found := _named(talk, contents, talk.words):
        await open_place(talk, Place(contents.date, found))
    else:
        await _suggest(talk, voice, contents)


async def section_command(talk: Talk) -> bool:
    """Open the section of the current issue whose id or heading is the command; False when there is none."""
    name, bot = _command(talk)
    if bot not in ("", talk.desk.username.lower()):
        return False
    return await section_named(talk, name)


async def section_named(talk: Talk, words: str) -> bool:
    """Open the section of the current issue that these words name; False when there is none."""
    contents = await talk.desk.reading.contents(await talk.guest())
    found = _named(talk, contents, words) if contents else None
    if contents is None or found is None:
        return False
    await open_place(talk, Place(contents.date, found))
    return True


async def near_commands(talk: Talk) -> list[str]:
    """Return the commands, and the current issue's sections, that an unknown command is nearly."""
    contents = await talk.desk.reading.contents(await talk.guest())
    names = _names(talk, contents) if contents else {}
    known = talk.desk.menus.listed(admin=talk.is_admins_own, private=talk.visitor.private)
    names |= {name: name for name, _about in known}
    wanted = _folded(_command(talk)[0])[:LABEL]
    found = difflib.get_close_matches(wanted, names, n=2, cutoff=0.7)
    return list(dict.fromkeys(names[one] for one in found))


def _command(talk: Talk) -> tuple[str, str]:
    """Return the command that was written, and the bot that it names, if any."""
    message = talk.update.message
    written = clean((message.text if message else None) or "")
    name, _at, bot = " ".join(written.split(maxsplit=1)[:1]).removeprefix("/").lower().partition("@")
    return name.replace("_", " "), bot


async def turn(talk: Talk, place: Place, *, anew: bool) -> None:
    """Turn a page by its button, or open it `anew`; access is asked again, whatever the button says."""
    opened = await talk.desk.reading.open(await talk.guest(), place)
    voice = await talk.voice()
    if opened is None:
        await talk.notice(voice.plain("This page is gone. /latest opens the current issue."), alert=True)
    elif _hidden(talk, opened):
        await talk.notice(voice.plain("Subscribers read this in a private chat with me."), alert=True)
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


async def _welcome(talk: Talk, *, stopped: bool) -> tuple[str, Buttons]:
    voice, publication = await talk.voice(), talk.desk.publication
    text = voice.say(
        "<b>{name}</b>: {tagline}. A new issue is out every {day} at {hour} ({place}).",
        name=publication.name_in(voice.language),
        tagline=publication.tagline_in(voice.language),
        day=voice.weekday(publication.push_day),
        hour=f"{publication.push_hour:%H:%M}",
        place=voice.place(str(publication.zone)),
    )
    if (skipped := talk.desk.reading.skipped()) is not None:
        text = f"{text}\n{skipped_words(voice, skipped)}"
    if talk.is_admin and (day := await talk.desk.reading.unpushed()) is not None:
        old = voice.say(
            "For admins: issues up to {day} were out before I first ran. They are not sent to "
            "anyone; readers meet them by /start.",
            day=voice.day(day),
        )
        text = f"{text}\n\n{old}"
    if not stopped:
        return text, ()
    nothing = voice.say("You wrote /stop, so it does not come by itself.")
    return f"{text}\n{nothing}", ((Button(voice.plain("Send me issues again"), action="resume"),),)


async def open_place(talk: Talk, place: Place) -> None:
    await _show(talk, await talk.desk.reading.open(await talk.guest(), place))


async def _show(talk: Talk, opened: Opened | None) -> None:
    if opened is None:
        await _no_issue(talk)
    elif _hidden(talk, opened):
        voice = await talk.voice()
        address = link(talk.desk.username, opened.page.place)
        button = Button(voice.plain("Open in private"), url=address)
        await talk.say(voice.say("Subscribers read this section in a private chat with me."), ((button,),))
    else:
        await talk.show(opened)


def _hidden(talk: Talk, opened: Opened) -> bool:
    """In a group, a page that ends at a lock is not shown: it is read in private."""
    return not talk.visitor.private and opened.page.locked


async def _no_issue(talk: Talk) -> None:
    voice = await talk.voice()
    await talk.say(voice.say("There is no issue to read yet. You will get the first one when it is out."))


def _listing(contents: Contents) -> Buttons:
    return tuple(
        (Button(label(section_id, kicker, headline, locked=locked), place=Place(contents.date, section_id)),)
        for section_id, kicker, headline, locked in contents.sections[:MOST_LISTED]
    )


async def _suggest(talk: Talk, voice: Speech, contents: Contents) -> None:
    names = _names(talk, contents)
    near = {names[name] for name in difflib.get_close_matches(_folded(talk.words), names, n=3, cutoff=0.5)}
    rows = tuple(row for row in contents.sections if row[0] in near) or contents.sections
    text = voice.say("This issue has no section “{name}”. Did you mean one of these?", name=talk.words)
    await talk.say(text, _listing(Contents(contents.date, rows)))


def _named(talk: Talk, contents: Contents, words: str) -> str | None:
    """Find a section by id, kicker or headline, in any language of the issue."""
    wanted = _folded(words)
    return _names(talk, contents).get(wanted) if wanted else None


def _names(talk: Talk, contents: Contents) -> dict[str, str]:
    """Return the section for each id, kicker and headline; an id comes before any heading."""
    names = talk.desk.reading.names(contents.date)
    headings = {_folded(one): section_id for section_id, known in names.items() for one in known if one}
    return headings | {_folded(section_id): section_id for section_id in names}


def _folded(text: str) -> str:
    """Without case, accents and punctuation: `Política` finds `politica`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(mark for mark in plain if not unicodedata.combining(mark))))


def _place_in(payload: str) -> Place | None:
    """Read a deep link's payload; None for one that is not ours."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    try:
        return Place(date.fromisoformat(match[1]), match[2] or "")
    except ValueError:
        return None
