"""What the message of a draft says and asks, one step after the other."""

from bot.domain.announcement import ALL, CAPTION_LIMIT, TEXT_LIMIT, Announcement, Draft
from bot.domain.audience import OFFERED, Audience, Who
from bot.domain.page import Button, Buttons
from bot.i18n import LANGUAGES, Speech, capital, noted
from bot.services.broadcasting import UNDO, Broadcast, Reach, Refusal
from bot.telegram.writing import AS_FILE

NAMES = {
    Who.EVERYONE: noted("everyone"),
    Who.FULL: noted("readers with access"),
    Who.PREVIEW: noted("readers without access"),
    Who.TRIAL: noted("readers in their trial"),
    Who.EXPIRED: noted("readers whose access has ended"),
    Who.SPEAKING: noted("readers who read {language}"),
    Who.INACTIVE: noted("inactive for {weeks} weeks"),
    Who.ADMINS: noted("test: only admins"),
}


def refused(voice: Speech, refusal: Refusal) -> str:
    match refusal:
        case Refusal.USED:
            return voice.plain("This was already confirmed. It only goes out once.")
        case Refusal.GONE:
            return voice.plain(
                "This draft is gone: drafts are kept for 24 hours. Start again with /broadcast."
            )
        case Refusal.EMPTY:
            return voice.plain("Nobody is in this audience now, so nothing goes out.")
        case Refusal.CHANGED:
            return voice.plain("The draft has changed since. Look at it again.")


def possible(voice: Speech) -> str:
    return voice.say(
        "I can send a text, or a photo or a document with its caption. I can’t send albums, "
        "videos, voice messages, stickers or the like."
    )


def several(voice: Speech) -> str:
    return voice.say(
        "That came in several messages, and readers get just one. I can send a text, or a photo or "
        "a document with its caption: answer the one you want to send with /broadcast. I can’t "
        "send albums."
    )


def was_cut(voice: Speech) -> tuple[str, Buttons]:
    text = voice.say(
        "A message can have up to {most} characters, so Telegram cut your text in two. Nothing "
        "goes out like this. Shorten it, or send readers this file, which has all of it, without "
        "formatting. Check where the cut is first.",
        most=voice.number(TEXT_LIMIT),
    )
    return text, ((Button(voice.plain("Send readers this file"), action=AS_FILE),),)


def languages(voice: Speech, draft: Draft) -> tuple[str, Buttons]:
    text = voice.say(
        "Above is what readers will get. Is it one text for everybody, or will you write one in "
        "the other language too?"
    )
    rows = tuple(
        (
            Button(
                voice.plain(
                    "It’s {language}; add one {other}",
                    language=voice.in_language(language),
                    other=voice.in_language(_other(language)),
                ),
                action=_data(draft, f"is:{language}"),
            ),
        )
        for language in LANGUAGES
    )
    first = Button(voice.plain("One text for everybody"), action=_data(draft, "all"))
    return text, ((first,), *rows, _discard_row(voice, draft))


def waiting(voice: Speech, draft: Draft, language: str) -> tuple[str, Buttons]:
    text = voice.say(
        "Now write the text {language}: I’ll use your next message here (it can be a photo or a "
        "document, too). /cancel goes back.",
        language=voice.in_language(language),
    )
    button = Button(voice.plain("Only the first, for everybody"), action=_data(draft, "all"))
    return text, ((button,), _discard_row(voice, draft))


def audiences(voice: Speech, draft: Draft) -> tuple[str, Buttons]:
    buttons = [
        Button(capital(audience_words(voice, one)), action=_data(draft, f"to:{one.code()}"))
        for one in OFFERED
    ]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    return voice.say("Who gets it?"), (*rows, _discard_row(voice, draft))


def review(voice: Speech, draft: Draft, audience: Audience, reach: Reach) -> tuple[str, Buttons]:
    change = (Button(voice.plain("Change audience"), action=_data(draft, "who")),)
    rest = (change, _discard_row(voice, draft))
    if not reach.readers:
        nobody = voice.say(
            "Nobody is in this audience now: {audience}.", audience=audience_words(voice, audience)
        )
        return nobody, rest
    lines = [_counted(voice, audience, reach), _spoken(voice, draft), *_held(voice, reach)]
    lines.append(
        voice.say("It’s a test: it goes out at once.")
        if audience.who is Who.ADMINS
        else voice.say(
            "It starts {seconds} seconds after you confirm; until then any admin can undo it.",
            seconds=round(UNDO.total_seconds()),
        )
    )
    confirm = (Button(voice.plain("Confirm"), action=_data(draft, f"go:{audience.code()}:{draft.texts}")),)
    return "\n".join(lines), (confirm, *rest)


def testing(voice: Speech, audience: Audience, opened: Broadcast) -> str:
    return "\n".join([_counted(voice, audience, opened.reach), voice.say("It goes out now.")])


def tested(voice: Speech, draft: Draft) -> tuple[str, Buttons]:
    """Ask, beside a test, who else is to get it."""
    asked, buttons = audiences(voice, draft)
    return (
        f"{voice.say('The test is on its way. If all is well, send the same to readers.')}\n{asked}",
        buttons,
    )


def too_long(voice: Speech, written: Announcement) -> str:
    if written.limit == CAPTION_LIMIT:
        return voice.say_n(
            "That’s {count} character too long for a caption, which can have {limit}. Shorten it "
            "and write it again.",
            "That’s {count} characters too long for a caption, which can have {limit}. Shorten it "
            "and write it again.",
            written.excess,
            limit=voice.number(written.limit),
        )
    return voice.say_n(
        "That’s {count} character too long for one message. Shorten it and write it again.",
        "That’s {count} characters too long for one message. Shorten it and write it again.",
        written.excess,
    )


def _counted(voice: Speech, audience: Audience, reach: Reach) -> str:
    return voice.say_n(
        "<b>{count} reader</b> gets it ({audience}).",
        "<b>{count} readers</b> get it ({audience}).",
        reach.readers,
        audience=audience_words(voice, audience),
    )


def _spoken(voice: Speech, draft: Draft) -> str:
    if ALL in draft.messages:
        return voice.say("Everyone gets the same text.")
    return voice.say("Each gets the text in their own language.")


def _held(voice: Speech, reach: Reach) -> list[str]:
    if not reach.quiet:
        return []
    return [
        voice.say_n(
            "{count} of them will be in quiet hours, and gets it when they end.",
            "{count} of them will be in quiet hours, and get it when they end.",
            reach.quiet,
        )
    ]


def audience_words(voice: Speech, audience: Audience) -> str:
    """Say whom an audience is, in plain text."""
    language = voice.in_language(audience.language) if audience.language else ""
    return voice.plain(NAMES[audience.who], language=language, weeks=voice.number(audience.weeks))


def _other(language: str) -> str:
    return next(other for other in LANGUAGES if other != language)


def _discard_row(voice: Speech, draft: Draft) -> tuple[Button, ...]:
    return (Button(voice.plain("Discard"), action=_data(draft, "drop")),)


def _data(draft: Draft, what: str) -> str:
    return f"cast:{draft.nonce}:{what}"
