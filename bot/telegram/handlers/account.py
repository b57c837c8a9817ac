"""What a reader has: her access, stopping, privacy."""

from bot.domain.grants import FOREVER
from bot.domain.page import Button, Buttons
from bot.domain.publication import Publication
from bot.domain.reader import Reader
from bot.domain.turning import free_days
from bot.domain.ways import Way
from bot.i18n import Speech
from bot.telegram.access_words import (
    contact_rows,
    current_issue,
    offer,
    questions,
    reasons,
    ways_on,
)
from bot.telegram.talk import Talk


async def account(talk: Talk) -> None:
    """Say what the reader may read, why and until when, and what she can do now."""
    reader, voice, publication = await talk.reader(), await talk.voice(), talk.desk.publication
    held = await talk.desk.subscriptions.account(reader.id)
    way = reader.way(publication.trial_days, talk.desk.clock.now())
    text, rows = reasons(talk, voice, reader, held), _doing(voice)
    more, ways = ways_on(publication, voice, reader, later=way is Way.TRIAL)
    if held.full_until is None and way is Way.TRIAL:
        text += "\n\n" + offer(voice, publication.trial_days)
        rows = ((free_days(voice, publication.trial_days),), *rows)
    elif held.full_until not in (None, FOREVER) and way is Way.TRIAL:
        text += "\n\n" + _still_open(voice, publication.trial_days)
    asks = held.full_until is None and more != ""
    tail = more if asks else _id(voice, reader, publication)
    await talk.say(f"{text}\n\n{tail}", (*rows, *ways))


async def stop(talk: Talk) -> None:
    """End everything that is sent unasked, with one tap to undo."""
    reader, voice = await talk.reader(), await talk.voice()
    if not talk.again:
        await talk.desk.readers.stop(reader.id)
    elif reader.stopped_at is None:  # she has taken it back meanwhile
        await talk.say(voice.say("Everything is as it was before."))
        return
    await talk.say(
        voice.say(
            "Done. I won’t send you anything unless you ask. Your access and your settings stay, "
            "and you can keep reading with /latest. To get issues again: /settings."
        ),
        ((Button(voice.plain("Undo"), action="resume"),),),
    )


async def resume(talk: Talk) -> None:
    reader = await talk.reader()
    await talk.desk.readers.resume(reader.id)
    voice = await talk.voice()
    await talk.notice(voice.plain("Undone."))
    await talk.restate(voice.say("Everything is as it was before."))


async def privacy(talk: Talk) -> None:
    voice = await talk.voice()
    publication = talk.desk.publication
    terms, contact = publication.terms_in(voice.language), publication.contact_in(voice.language)
    asked = questions(voice, contact)
    await talk.say(
        voice.say(
            "I keep your Telegram ID, what you chose in /settings, your access and, for 60 days, "
            "which pages you have open. I don’t keep your name or your phone number. What you "
            "write to me is deleted after two days, or after thirty if it caused an error. I don’t "
            "share anything with anyone else."
        )
        + "\n\n"
        + voice.say(
            "The one exception is what you send to the newsroom yourself (with /feedback, its "
            "button, or by answering it): it’s kept for 90 days, with the name you show on "
            "Telegram, and the newsroom reads it."
        )
        + (f"\n\n{asked}" if asked else ""),
        (*(((Button(voice.plain("Terms"), url=terms),),) if terms else ()), *contact_rows(voice, contact)),
    )


def _doing(voice: Speech) -> Buttons:
    return ((current_issue(voice), Button(voice.plain("Settings"), action="run:settings")),)


def _still_open(voice: Speech, days: int) -> str:
    return voice.say_n(
        "You can still use your free trial of {count} day: /trial",
        "You can still use your free trial of {count} days: /trial",
        days,
    )


def _id(voice: Speech, reader: Reader, publication: Publication) -> str:
    own = voice.say("Your Telegram ID, in case you need to write to us: <code>{id}</code>", id=reader.id)
    return f"{questions(voice, publication.contact_in(voice.language))}\n{own}".strip()
