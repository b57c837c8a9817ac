"""What a reader has: the trial, her access, stopping, privacy."""

from datetime import datetime, timedelta

from bot.domain.access import FOREVER
from bot.domain.page import Button, Buttons, Place
from bot.domain.reader import Reader
from bot.i18n import Speech
from bot.services.subscriptions import Trial
from bot.telegram.handlers import reading
from bot.telegram.talk import Talk

SKEW = timedelta(minutes=1)
"""By how much Telegram's clock and ours may differ."""


async def trial(talk: Talk) -> None:
    """Give the free trial, once per person for ever; from a lock, reading goes on at once."""
    reader = await talk.reader()
    behind = await _behind_lock(talk)
    result = await talk.desk.subscriptions.start_trial(reader.id, talk.desk.publication.trial_days)
    voice = await talk.voice()
    if behind and result.until and not result.given:
        await talk.notice()
        await reading.open_place(talk, behind)
        return
    if not (result.given or _was_given_then(talk, result)):
        await talk.notice(voice.plain("You have had your free trial."))
        await talk.say(_had_it(talk, voice, reader, result.until), _ways(talk, voice, result.until))
        return
    await talk.notice(voice.plain("Your trial has begun."))
    text = voice.say_n(
        "Your free trial has begun: every section and the whole archive for {count} day. "
        "You can read everything until {until}. No card, nothing to cancel.",
        "Your free trial has begun: every section and the whole archive for {count} days. "
        "You can read everything until {until}. No card, nothing to cancel.",
        result.days,
        until=talk.local(voice, reader, result.until or FOREVER),
    )
    await talk.say(text, () if behind else ((_current(voice),),))
    if behind:
        await reading.open_place(talk.anew(), behind)


async def account(talk: Talk) -> None:
    """Say what the reader may read, until when, and why."""
    reader = await talk.reader()
    voice = await talk.voice()
    held = await talk.desk.subscriptions.account(reader.id)
    if held.full_until is None:
        text = voice.say("You read the free part of every issue.")
    else:
        text = _reads_all(talk, voice, reader, held.full_until)
    if held.trial_open:
        text += "\n" + voice.say("Your free trial is still waiting for you: /trial")
    number = voice.say("Your Telegram ID, in case you write to us: <code>{id}</code>", id=reader.id)
    await talk.say(f"{text}\n\n{number}")


async def stop(talk: Talk) -> None:
    """End everything that is sent unasked, with one tap to undo."""
    reader, voice = await talk.reader(), await talk.voice()
    if not talk.again:
        await talk.desk.readers.stop(reader.id)
    elif reader.stopped_at is None:  # she has taken it back meanwhile
        await talk.say(voice.say("Everything is as it was before /stop."))
        return
    await talk.say(
        voice.say(
            "Done: nothing comes by itself any more. Your access and your settings stay, and you can go on "
            "reading with /latest. To get issues again: /settings."
        ),
        ((Button(voice.plain("Undo"), action="resume"),),),
    )


async def resume(talk: Talk) -> None:
    reader = await talk.reader()
    await talk.desk.readers.resume(reader.id)
    voice = await talk.voice()
    await talk.notice(voice.plain("Undone."))
    await talk.restate(voice.say("Everything is as it was before /stop."))


async def privacy(talk: Talk) -> None:
    voice = await talk.voice()
    terms = talk.desk.publication.terms_in(voice.language)
    await talk.say(
        voice.say(
            "I keep your Telegram ID, what you chose in /settings, your access, and for 60 days which "
            "pages you have open. I keep no name and no phone number. What you write to me is dropped after "
            "two days, or after thirty if it caused an error. Nothing goes to anyone else."
        )
        + "\n\n"
        + voice.say(
            "Only what you send to the newsroom yourself (with /feedback, its button, or by answering it) is "
            "kept, with the name that Telegram shows of you, for 90 days, and the newsroom reads it."
        ),
        ((Button(voice.plain("Terms"), url=terms),),) if terms else (),
    )


def _was_given_then(talk: Talk, result: Trial) -> bool:
    """Tell whether it is this very message that began the trial, whose answer was kept back."""
    message = talk.update.message
    if not talk.again or message is None or result.since is None or result.until is None:
        return False
    return result.since >= message.date - SKEW


def _had_it(talk: Talk, voice: Speech, reader: Reader, until: datetime | None) -> str:
    had = voice.say("You have had your free trial; there is one for each person.")
    if until is not None:
        return f"{had} {_reads_all(talk, voice, reader, until)}"
    way = voice.say("To go on reading, write to the newsletter with your number from /account.")
    return f"{had} {way}"


def _ways(talk: Talk, voice: Speech, until: datetime | None) -> Buttons:
    if until is not None:
        return ((_current(voice),),)
    publication = talk.desk.publication
    site = publication.site_in(voice.language)
    return ((Button(publication.name_in(voice.language), url=site),),) if site else ()


def _reads_all(talk: Talk, voice: Speech, reader: Reader, until: datetime) -> str:
    if until == FOREVER:
        return voice.say("You can read everything, with no end date.")
    end = talk.local(voice, reader, until)
    return voice.say("You can read everything until {until}.", until=end)


def _current(voice: Speech) -> Button:
    return Button(voice.plain("Read the current issue"), action="latest")


async def _behind_lock(talk: Talk) -> Place | None:
    """Where reading goes on behind the lock whose button was tapped."""
    standing = talk.standing
    return await talk.desk.reading.behind_lock(await talk.guest(), standing.message_id) if standing else None
