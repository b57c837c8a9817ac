"""The questions about a draft, step by step."""

from bot.domain.delivery.announcement import ALL, CAPTION_LIMIT, TEXT_LIMIT, Announcement, Draft
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.audience import OFFERED, Audience, Segment
from bot.i18n import LANGUAGES, Translator, capital
from bot.services.delivery.broadcasting import UNDO, Broadcast, Reach, Refusal
from bot.telegram.admin.audience_words import audience_words
from bot.telegram.chat.draft_text import AS_FILE


def refused(translator: Translator, refusal: Refusal) -> str:
    match refusal:
        case Refusal.USED:
            return translator.plain("This was already confirmed. It only goes out once.")
        case Refusal.EXPIRED:
            return translator.plain(
                "This draft is gone: drafts are kept for 24 hours. Start again with /broadcast."
            )
        case Refusal.EMPTY:
            return translator.plain("Nobody is in this audience now, so nothing goes out.")
        case Refusal.CHANGED:
            return translator.plain("The draft has changed since. Look at it again.")


def possible(translator: Translator) -> str:
    return translator.say(
        "I can send a text, or a photo or a document with its caption. I can’t send albums, "
        "videos, voice messages, stickers or the like."
    )


def several(translator: Translator) -> str:
    return translator.say(
        "That came in several messages, and readers get just one. I can send a text, or a photo or "
        "a document with its caption: answer the one you want to send with /broadcast. I can’t "
        "send albums."
    )


def was_cut(translator: Translator) -> tuple[str, Buttons]:
    text = translator.say(
        "A message can have up to {most} characters, so Telegram cut your text in two. Nothing "
        "goes out like this. Shorten it, or send readers this file, which has all of it, without "
        "formatting. Check where the cut is first.",
        most=translator.number(TEXT_LIMIT),
    )
    return text, ((Button(translator.plain("Send readers this file"), action=AS_FILE),),)


def languages(translator: Translator, draft: Draft) -> tuple[str, Buttons]:
    text = translator.say(
        "Above is what readers will get. Is it one text for everybody, or will you write one in "
        "the other language too?"
    )
    rows = tuple(
        (
            Button(
                translator.plain(
                    "It’s {language}; add one {other}",
                    language=translator.in_language(language),
                    other=translator.in_language(_other(language)),
                ),
                action=_data(draft, f"is:{language}"),
            ),
        )
        for language in LANGUAGES
    )
    first = Button(translator.plain("One text for everybody"), action=_data(draft, "all"))
    return text, ((first,), *rows, _discard_row(translator, draft))


def waiting(translator: Translator, draft: Draft, language: str) -> tuple[str, Buttons]:
    text = translator.say(
        "Now write the text {language}: I’ll use your next message here (it can be a photo or a "
        "document, too). /cancel goes back.",
        language=translator.in_language(language),
    )
    button = Button(translator.plain("Only the first, for everybody"), action=_data(draft, "all"))
    return text, ((button,), _discard_row(translator, draft))


def audiences(translator: Translator, draft: Draft) -> tuple[str, Buttons]:
    buttons = [
        Button(capital(audience_words(translator, audience)), action=_data(draft, f"to:{audience.code()}"))
        for audience in OFFERED
    ]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    return translator.say("Who gets it?"), (*rows, _discard_row(translator, draft))


def review(translator: Translator, draft: Draft, audience: Audience, reach: Reach) -> tuple[str, Buttons]:
    change = (Button(translator.plain("Change audience"), action=_data(draft, "who")),)
    rest = (change, _discard_row(translator, draft))
    if not reach.readers:
        nobody = translator.say(
            "Nobody is in this audience now: {audience}.", audience=audience_words(translator, audience)
        )
        return nobody, rest
    lines = [_counted(translator, audience, reach), _spoken(translator, draft), *_held(translator, reach)]
    lines.append(
        translator.say("It’s a test: it goes out at once.")
        if audience.who is Segment.ADMINS
        else translator.say(
            "It starts {seconds} seconds after you confirm; until then any admin can undo it.",
            seconds=round(UNDO.total_seconds()),
        )
    )
    confirm = (
        Button(translator.plain("Confirm"), action=_data(draft, f"go:{audience.code()}:{draft.texts}")),
    )
    return "\n".join(lines), (confirm, *rest)


def testing(translator: Translator, audience: Audience, opened: Broadcast) -> str:
    return "\n".join([_counted(translator, audience, opened.reach), translator.say("It goes out now.")])


def tested(translator: Translator, draft: Draft) -> tuple[str, Buttons]:
    """Say that a test is being sent, and ask who is to get the announcement next."""
    asked, buttons = audiences(translator, draft)
    return (
        f"{translator.say('The test is on its way. If all is well, send the same to readers.')}\n{asked}",
        buttons,
    )


def too_long(translator: Translator, announcement: Announcement) -> str:
    if announcement.limit == CAPTION_LIMIT:
        return translator.say_n(
            "That’s {count} character too long for a caption, which can have {limit}. Shorten it "
            "and write it again.",
            "That’s {count} characters too long for a caption, which can have {limit}. Shorten it "
            "and write it again.",
            announcement.excess,
            limit=translator.number(announcement.limit),
        )
    return translator.say_n(
        "That’s {count} character too long for one message. Shorten it and write it again.",
        "That’s {count} characters too long for one message. Shorten it and write it again.",
        announcement.excess,
    )


def _counted(translator: Translator, audience: Audience, reach: Reach) -> str:
    return translator.say_n(
        "<b>{count} reader</b> gets it ({audience}).",
        "<b>{count} readers</b> get it ({audience}).",
        reach.readers,
        audience=audience_words(translator, audience),
    )


def _spoken(translator: Translator, draft: Draft) -> str:
    if ALL in draft.messages:
        return translator.say("Everyone gets the same text.")
    return translator.say("Each gets the text in their own language.")


def _held(translator: Translator, reach: Reach) -> list[str]:
    if not reach.quiet:
        return []
    return [
        translator.say_n(
            "{count} of them will be in quiet hours, and gets it when they end.",
            "{count} of them will be in quiet hours, and get it when they end.",
            reach.quiet,
        )
    ]


def _other(language: str) -> str:
    return next(other for other in LANGUAGES if other != language)


def _discard_row(translator: Translator, draft: Draft) -> tuple[Button, ...]:
    return (Button(translator.plain("Discard"), action=_data(draft, "drop")),)


def _data(draft: Draft, what: str) -> str:
    return f"cast:{draft.nonce}:{what}"
