"""Words without a slash that are the whole message."""

from bot.domain.typed import Meaning, is_emoji, meaning
from bot.telegram.handlers import account, finding, guide, named, reading, settings, subscribing, trial
from bot.telegram.talk import Talk


async def answer(talk: Talk) -> bool:
    """Do what a known word, or a section's name, asks for; False for anything else, and for what somebody
    else wrote: a forwarded "stop" is no wish of whoever forwards it.
    """
    message = talk.update.message
    if message is not None and message.forward_origin is not None:
        return False
    what = meaning(talk.text) or (Meaning.THANKS if is_emoji(talk.text) else None)
    if what is None:
        return await named.section_named(talk, talk.text)
    await _do(talk, what)
    return True


async def command(talk: Talk) -> bool:
    """Do what a known word asks for that somebody wrote as a command, such as /ayuda."""
    what = meaning(named.command(talk)[0]) if talk.visitor.private else None
    if what is not None:
        await _do(talk, what)
    return what is not None


async def _do(talk: Talk, what: Meaning) -> None:
    if what in (Meaning.ENGLISH, Meaning.SPANISH):
        await settings.speak(talk, what.value)
    elif what is Meaning.THANKS:
        await _thanked(talk)
    else:
        await _DOES[what](talk)


_DOES = {
    Meaning.LATEST: reading.latest,
    Meaning.SECTIONS: reading.sections,
    Meaning.HELP: guide.help_,
    Meaning.GREETING: guide.help_,
    Meaning.ARCHIVE: finding.archive,
    Meaning.SEARCH: finding.search,
    Meaning.SETTINGS: settings.settings,
    Meaning.STOP: account.stop,
    Meaning.TRIAL: trial.ask,
    Meaning.PRICE: subscribing.price,
    Meaning.CANCEL: subscribing.cancel,
}


async def _thanked(talk: Talk) -> None:
    """Answer thanks, and not each of several in a row."""
    desk = talk.desk
    if desk.thanks_limiter.is_due(talk.visitor.id, talk.update.update_id, desk.clock.now()):
        await talk.say((await talk.voice()).say("You’re welcome."))
