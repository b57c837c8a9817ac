"""What the pages of /settings say, and what their buttons hold."""

from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.page import Button, Buttons, Rendering
from bot.domain.reader import QuietHours, Reader
from bot.domain.schedule import due_at, next_release, promised_at, zone_of
from bot.i18n import LANGUAGES, Speech, noted, own_name
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


def read_value(what: str, value: str) -> dict[str, Any] | None:
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


def choices(talk: Talk, voice: Speech, reader: Reader) -> Buttons:
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


def _push_button(talk: Talk, voice: Speech, reader: Reader) -> Button:
    if reader.stopped_at is not None:
        return Button(voice.plain("Send me issues again"), action="resume")
    day = push_day(talk, voice)
    if reader.push:
        return Button(voice.plain("Turn off {day} delivery", day=day), action="set:push:off")
    return Button(voice.plain("Turn on {day} delivery", day=day), action="set:push:on")


def _news_button(voice: Speech, reader: Reader) -> Button:
    if reader.news:
        return Button(voice.plain("Turn off news of the content folder"), action="set:news:off")
    return Button(voice.plain("Turn on news of the content folder"), action="set:news:on")


def languages(voice: Speech) -> tuple[str, Buttons]:
    buttons = tuple((Button(own_name(code), action=f"set:language:{code}"),) for code in LANGUAGES)
    return voice.say("Which language do you want to read in?"), (*buttons, back(voice))


def renderings(voice: Speech, reader: Reader) -> tuple[str, Buttons]:
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
    return text, (row, back(voice))


def zones(talk: Talk, voice: Speech) -> tuple[str, Buttons]:
    now = talk.now()
    own = str(talk.publication.zone)
    first = Button(voice.plain("Same as the newsletter ({zone})", zone=voice.place(own)), action="try:zone:-")
    buttons = [
        Button(f"{voice.place(zone)} · {voice.hour(now, ZoneInfo(zone))}", action=f"try:zone:{zone}")
        for zone in ZONES
    ]
    pairs = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    text = voice.say("Where are you? Beside each place is the time there.")
    return text, ((first,), *pairs, back(voice))


def quiet_hours(voice: Speech) -> tuple[str, Buttons]:
    labels = [hours(voice, quiet) if quiet else voice.plain("No quiet hours") for quiet in QUIET]
    rows = tuple((Button(label, action=f"try:quiet:{at}"),) for at, label in enumerate(labels))
    return voice.say("When should I stay quiet? Anything due in those hours arrives when they end."), (
        *rows,
        back(voice),
    )


def back(voice: Speech) -> tuple[Button, ...]:
    return (Button(voice.plain("◀ Settings"), action="show:all"),)


def then(talk: Talk, voice: Speech, reader: Reader) -> str:
    """Say what a reader with these settings gets, and when, by her own clock."""
    publication = talk.publication
    zone = zone_of(reader.zone, publication)
    day = next_release(publication, talk.now())
    due = due_at(publication, day, zone, reader.quiet)
    lines = [
        voice.say("Time zone: <b>{zone}</b>", zone=voice.place(str(zone))),
        voice.say("Quiet hours: <b>{quiet}</b>", quiet=hours(voice, reader.quiet)),
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


def hours(voice: Speech, quiet: QuietHours | None) -> str:
    if quiet is None:
        return voice.plain("none")
    return voice.plain("{start}:00 to {end}:00", start=f"{quiet.start:02}", end=f"{quiet.end:02}")


def push_day(talk: Talk, voice: Speech) -> str:
    return voice.weekday(talk.publication.push_day)


def on_off(voice: Speech, *, on: bool) -> str:
    return voice.plain("on") if on else voice.plain("off")
