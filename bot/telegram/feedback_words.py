"""A reader's thread and the newsroom's answers, in words."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.feedback import MOST, Answer, Item, Kind, State, Thread
from bot.domain.page import Button, Buttons
from bot.domain.sentences import shorten, units
from bot.i18n import Speech, noted

ROOM = 2_200
"""UTF-16 units for what a reader wrote: the rest of a message is for what stands around it."""

LONGEST_ITEM = 900
LONGEST_ANSWER = 200
ANSWERS = 3
"""So many answers stand in a thread, the newest."""

KINDS = {
    Kind.PHOTO: noted("a photo"),
    Kind.VOICE: noted("a voice message"),
    Kind.VIDEO_NOTE: noted("a video message"),
    Kind.ANIMATION: noted("an animation"),
    Kind.VIDEO: noted("a video"),
    Kind.AUDIO: noted("an audio file"),
    Kind.STICKER: noted("a sticker"),
    Kind.DOCUMENT: noted("a file"),
}
STATES = {
    State.PENDING: noted("… {name} has answered; the answer is on its way: “{text}”"),
    State.SENDING: noted("… {name} has answered; the answer is on its way: “{text}”"),
    State.SENT: noted("✓ {name} answered: “{text}”"),
    State.GONE: noted("✕ {name} answered, but the reader has blocked the bot and didn’t get it: “{text}”"),
    State.REFUSED: noted("✕ {name} answered, but Telegram didn’t accept it: “{text}”"),
    State.UNKNOWN: noted(
        "? {name} answered, but it may not have arrived. Answer again to resend it: “{text}”"
    ),
}


def thread(
    voice: Speech,
    zone: ZoneInfo,
    thread: Thread,
    items: Sequence[Item],
    answers: Sequence[Answer],
    *,
    older: int = 0,
) -> tuple[str, Buttons]:
    """Return a thread's text and buttons; what has no room can be asked for. So many items are `older` than
    those that are given.
    """
    shown = _newest(items)
    parts = [
        voice.say(
            "✉ <b>{name}</b> writes to the newsroom (Telegram ID {number})",
            name=thread.name,
            number=thread.reader_id,
        )
    ]
    if hidden := older + len(items) - len(shown):
        parts.append(earlier(voice, hidden))
    parts += [_item(voice, zone, item) for item in shown]
    parts += [_answer(voice, answer) for answer in answers[-ANSWERS:]]
    if thread.full_at is not None and thread.full_at >= thread.spoke_at:
        parts.append(voice.say("More messages came within an hour than the {most} that are kept.", most=MOST))
    if thread.muted_at is not None:
        parts.append(
            voice.say("🔇 Muted by {name}: no more messages come through.", name=_named(thread.muted_by))
        )
    return "\n\n".join(parts), _buttons(voice, thread, is_whole=not hidden and all(map(_fits, items)))


def earlier(voice: Speech, count: int) -> str:
    return voice.say_n("{count} earlier message", "{count} earlier messages", count)


def continued(voice: Speech, thread: Thread) -> str:
    """Return what stands where the thread stood before."""
    return voice.say("✉ <b>{name}</b>: continued below.", name=thread.name)


def to_reader(voice: Speech, publication: str, text: str) -> str:
    return voice.say(
        "<b>From the newsroom of {publication}</b>\n\n{text}\n\n<i>Answer this message to write back.</i>",
        publication=publication,
        text=text,
    )


def _newest(items: Sequence[Item]) -> list[Item]:
    shown: list[Item] = []
    left = ROOM
    for item in reversed(items):
        left -= units(shorten(item.text, LONGEST_ITEM)) + 60
        if left < 0:
            break
        shown.insert(0, item)
    return shown


def _fits(item: Item) -> bool:
    return item.kind is Kind.TEXT and units(item.text) <= LONGEST_ITEM


def _item(voice: Speech, zone: ZoneInfo, item: Item) -> str:
    day, hour = voice.short_day(item.at.astimezone(zone).date()), voice.hour(item.at, zone)
    text = shorten(item.text, LONGEST_ITEM)
    if item.kind is Kind.TEXT:
        return voice.say("{day}, {hour}\n<blockquote>{text}</blockquote>", day=day, hour=hour, text=text)
    what = voice.plain(KINDS[item.kind])
    if not text:
        return voice.say("{day}, {hour} · 📎 {what}", day=day, hour=hour, what=what)
    return voice.say(
        "{day}, {hour} · 📎 {what}\n<blockquote>{text}</blockquote>", day=day, hour=hour, what=what, text=text
    )


def _answer(voice: Speech, answer: Answer) -> str:
    text = shorten(answer.text, LONGEST_ANSWER)
    return voice.say(STATES[answer.state], name=_named(answer.admin_name), text=text)


def _named(name: str | None) -> str:
    return name or "?"


def _buttons(voice: Speech, thread: Thread, *, is_whole: bool) -> Buttons:
    reply = Button(voice.plain("Reply"), action=f"room:reply:{thread.reader_id}")
    mute = Button(voice.plain("Mute this reader"), action=f"room:mute:{thread.reader_id}")
    unmute = Button(voice.plain("Unmute this reader"), action=f"room:unmute:{thread.reader_id}")
    row = (reply, unmute if thread.muted_at else mute)
    everything = Button(voice.plain("Show everything"), action=f"room:all:{thread.reader_id}")
    return (row,) if is_whole else (row, (everything,))
