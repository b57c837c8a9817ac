"""/broadcast: an announcement from its words to the button that sends it, in one message turned in place."""

from zoneinfo import ZoneInfo

from telegram import Message

from bot.db.drafts import Draft
from bot.domain.announcement import Announcement
from bot.domain.audience import OFFERED, Audience, Who
from bot.domain.delivery import Rejected, Sent
from bot.domain.page import Button, Buttons
from bot.i18n import LANGUAGES, Speech, noted
from bot.services.broadcasting import ALL, UNDO, Broadcast, Reach, Refusal
from bot.telegram import writing
from bot.telegram.talk import Talk

LANGUAGE_NAMES = {"en": noted("English"), "es": noted("Spanish")}
NAMES = {
    Who.EVERYONE: noted("everyone"),
    Who.FULL: noted("readers with access"),
    Who.PREVIEW: noted("readers without access"),
    Who.TRIAL: noted("readers in their trial"),
    Who.EXPIRED: noted("readers whose access has ended"),
    Who.SPEAKING: noted("readers in {language}"),
    Who.INACTIVE: noted("not seen for {weeks} weeks"),
    Who.ADMINS: noted("only admins (a test)"),
}


async def broadcast(talk: Talk) -> None:
    """/broadcast WORDS, or in answer to a message: begin a draft."""
    voice = await talk.voice()
    message = talk.update.message
    assert message is not None
    written, answered = writing.after_command(message), message.reply_to_message
    if written is not None and answered is not None:
        await talk.say(voice.say("Either words behind /broadcast or an answer to a message, not both."))
    elif written is not None:
        await _begin(talk, voice, written)
    elif answered is not None:
        await _begin_with(talk, voice, answered)
    else:
        await _explain(talk, voice)


async def cancel(talk: Talk) -> None:
    """Leave the question for the other language's text."""
    voice = await talk.voice()
    draft = await talk.desk.broadcasting.waiting(talk.visitor.id)
    back = await talk.desk.broadcasting.same_for_all(draft.nonce) if draft else Refusal.GONE
    if isinstance(back, Refusal):
        await talk.say(voice.say("There is nothing to cancel."))
    else:
        await talk.say(*_languages(voice, back))


async def answer(talk: Talk) -> bool:
    """Take an admin's message as the text that her draft waits for; False when none waits."""
    draft = await talk.desk.broadcasting.waiting(talk.visitor.id)
    message = talk.update.message
    if draft is None or message is None:
        return False
    voice = await talk.voice()
    written = writing.announcement(message)
    if written is None:
        await talk.say(_possible(voice))
    elif await _preview(talk, voice, written):
        complete = await talk.desk.broadcasting.complete(draft, written)
        await talk.say(*(_audiences(voice, complete) if complete else (_refused(voice, Refusal.CHANGED), ())))
    return True


async def tap(talk: Talk, nonce: str, what: list[str]) -> bool:
    """Go on with a draft by one of its buttons; False for one that is none of ours."""
    if not talk.is_admin or _forwarded(talk):
        return False
    voice, broadcasting = await talk.voice(), talk.desk.broadcasting
    match what:
        case ["is", language] if language in LANGUAGES:
            await _turn(talk, voice, await broadcasting.translate(nonce, language))
        case ["all"]:
            await _turn(talk, voice, await broadcasting.same_for_all(nonce))
        case ["who"]:
            await _turn(talk, voice, await broadcasting.choose(nonce, None))
        case ["to", code] if audience := Audience.read(code):
            await _turn(talk, voice, await broadcasting.choose(nonce, audience))
        case ["go", code] if audience := Audience.read(code):
            await _confirm(talk, voice, nonce, audience)
        case ["drop"]:
            await _discard(talk, voice, nonce)
        case _:
            return False
    return True


async def _begin_with(talk: Talk, voice: Speech, answered: Message) -> None:
    if answered.has_protected_content:
        await talk.say(voice.say("That message holds paid text, which is not sent to others."))
    elif (written := writing.announcement(answered)) is None:
        await talk.say(_possible(voice))
    else:
        await _begin(talk, voice, written)


async def _begin(talk: Talk, voice: Speech, written: Announcement) -> None:
    if await _preview(talk, voice, written):
        draft = await talk.desk.broadcasting.draft(talk.visitor.id, written)
        await talk.say(*_languages(voice, draft))


async def _explain(talk: Talk, voice: Speech) -> None:
    message = talk.update.message
    if message is not None and message.external_reply is not None:
        await talk.say(voice.say("Telegram does not show me messages of other chats. Copy it to this one."))
        return
    await talk.say(
        voice.say(
            "Write /broadcast and, in the same message, what readers shall get. Or write it first (a text, a "
            "photo or a document) and answer that message with /broadcast. It goes out exactly as you wrote "
            "it, and nothing goes out before you have confirmed it."
        )
    )


async def _preview(talk: Talk, voice: Speech, written: Announcement) -> bool:
    """Show an admin the very message that readers will get; False when it cannot be sent, which is said."""
    if written.excess:
        await talk.say(
            voice.say_n(
                "That is {count} character too long for one message. Shorten it and write it again.",
                "That is {count} characters too long for one message. Shorten it and write it again.",
                written.excess,
            )
        )
        return False
    outcome = await talk.desk.transport.reply(written.method, talk.chat_id, written.payload)
    if isinstance(outcome, Rejected):
        await talk.say(
            voice.say("Telegram refuses this message, so nobody can get it: {why}", why=outcome.reason)
        )
    elif not isinstance(outcome, Sent):
        await talk.say(voice.say("I could not show you what readers would get. Please write it again."))
    return isinstance(outcome, Sent)


async def _turn(talk: Talk, voice: Speech, draft: Draft | Refusal) -> None:
    """Turn the message to the draft's next question."""
    if isinstance(draft, Refusal):
        await _refuse(talk, voice, draft)
        return
    await talk.notice()
    if draft.waits_for is not None:
        await talk.restate(*_waiting(voice, draft, draft.waits_for))
    elif draft.audience is None:
        await talk.restate(*_audiences(voice, draft))
    else:
        reach = await talk.desk.broadcasting.reach(draft.audience)
        await talk.restate(*_review(voice, draft, draft.audience, reach))


async def _confirm(talk: Talk, voice: Speech, nonce: str, audience: Audience) -> None:
    opened = await talk.desk.broadcasting.confirm(nonce, audience, talk.visitor.id)
    if isinstance(opened, Refusal):
        await _refuse(talk, voice, opened)
        return
    await talk.notice(voice.plain("Confirmed."))
    await talk.restate(await _confirmed(talk, voice, audience, opened))


async def _discard(talk: Talk, voice: Speech, nonce: str) -> None:
    refusal = await talk.desk.broadcasting.discard(nonce)
    if refusal is not None:
        await _refuse(talk, voice, refusal)
        return
    await talk.notice()
    await talk.restate(voice.say("Discarded: nothing goes out."))


async def _refuse(talk: Talk, voice: Speech, refusal: Refusal) -> None:
    """Say why nothing happened; the message of a draft that is gone loses its buttons."""
    await talk.notice(_refused(voice, refusal), alert=True)
    if refusal is Refusal.GONE:
        await talk.restate(_refused(voice, refusal))


def _refused(voice: Speech, refusal: Refusal) -> str:
    match refusal:
        case Refusal.USED:
            return voice.plain("This was confirmed already. It goes out once.")
        case Refusal.GONE:
            return voice.plain("This draft is gone; it is kept for 24 hours. Begin again with /broadcast.")
        case Refusal.EMPTY:
            return voice.plain("Nobody is in this audience now, so nothing goes out.")
        case Refusal.CHANGED:
            return voice.plain("The draft has changed since. Look at it again.")


def _possible(voice: Speech) -> str:
    return voice.say(
        "I can send on a text, a photo or a document, each with its words. Albums, videos, voice messages, "
        "stickers and the like I cannot."
    )


def _languages(voice: Speech, draft: Draft) -> tuple[str, Buttons]:
    text = voice.say(
        "Above is what readers will get. Send this to all, or write the text in the other language too?"
    )
    rows = tuple(
        (
            Button(
                voice.plain(
                    "It is {language}; add {other}",
                    language=_named(voice, language),
                    other=_named(voice, _other(language)),
                ),
                action=_data(draft, f"is:{language}"),
            ),
        )
        for language in LANGUAGES
    )
    first = Button(voice.plain("Send this to all"), action=_data(draft, "all"))
    return text, ((first,), *rows, _discard_row(voice, draft))


def _waiting(voice: Speech, draft: Draft, language: str) -> tuple[str, Buttons]:
    text = voice.say(
        "Now write the text in {language}: your next message here is taken for it (a photo or a document, "
        "too). /cancel leaves it.",
        language=_named(voice, language),
    )
    button = Button(voice.plain("Send the first one to all"), action=_data(draft, "all"))
    return text, ((button,), _discard_row(voice, draft))


def _audiences(voice: Speech, draft: Draft) -> tuple[str, Buttons]:
    rows = tuple(
        (Button(_audience(voice, one), action=_data(draft, f"to:{one.code()}")),) for one in OFFERED
    )
    return voice.say("Who gets it?"), (*rows, _discard_row(voice, draft))


def _review(voice: Speech, draft: Draft, audience: Audience, reach: Reach) -> tuple[str, Buttons]:
    change = (Button(voice.plain("Change audience"), action=_data(draft, "who")),)
    rest = (change, _discard_row(voice, draft))
    if not reach.readers:
        nobody = voice.say("Nobody is in this audience now: {audience}.", audience=_audience(voice, audience))
        return nobody, rest
    lines = [_counted(voice, audience, reach), _spoken(voice, draft), *_held(voice, reach)]
    lines.append(
        voice.say("It is a test: it goes out at once.")
        if audience.who is Who.ADMINS
        else voice.say(
            "It starts {seconds} seconds after you confirm; until then any admin can undo it.",
            seconds=round(UNDO.total_seconds()),
        )
    )
    confirm = (Button(voice.plain("Confirm"), action=_data(draft, f"go:{audience.code()}")),)
    return "\n".join(lines), (confirm, *rest)


async def _confirmed(talk: Talk, voice: Speech, audience: Audience, opened: Broadcast) -> str:
    counted = _counted(voice, audience, opened.reach)
    if audience.who is Who.ADMINS:
        return "\n".join([counted, voice.say("It goes out now.")])
    reader = await talk.reader()
    zone = ZoneInfo(reader.zone) if reader.zone else talk.desk.publication.zone
    when = voice.say(
        "It goes out at {hour}. Until then any admin can undo it in the message that shows how it goes.",
        hour=voice.hour(opened.starts_at, zone),
    )
    return "\n".join([counted, *_held(voice, opened.reach), when])


def _counted(voice: Speech, audience: Audience, reach: Reach) -> str:
    return voice.say_n(
        "<b>{count} reader</b> gets it ({audience}).",
        "<b>{count} readers</b> get it ({audience}).",
        reach.readers,
        audience=_audience(voice, audience),
    )


def _spoken(voice: Speech, draft: Draft) -> str:
    if ALL in draft.messages:
        return voice.say("All get the same text.")
    return voice.say("Each gets the text in her own language.")


def _held(voice: Speech, reach: Reach) -> list[str]:
    if not reach.quiet:
        return []
    return [
        voice.say_n(
            "{count} of them has quiet hours then, and gets it when they end.",
            "{count} of them have quiet hours then, and get it when these end.",
            reach.quiet,
        )
    ]


def _audience(voice: Speech, audience: Audience) -> str:
    language = _named(voice, audience.language) if audience.language else ""
    return voice.plain(NAMES[audience.who], language=language, weeks=voice.number(audience.weeks))


def _named(voice: Speech, language: str) -> str:
    return voice.plain(LANGUAGE_NAMES[language])


def _other(language: str) -> str:
    return next(other for other in LANGUAGES if other != language)


def _discard_row(voice: Speech, draft: Draft) -> tuple[Button, ...]:
    return (Button(voice.plain("Discard"), action=_data(draft, "drop")),)


def _data(draft: Draft, what: str) -> str:
    return f"cast:{draft.nonce}:{what}"


def _forwarded(talk: Talk) -> bool:
    query = talk.update.callback_query
    message = query.message if query else None
    return isinstance(message, Message) and message.forward_origin is not None
