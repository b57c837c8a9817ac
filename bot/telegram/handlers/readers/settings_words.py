"""What the pages of /settings say, and what their buttons hold."""

from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.delivery.schedule import due_at, next_release, promised_at, zone_of
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.reader import QuietHours, Reader, Rendering
from bot.i18n import LANGUAGES, N_, Translator, own_name
from bot.telegram.chat.conversation import Conversation

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
RENDERINGS = {Rendering.CLASSIC: N_("Classic"), Rendering.RICH: N_("Rich")}


def read_value(what: str, value: str) -> dict[str, Any] | None:
    match what:
        case "language" if value in LANGUAGES:
            return {"language": value}
        case "rendering" if value in set(Rendering):
            return {"rendering": Rendering(value)}
        case "push" | "news" | "reminders" if value in {"on", "off"}:
            return {what: value == "on"}
        case "zone" if value == "-" or value in ZONES:
            return {"zone": None if value == "-" else value}
        case "quiet" if value in map(str, range(len(QUIET))):
            return {"quiet": QUIET[int(value)]}
        case _:
            return None


def choices(conversation: Conversation, translator: Translator, reader: Reader) -> Buttons:
    return (
        (
            Button(translator.plain("Language"), action="show:language"),
            Button(translator.plain("Pages"), action="show:rendering"),
        ),
        (_push_button(conversation, translator, reader),),
        (_reminders_button(translator, reader),),
        (
            Button(translator.plain("Time zone"), action="show:zone"),
            Button(translator.plain("Quiet hours"), action="show:quiet"),
        ),
        *(((_news_button(translator, reader),),) if conversation.is_admin else ()),
    )


def _push_button(conversation: Conversation, translator: Translator, reader: Reader) -> Button:
    if reader.stopped_at is not None:
        return Button(translator.plain("Send me issues again"), action="resume")
    day = push_day(conversation, translator)
    if reader.push:
        return Button(translator.plain("Turn off {day} delivery", day=day), action="set:push:off")
    return Button(translator.plain("Turn on {day} delivery", day=day), action="set:push:on")


def _reminders_button(translator: Translator, reader: Reader) -> Button:
    if reader.reminders:
        return Button(translator.plain("Turn off reminders"), action="set:reminders:off")
    return Button(translator.plain("Turn on reminders"), action="set:reminders:on")


def _news_button(translator: Translator, reader: Reader) -> Button:
    if reader.news:
        return Button(translator.plain("Turn off news of the content folder"), action="set:news:off")
    return Button(translator.plain("Turn on news of the content folder"), action="set:news:on")


def languages(translator: Translator) -> tuple[str, Buttons]:
    buttons = tuple((Button(own_name(code), action=f"set:language:{code}"),) for code in LANGUAGES)
    return translator.say("Which language do you want to read in?"), (*buttons, back(translator))


def renderings(translator: Translator, reader: Reader) -> tuple[str, Buttons]:
    text = translator.say(
        "<b>Classic</b> pages work in every Telegram app. <b>Rich</b> pages have headings, tables, "
        "pictures and the whole issue in one message, but need a recent app.\n\nNow: "
        "<b>{rendering}</b>",
        rendering=translator.plain(RENDERINGS[reader.rendering]),
    )
    row = tuple(
        Button(translator.plain(name), action=f"set:rendering:{rendering}")
        for rendering, name in RENDERINGS.items()
    )
    return text, (row, back(translator))


def zones(conversation: Conversation, translator: Translator) -> tuple[str, Buttons]:
    now = conversation.now()
    own = str(conversation.publication.zone)
    first = Button(
        translator.plain("Same as the newsletter ({zone})", zone=translator.place(own)), action="try:zone:-"
    )
    buttons = [
        Button(
            f"{translator.place(zone)} · {translator.hour(now, ZoneInfo(zone))}", action=f"try:zone:{zone}"
        )
        for zone in ZONES
    ]
    pairs = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    text = translator.say("Where are you? Beside each place is the time there.")
    return text, ((first,), *pairs, back(translator))


def quiet_hours(translator: Translator) -> tuple[str, Buttons]:
    labels = [hours(translator, quiet) if quiet else translator.plain("No quiet hours") for quiet in QUIET]
    rows = tuple((Button(label, action=f"try:quiet:{at}"),) for at, label in enumerate(labels))
    return translator.say("When should I stay quiet? Anything due in those hours arrives when they end."), (
        *rows,
        back(translator),
    )


def back(translator: Translator) -> tuple[Button, ...]:
    return (Button(translator.plain("◀ Settings"), action="show:all"),)


def then(conversation: Conversation, translator: Translator, reader: Reader) -> str:
    """Say what a reader with these settings gets, and when, by her own clock."""
    publication = conversation.publication
    zone = zone_of(reader.zone, publication)
    day = next_release(publication, conversation.now())
    due = due_at(publication, day, zone, reader.quiet)
    lines = [
        translator.say("Time zone: <b>{zone}</b>", zone=translator.place(str(zone))),
        translator.say("Quiet hours: <b>{quiet}</b>", quiet=hours(translator, reader.quiet)),
        "",
        translator.say(
            "You’ll get each issue on {day:every} at <b>{hour}</b>, your time.",
            day=translator.weekday(due.astimezone(zone).weekday()),
            hour=translator.hour(due, zone),
        ),
    ]
    if due != promised_at(publication, day, zone):
        lines.append(_why_then(translator, waits=due > publication.out_at(day)))
    if reader.stopped_at is not None:
        lines.append(translator.say("For now you get nothing, because you asked for it."))
    elif not reader.push:
        lines.append(translator.say("For now you have delivery turned off."))
    return "\n".join(lines)


def _why_then(translator: Translator, *, waits: bool) -> str:
    if waits:
        return translator.say("It comes out earlier, during your quiet hours, and arrives when they end.")
    return translator.say("That’s when it comes out.")


def hours(translator: Translator, quiet: QuietHours | None) -> str:
    if quiet is None:
        return translator.plain("none")
    return translator.plain("{start}:00 to {end}:00", start=f"{quiet.start:02}", end=f"{quiet.end:02}")


def push_day(conversation: Conversation, translator: Translator) -> str:
    return translator.weekday(conversation.publication.push_day)


def on_off(translator: Translator, *, on: bool) -> str:
    return translator.plain("on") if on else translator.plain("off")
