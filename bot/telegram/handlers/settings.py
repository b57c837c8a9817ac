"""Settings: language, rendering, push, time zone, quiet hours; changed in place by buttons."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.page import Button, Buttons, Rendering
from bot.domain.reader import QuietHours, Reader
from bot.domain.schedule import due_at, held_until, next_release, promised_at, zone_of
from bot.i18n import LANGUAGES, Speech, noted, own_name, speech
from bot.telegram.talk import Talk

ZONES = (
    "America/Asuncion",
    "America/Argentina/Buenos_Aires",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Bogota",
    "America/Mexico_City",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
QUIET = (None, QuietHours(21, 7), QuietHours(22, 7), QuietHours(23, 8), QuietHours(0, 9))
RENDERINGS = {Rendering.CLASSIC: noted("Classic"), Rendering.RICH: noted("Rich")}


async def settings(talk: Talk) -> None:
    reader = await talk.reader()
    await talk.say(*await _overview(talk, reader))


async def language(talk: Talk) -> None:
    await talk.say(*_languages(await talk.voice()))


async def rich(talk: Talk) -> None:
    """Show the page that offered it as a rich one, say what rich pages are, and let her choose."""
    guest, standing, reading = await talk.guest(), talk.standing, talk.desk.reading
    await talk.notice()
    await reading.note_offer(guest.reader.id)
    if standing is not None:
        opened = await reading.standing(guest, standing.message_id, rendering=Rendering.RICH)
        if opened is not None:
            await talk.show(opened)
    await talk.say(*_renderings(speech(guest.reader.language), guest.reader))


async def show(talk: Talk, what: str) -> None:
    """Open one setting, or go back to all of them, in the same message."""
    reader = await talk.reader()
    await talk.notice()
    voice = speech(reader.language)
    match what:
        case "language":
            await talk.restate(*_languages(voice))
        case "rendering":
            await talk.restate(*_renderings(voice, reader))
        case "zone":
            await talk.restate(*_zones(talk, voice))
        case "quiet":
            await talk.restate(*_quiet(voice))
        case _:
            await talk.restate(*await _overview(talk, reader))


async def preview(talk: Talk, what: str, value: str) -> None:
    """Say when issues would come with another time zone or other quiet hours; nothing is saved yet."""
    reader = await talk.reader()
    voice = speech(reader.language)
    values = _read(what, value) if what in {"zone", "quiet"} else None
    if values is None:
        await talk.notice(voice.plain("This button is out of date. Open /settings again."))
        return
    await talk.notice()
    changed = replace(reader, **values)
    buttons = ((Button(voice.plain("Save"), action=f"set:{what}:{value}"),), _back(voice))
    await talk.restate(_then(talk, voice, changed), buttons)


async def change(talk: Talk, what: str, value: str) -> None:
    """Set one setting from a button's data; a value that is none of ours changes nothing."""
    reader = await talk.reader()
    values = _read(what, value) if what != "news" or talk.is_admin else None
    if values is None:
        await talk.notice(speech(reader.language).plain("This button is out of date. Open /settings again."))
        return
    changed = await talk.desk.readers.change(reader.id, **values) or reader
    await talk.notice(speech(changed.language).plain("Saved."))
    text, buttons = await _overview(talk, changed)
    if what not in {"language", "rendering"}:
        await talk.restate(text, buttons)
        return
    await talk.restate(text, (*await _way_back(talk, changed), *buttons))
    if what == "language":
        await talk.desk.menus.follow(changed)


async def speak(talk: Talk, code: str) -> None:
    """Change the language to one that was asked for by its name, with the way back to her page."""
    reader = await talk.reader()
    changed = await talk.desk.readers.change(reader.id, language=code) or reader
    voice = speech(changed.language)
    rows = await _way_back(talk, changed)
    await talk.say(voice.say("From now on I write to you in English."), rows)
    await talk.desk.menus.follow(changed)


async def _way_back(talk: Talk, reader: Reader) -> Buttons:
    """Offer the page that she came from, in the language and rendering that she chose."""
    place = await talk.desk.reading.came_from(replace(await talk.guest(), reader=reader))
    if place is None:
        return ()
    return ((Button(speech(reader.language).plain("◀ Back to your page"), opens=place),),)


def _read(what: str, value: str) -> dict[str, Any] | None:
    match what:
        case "language" if value in LANGUAGES:
            return {"language": value}
        case "rendering" if value in set(Rendering):
            return {"rendering": Rendering(value)}
        case "push" | "news" if value in {"on", "off"}:
            return {what: value == "on"}
        case "zone" if value == "-" or value in ZONES:
            return {"zone": None if value == "-" else value}
        case "quiet" if value in map(str, range(len(QUIET))):
            return {"quiet": QUIET[int(value)]}
        case _:
            return None


async def _overview(talk: Talk, reader: Reader) -> tuple[str, Buttons]:
    voice = speech(reader.language)
    zone = zone_of(reader.zone, talk.desk.publication)
    now = talk.desk.clock.now()
    lines = [
        voice.say("<b>Settings</b>"),
        "",
        voice.say("Language: <b>{language}</b>", language=own_name(voice.language)),
        voice.say("Pages: <b>{rendering}</b>", rendering=voice.plain(RENDERINGS[reader.rendering])),
        await _delivery(talk, voice, reader),
        voice.say(
            "Time zone: <b>{zone}</b> ({hour} now)",
            zone=voice.place(str(zone)),
            hour=voice.hour(now, zone),
        ),
        voice.say("Quiet hours: <b>{quiet}</b>", quiet=_hours(voice, reader.quiet)),
    ]
    if talk.is_admin:
        news = _on_off(voice, on=reader.news)
        lines.append(voice.say("News of the content folder: <b>{news}</b> (for admins)", news=news))
    return "\n".join(lines), _choices(talk, voice, reader)


async def _delivery(talk: Talk, voice: Speech, reader: Reader) -> str:
    if reader.stopped_at is not None:
        return voice.say("Delivery: <b>stopped</b>, because you asked for it")
    said = voice.say(
        "{day} delivery: <b>{push}</b>", day=_day(talk, voice), push=_on_off(voice, on=reader.push)
    )
    return f"{said}\n{await _next(talk, voice, reader)}" if reader.push else said


async def _next(talk: Talk, voice: Speech, reader: Reader) -> str:
    """Say when the next issue reaches this reader: one that is being sent, or the one to come."""
    publication, now = talk.desk.publication, talk.desk.clock.now()
    zone = zone_of(reader.zone, publication)
    awaited = await talk.desk.readers.awaits(reader.id)
    if awaited is None:
        due = due_at(publication, next_release(publication, now), zone, reader.quiet)
    else:
        promised = promised_at(publication, awaited.day, zone)
        due = held_until(max(awaited.due_at, now), promised, zone, reader.quiet)
    if due <= now:
        return voice.say("The next issue is on its way.")
    return voice.say("Next issue: {moment}", moment=talk.local(voice, reader, due))


def _push_button(talk: Talk, voice: Speech, reader: Reader) -> Button:
    if reader.stopped_at is not None:
        return Button(voice.plain("Send me issues again"), action="resume")
    day = _day(talk, voice)
    if reader.push:
        return Button(voice.plain("Turn off {day} delivery", day=day), action="set:push:off")
    return Button(voice.plain("Turn on {day} delivery", day=day), action="set:push:on")


def _choices(talk: Talk, voice: Speech, reader: Reader) -> Buttons:
    return (
        (
            Button(voice.plain("Language"), action="show:language"),
            Button(voice.plain("Pages"), action="show:rendering"),
        ),
        (_push_button(talk, voice, reader),),
        (
            Button(voice.plain("Time zone"), action="show:zone"),
            Button(voice.plain("Quiet hours"), action="show:quiet"),
        ),
        *(((_news_button(voice, reader),),) if talk.is_admin else ()),
    )


def _news_button(voice: Speech, reader: Reader) -> Button:
    if reader.news:
        return Button(voice.plain("Turn off news of the content folder"), action="set:news:off")
    return Button(voice.plain("Turn on news of the content folder"), action="set:news:on")


def _languages(voice: Speech) -> tuple[str, Buttons]:
    buttons = tuple((Button(own_name(code), action=f"set:language:{code}"),) for code in LANGUAGES)
    return voice.say("Which language do you want to read in?"), (*buttons, _back(voice))


def _renderings(voice: Speech, reader: Reader) -> tuple[str, Buttons]:
    text = voice.say(
        "<b>Classic</b> pages work in every Telegram app. <b>Rich</b> pages have headings, tables, "
        "pictures and the whole issue in one message, but need a recent app.\n\nNow: "
        "<b>{rendering}</b>",
        rendering=voice.plain(RENDERINGS[reader.rendering]),
    )
    row = tuple(
        Button(voice.plain(name), action=f"set:rendering:{rendering}")
        for rendering, name in RENDERINGS.items()
    )
    return text, (row, _back(voice))


def _zones(talk: Talk, voice: Speech) -> tuple[str, Buttons]:
    now = talk.desk.clock.now()
    own = str(talk.desk.publication.zone)
    first = Button(voice.plain("Same as the newsletter ({zone})", zone=voice.place(own)), action="try:zone:-")
    buttons = [
        Button(f"{voice.place(zone)} · {voice.hour(now, ZoneInfo(zone))}", action=f"try:zone:{zone}")
        for zone in ZONES
    ]
    pairs = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    text = voice.say("Where are you? Beside each place is the time there.")
    return text, ((first,), *pairs, _back(voice))


def _quiet(voice: Speech) -> tuple[str, Buttons]:
    labels = [_hours(voice, quiet) if quiet else voice.plain("No quiet hours") for quiet in QUIET]
    rows = tuple((Button(label, action=f"try:quiet:{at}"),) for at, label in enumerate(labels))
    return voice.say("When should I stay quiet? Anything due in those hours arrives when they end."), (
        *rows,
        _back(voice),
    )


def _back(voice: Speech) -> tuple[Button, ...]:
    return (Button(voice.plain("◀ Settings"), action="show:all"),)


def _hours(voice: Speech, quiet: QuietHours | None) -> str:
    if quiet is None:
        return voice.plain("none")
    return voice.plain("{start}:00 to {end}:00", start=f"{quiet.start:02}", end=f"{quiet.end:02}")


def _then(talk: Talk, voice: Speech, reader: Reader) -> str:
    """Say what a reader with these settings gets, and when, by her own clock."""
    publication = talk.desk.publication
    zone = zone_of(reader.zone, publication)
    day = next_release(publication, talk.desk.clock.now())
    due = due_at(publication, day, zone, reader.quiet)
    lines = [
        voice.say("Time zone: <b>{zone}</b>", zone=voice.place(str(zone))),
        voice.say("Quiet hours: <b>{quiet}</b>", quiet=_hours(voice, reader.quiet)),
        "",
        voice.say(
            "You’ll get each issue on {day:every} at <b>{hour}</b>, your time.",
            day=voice.weekday(due.astimezone(zone).weekday()),
            hour=voice.hour(due, zone),
        ),
    ]
    if due != promised_at(publication, day, zone):
        lines.append(_why_then(voice, waits=due > publication.out_at(day)))
    if reader.stopped_at is not None:
        lines.append(voice.say("For now you get nothing, because you asked for it."))
    elif not reader.push:
        lines.append(voice.say("For now you have delivery turned off."))
    return "\n".join(lines)


def _why_then(voice: Speech, *, waits: bool) -> str:
    if waits:
        return voice.say("It comes out earlier, during your quiet hours, and arrives when they end.")
    return voice.say("That’s when it comes out.")


def _day(talk: Talk, voice: Speech) -> str:
    return voice.weekday(talk.desk.publication.push_day)


def _on_off(voice: Speech, *, on: bool) -> str:
    return voice.plain("on") if on else voice.plain("off")
