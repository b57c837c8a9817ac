"""A reader's thread and the newsroom's answers, in words."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.text_cutting import shorten, units
from bot.domain.readers.feedback import MOST, Answer, Item, Kind, State, Thread
from bot.i18n import N_, Translator

ROOM = 2_200
"""UTF-16 units of a message for what the reader wrote."""

LONGEST_ITEM = 900
LONGEST_ANSWER = 200
ANSWERS = 3
"""How many answers a thread shows, the newest."""

KINDS = {
    Kind.PHOTO: N_("a photo"),
    Kind.VOICE: N_("a voice message"),
    Kind.VIDEO_NOTE: N_("a video message"),
    Kind.ANIMATION: N_("an animation"),
    Kind.VIDEO: N_("a video"),
    Kind.AUDIO: N_("an audio file"),
    Kind.STICKER: N_("a sticker"),
    Kind.DOCUMENT: N_("a file"),
}
STATES = {
    State.PENDING: N_("… {name} has answered; the answer is on its way: “{text}”"),
    State.SENDING: N_("… {name} has answered; the answer is on its way: “{text}”"),
    State.SENT: N_("✓ {name} answered: “{text}”"),
    State.GONE: N_("✕ {name} answered, but the reader has blocked the bot and didn’t get it: “{text}”"),
    State.REFUSED: N_("✕ {name} answered, but Telegram didn’t accept it: “{text}”"),
    State.UNKNOWN: N_("? {name} answered, but it may not have arrived. Answer again to resend it: “{text}”"),
}


def thread(
    translator: Translator,
    zone: ZoneInfo,
    thread: Thread,
    items: Sequence[Item],
    answers: Sequence[Answer],
    *,
    older: int = 0,
) -> tuple[str, Buttons]:
    """Return a thread's text and buttons. What has no room can be asked for by a button.

    `older`: how many items the thread has besides `items`, all of them older.
    """
    shown = _newest(items)
    parts = [
        translator.say(
            "✉ <b>{name}</b> writes to the newsroom (Telegram ID {number})",
            name=thread.name,
            number=thread.reader_id,
        )
    ]
    if hidden := older + len(items) - len(shown):
        parts.append(earlier(translator, hidden))
    parts += [_item(translator, zone, item) for item in shown]
    parts += [_answer(translator, answer) for answer in answers[-ANSWERS:]]
    if thread.full_at is not None and thread.full_at >= thread.spoke_at:
        parts.append(
            translator.say("More messages came within an hour than the {most} that are kept.", most=MOST)
        )
    if thread.muted_at is not None:
        parts.append(
            translator.say("🔇 Muted by {name}: no more messages come through.", name=_named(thread.muted_by))
        )
    return "\n\n".join(parts), _buttons(translator, thread, is_whole=not hidden and all(map(_fits, items)))


def earlier(translator: Translator, count: int) -> str:
    return translator.say_n("{count} earlier message", "{count} earlier messages", count)


def continued(translator: Translator, thread: Thread) -> str:
    """Return the text that replaces a thread which goes on in a newer message."""
    return translator.say("✉ <b>{name}</b>: continued below.", name=thread.name)


def to_reader(translator: Translator, publication: str, text: str) -> str:
    return translator.say(
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


def _item(translator: Translator, zone: ZoneInfo, item: Item) -> str:
    day, hour = translator.short_day(item.at.astimezone(zone).date()), translator.hour(item.at, zone)
    text = shorten(item.text, LONGEST_ITEM)
    if item.kind is Kind.TEXT:
        return translator.say("{day}, {hour}\n<blockquote>{text}</blockquote>", day=day, hour=hour, text=text)
    what = translator.plain(KINDS[item.kind])
    if not text:
        return translator.say("{day}, {hour} · 📎 {what}", day=day, hour=hour, what=what)
    return translator.say(
        "{day}, {hour} · 📎 {what}\n<blockquote>{text}</blockquote>", day=day, hour=hour, what=what, text=text
    )


def _answer(translator: Translator, answer: Answer) -> str:
    text = shorten(answer.text, LONGEST_ANSWER)
    return translator.say(STATES[answer.state], name=_named(answer.admin_name), text=text)


def _named(name: str | None) -> str:
    return name or "?"


def _buttons(translator: Translator, thread: Thread, *, is_whole: bool) -> Buttons:
    reply = Button(translator.plain("Reply"), action=f"room:reply:{thread.reader_id}")
    mute = Button(translator.plain("Mute this reader"), action=f"room:mute:{thread.reader_id}")
    unmute = Button(translator.plain("Unmute this reader"), action=f"room:unmute:{thread.reader_id}")
    row = (reply, unmute if thread.muted_at else mute)
    everything = Button(translator.plain("Show everything"), action=f"room:all:{thread.reader_id}")
    return (row,) if is_whole else (row, (everything,))
