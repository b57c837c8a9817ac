"""What a reader has: the trial, her access, stopping, privacy, help."""

from bot.domain.access import FOREVER
from bot.domain.page import Button
from bot.i18n import Speech
from bot.telegram.talk import Talk


async def trial(talk: Talk) -> None:
    """Give the free trial, once per person for ever."""
    reader = await talk.reader()
    result = await talk.desk.subscriptions.start_trial(reader.id, talk.desk.publication.trial_days)
    voice = await talk.voice()
    if result.given and result.until:
        text = voice.say_n(
            "Your free trial has begun: every section and the whole archive for {count} day. "
            "It ends by itself on {until}. No card, nothing to cancel.",
            "Your free trial has begun: every section and the whole archive for {count} days. "
            "It ends by itself on {until}. No card, nothing to cancel.",
            result.days,
            until=talk.local(voice, reader, result.until),
        )
        await talk.notice(voice.plain("Your trial has begun."))
    elif result.until:
        text = voice.say(
            "You have had your free trial. You can read everything until {until}.",
            until=talk.local(voice, reader, result.until),
        )
        await talk.notice()
    else:
        text = voice.say("You have had your free trial; there is one for each person.")
        await talk.notice(voice.plain("You have had your free trial."))
    await talk.say(text, ((await _read_on(talk, voice),),))


async def account(talk: Talk) -> None:
    """Say what the reader may read, until when, and why."""
    reader = await talk.reader()
    voice = await talk.voice()
    held = await talk.desk.subscriptions.account(reader.id)
    if held.full_until is None:
        text = voice.say("You read the free part of every issue.")
    elif held.full_until == FOREVER:
        text = voice.say("You can read everything, with no end date.")
    else:
        until = talk.local(voice, reader, held.full_until)
        text = voice.say("You can read everything until {until}.", until=until)
    if held.trial_open:
        text += "\n" + voice.say("Your free trial is still waiting for you: /trial")
    number = voice.say("Your number, should you write to us: <code>{id}</code>", id=reader.id)
    await talk.say(f"{text}\n\n{number}")


async def stop(talk: Talk) -> None:
    """End everything that is sent unasked, with one tap to undo."""
    reader = await talk.reader()
    await talk.desk.readers.stop(reader.id)
    voice = await talk.voice()
    await talk.say(
        voice.say(
            "Done: I will send you nothing unasked any more. Your access and your settings stay, "
            "and you can go on reading with /latest."
        ),
        ((Button(voice.plain("Undo"), action="resume"),),),
    )


async def resume(talk: Talk) -> None:
    reader = await talk.reader()
    await talk.desk.readers.resume(reader.id)
    voice = await talk.voice()
    await talk.notice(voice.plain("Undone."))
    await talk.restate(voice.say("All is as it was before /stop."))


async def help_(talk: Talk) -> None:
    voice = await talk.voice()
    lines = [
        voice.say("/{name}: {about}", name=name, about=voice.plain(about)) for name, about in talk.menu()
    ]
    head = voice.say("I bring you <b>{name}</b>. What you can ask me:", name=talk.desk.publication.name)
    tail = voice.say("The name of a section is a command too, as in /politics.")
    await talk.say("\n".join([head, "", *lines, "", tail]))


async def privacy(talk: Talk) -> None:
    voice, terms = await talk.voice(), talk.desk.publication.terms
    await talk.say(
        voice.say(
            "I keep your Telegram number, what you chose in /settings, your access, and for 60 days which "
            "pages you have open. I keep no name and no phone number. What you write to me is dropped after "
            "two days, or after thirty if it caused an error. Nothing goes to anyone else."
        ),
        ((Button(voice.plain("Terms"), url=terms),),) if terms else (),
    )


async def _read_on(talk: Talk, voice: Speech) -> Button:
    """A button to where the reader stood before a lock, else to the current issue."""
    standing = talk.standing
    place = await talk.desk.reading.behind_lock(await talk.guest(), standing.message_id) if standing else None
    if place is None:
        return Button(voice.plain("Read the current issue"), action="latest")
    return Button(voice.plain("Read on"), opens=place)
