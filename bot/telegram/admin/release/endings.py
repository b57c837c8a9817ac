"""What became of a question about an issue, in words."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.delivery.schedule import is_late
from bot.domain.publishing.release import How, ReleaseAnswer
from bot.i18n import N_, Translator, capital
from bot.services.publishing.release_questions import Answered, CurrentAnswer, Ending, Result
from bot.telegram.admin.release.scene import LABELS, Content, Scene, listed, quoted

TAKEN = {
    ReleaseAnswer.SEND_NOW: N_("It goes out now. You can still pause or cancel it."),
    ReleaseAnswer.WAIT: N_("It waits until somebody presses a button. I’ll ask again in an hour."),
    ReleaseAnswer.NOT_THIS_ONE: N_("It isn’t sent to anyone. Readers find it like any older issue."),
}
REFUSED = {
    Result.ANEW: N_("Something has changed since that button appeared, so I ignored it. Look again."),
    Result.OUT: N_("It’s already out, so there’s nothing left to decide."),
    Result.GONE: N_("There’s no open question about this issue, so nothing changed."),
    Result.NOTHING: N_("Nothing can go out yet, so nothing changed."),
    Result.ANSWERED: N_("That has already been decided."),
}


OVERTAKEN = N_(
    "A newer issue is out. This one isn’t sent to anyone, and readers find it like any older issue."
)


def settled(scene: Scene, day: date, title: str, ending: Ending) -> Content:
    """Return the text that replaces a question when nothing is asked any more, without buttons."""
    translator = scene.translator
    lines = [
        translator.say("<b>{title}</b>", title=quoted(title)),
        translator.say("Issue of {day}.", day=translator.full_date(day)),
        "",
        *_ending(scene, day, ending),
    ]
    return "\n".join(lines), ()


def asked_anew(scene: Scene, day: date, title: str) -> Content:
    """Return the text that replaces a question once a newer message asks it."""
    translator = scene.translator
    lines = [
        translator.say("<b>{title}</b>", title=quoted(title)),
        translator.say("Issue of {day}.", day=translator.full_date(day)),
        "",
        translator.say("I’ve asked again in a newer message."),
    ]
    return "\n".join(lines), ()


def said(scene: Scene, answer: ReleaseAnswer, answered: Answered) -> str:
    """Say in plain text what came of an admin's answer."""
    translator, stands, result = scene.translator, answered.stands, answered.result
    if result is Result.TAKEN:
        return translator.plain(TAKEN[answer])
    if stands is None or result not in {Result.ANSWERED, Result.OUT, Result.ANEW}:
        return translator.plain(REFUSED[result])
    is_hers = stands.admin_id == scene.admin_id
    if is_hers and (stands.answer is answer or result is not Result.ANEW):  # tapped twice, or handled twice
        return _pressed(scene, stands, N_("You pressed “{label}” {when}, and that stands."))
    if result is Result.ANEW:
        return _pressed(
            scene,
            stands,
            N_("{name} pressed “{label}” {when}. To change that, press again in the newest message."),
        )
    return _pressed(scene, stands, N_("{name} was first and pressed “{label}” {when}; that stands."))


def old_words(
    translator: Translator, day: date, title: str, old: Sequence[str], missing: Sequence[str]
) -> str:
    """Return the notice that an issue went out with older texts than those on disk."""
    head = translator.say("“{title}” of {day} is out.", title=quoted(title), day=translator.day(day))
    return "\n".join([f"⚠ {head}", *_went(translator, old, missing)])


def _ending(scene: Scene, day: date, ending: Ending) -> Iterator[str]:
    translator, stands = scene.translator, ending.stands
    if stands is not None and stands.answer is not ReleaseAnswer.WAIT:
        yield scene.stands(stands)
        yield _came(scene, stands, ending)
    elif ending.how is How.RULE and ending.released_at is not None:
        when = scene.local.to_the_second(ending.released_at)
        if is_late(scene.hour_of(day), ending.released_at):
            yield translator.say(
                "It came out {when}, more than 12 hours after it was due. Before sending it, I ask "
                "in another message.",
                when=when,
            )
        else:
            yield translator.say("It went out by itself {when}.", when=when)
    elif ending.how is not None:
        yield translator.say(OVERTAKEN)
    elif not ending.is_there:
        yield translator.say("It’s no longer in the content folder, so nothing goes out.")
    elif scene.local.now < scene.hour_of(day):
        yield translator.say(
            "It’s now due {when}. If it stays as it is, it goes out then.",
            when=scene.local.when(scene.hour_of(day)),
        )
    else:
        yield translator.say("There’s nothing left to decide.")
    if ending.how is None or ending.how.pushes:
        yield from _went(translator, ending.old, ending.missing)


def _came(scene: Scene, stands: CurrentAnswer, ending: Ending) -> str:
    """Say what came of an answer that ended the question."""
    translator = scene.translator
    if stands.answer is ReleaseAnswer.NOT_THIS_ONE:
        return translator.say(TAKEN[ReleaseAnswer.NOT_THIS_ONE])
    if not ending.is_there and ending.how is None:
        return translator.say("It’s no longer in the content folder, so nothing goes out.")
    if ending.how is How.OLDER:
        return translator.say(OVERTAKEN)
    if ending.released_at is None:
        return translator.say("It goes out in a moment.")
    return translator.say(
        "It went out {when}. While it’s being sent, you can pause or cancel it in the message that "
        "shows its progress.",
        when=scene.local.to_the_second(ending.released_at),
    )


def _went(translator: Translator, old: Sequence[str], missing: Sequence[str]) -> Iterator[str]:
    """Say which languages went out with an older text, and which did not go out."""
    if old:
        yield translator.say(
            "{languages} an older text went out: the one in the folder had an error, or was a draft.",
            languages=capital(listed(translator, old)),
        )
    if missing:
        yield translator.say(
            "{languages} nothing went out: there never was a text without errors.",
            languages=capital(listed(translator, missing)),
        )


def _pressed(scene: Scene, stands: CurrentAnswer, words: str) -> str:
    translator = scene.translator
    return translator.plain(
        words,
        name=scene.who(stands),
        label=translator.plain(LABELS[stands.answer]),
        when=scene.local.to_the_second(stands.at),
    )
