"""What became of a question about an issue, in words."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.release import Answer, How
from bot.domain.schedule import is_late
from bot.i18n import Speech, capital, noted
from bot.services.release_questions import Answered, Became, Result, Stands
from bot.telegram.release_scene import LABELS, Content, Scene, listed, quoted

TAKEN = {
    Answer.SEND_NOW: noted("It goes out now. You can still pause or cancel it."),
    Answer.WAIT: noted("It waits until somebody presses a button. I’ll ask again in an hour."),
    Answer.NOT_THIS_ONE: noted("It isn’t sent to anyone. Readers find it like any older issue."),
}
REFUSED = {
    Result.ANEW: noted("Something has changed since that button appeared, so I ignored it. Look again."),
    Result.OUT: noted("It’s already out, so there’s nothing left to decide."),
    Result.GONE: noted("There’s no open question about this issue, so nothing changed."),
    Result.NOTHING: noted("Nothing can go out yet, so nothing changed."),
    Result.ANSWERED: noted("That has already been decided."),
}


OVERTAKEN = noted(
    "A newer issue is out. This one isn’t sent to anyone, and readers find it like any older issue."
)


def settled(scene: Scene, day: date, title: str, became: Became) -> Content:
    """Return what a question says once nothing is asked any more: it has no buttons."""
    voice = scene.voice
    lines = [
        voice.say("<b>{title}</b>", title=quoted(title)),
        voice.say("Issue of {day}.", day=voice.full_date(day)),
        "",
        *_ending(scene, day, became),
    ]
    return "\n".join(lines), ()


def asked_anew(scene: Scene, day: date, title: str) -> Content:
    """Return what an earlier question says once a later one stands in a message of its own."""
    voice = scene.voice
    lines = [
        voice.say("<b>{title}</b>", title=quoted(title)),
        voice.say("Issue of {day}.", day=voice.full_date(day)),
        "",
        voice.say("I’ve asked again in a newer message."),
    ]
    return "\n".join(lines), ()


def said(scene: Scene, answer: Answer, answered: Answered) -> str:
    """Return in plain words what came of a press."""
    voice, stands, result = scene.voice, answered.stands, answered.result
    if result is Result.TAKEN:
        return voice.plain(TAKEN[answer])
    if stands is None or result not in {Result.ANSWERED, Result.OUT, Result.ANEW}:
        return voice.plain(REFUSED[result])
    is_hers = stands.admin_id == scene.admin_id
    if is_hers and (stands.answer is answer or result is not Result.ANEW):  # tapped twice, or handled twice
        return _pressed(scene, stands, noted("You pressed “{label}” {when}, and that stands."))
    if result is Result.ANEW:
        return _pressed(
            scene,
            stands,
            noted("{name} pressed “{label}” {when}. To change that, press again in the newest message."),
        )
    return _pressed(scene, stands, noted("{name} was first and pressed “{label}” {when}; that stands."))


def old_words(voice: Speech, day: date, title: str, old: Sequence[str], missing: Sequence[str]) -> str:
    """Return the notice that an issue went out in words older than those on disk."""
    head = voice.say("“{title}” of {day} is out.", title=quoted(title), day=voice.day(day))
    return "\n".join([f"⚠ {head}", *_went(voice, old, missing)])


def _ending(scene: Scene, day: date, became: Became) -> Iterator[str]:
    voice, stands = scene.voice, became.stands
    if stands is not None and stands.answer is not Answer.WAIT:
        yield scene.stands(stands)
        yield _came(scene, stands, became)
    elif became.how is How.RULE and became.released_at is not None:
        when = scene.local.to_the_second(became.released_at)
        if is_late(scene.hour_of(day), became.released_at):
            yield voice.say(
                "It came out {when}, more than 12 hours after it was due. Before sending it, I ask "
                "in another message.",
                when=when,
            )
        else:
            yield voice.say("It went out by itself {when}.", when=when)
    elif became.how is not None:
        yield voice.say(OVERTAKEN)
    elif not became.is_there:
        yield voice.say("It’s no longer in the content folder, so nothing goes out.")
    elif scene.local.now < scene.hour_of(day):
        yield voice.say(
            "It’s now due {when}. If it stays as it is, it goes out then.",
            when=scene.local.when(scene.hour_of(day)),
        )
    else:
        yield voice.say("There’s nothing left to decide.")
    if became.how is None or became.how.pushes:
        yield from _went(voice, became.old, became.missing)


def _came(scene: Scene, stands: Stands, became: Became) -> str:
    """Say what came of an answer that ended the question."""
    voice = scene.voice
    if stands.answer is Answer.NOT_THIS_ONE:
        return voice.say(TAKEN[Answer.NOT_THIS_ONE])
    if not became.is_there and became.how is None:
        return voice.say("It’s no longer in the content folder, so nothing goes out.")
    if became.how is How.OLDER:
        return voice.say(OVERTAKEN)
    if became.released_at is None:
        return voice.say("It goes out in a moment.")
    return voice.say(
        "It went out {when}. While it’s being sent, you can pause or cancel it in the message that "
        "shows its progress.",
        when=scene.local.to_the_second(became.released_at),
    )


def _went(voice: Speech, old: Sequence[str], missing: Sequence[str]) -> Iterator[str]:
    """Say which languages went in old words, and which not at all."""
    if old:
        yield voice.say(
            "{languages} an older text went out: the one in the folder had an error, or was a draft.",
            languages=capital(listed(voice, old)),
        )
    if missing:
        yield voice.say(
            "{languages} nothing went out: there never was a text without errors.",
            languages=capital(listed(voice, missing)),
        )


def _pressed(scene: Scene, stands: Stands, words: str) -> str:
    voice = scene.voice
    return voice.plain(
        words,
        name=scene.who(stands),
        label=voice.plain(LABELS[stands.answer]),
        when=scene.local.to_the_second(stands.at),
    )
