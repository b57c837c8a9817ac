"""The question about an issue that waits, with its buttons."""

from collections.abc import Iterator, Sequence

from bot.domain.delivery.schedule import is_late
from bot.domain.pages.page import Button, Buttons
from bot.domain.publishing.release import ASKED_AGAIN, Reason, ReleaseAnswer
from bot.i18n import N_, Translator, capital
from bot.services.publishing.release_questions import EditionToSend, WaitingIssue
from bot.telegram.admin.problem_words import named
from bot.telegram.admin.release.scene import LABELS, Content, Scene, listed, quoted

MOST_ERRORS = 2
"""How many errors a question names; it is long without them."""

FAMILY = "issue"
"""How the callback data of a question's buttons begins."""

CODES = {ReleaseAnswer.SEND_NOW: "send", ReleaseAnswer.WAIT: "wait", ReleaseAnswer.NOT_THIS_ONE: "not"}
EXPLAINED = {
    ReleaseAnswer.SEND_NOW: N_("<b>Send now</b>: it goes out at once, and you can still pause or cancel it."),
    ReleaseAnswer.WAIT: N_(
        "<b>Wait</b>: it stays until somebody presses a button, and I ask again in an hour."
    ),
    ReleaseAnswer.NOT_THIS_ONE: N_(
        "<b>Not this one</b>: it isn’t sent to anyone, and readers find it like any older issue."
    ),
}


def question(scene: Scene, waiting: WaitingIssue, title: str) -> Content:
    """Return the question about an issue of this title as it stands now."""
    translator = scene.translator
    answers = _answers(waiting)
    head = translator.say("<b>{title}</b> is waiting to go out.", title=quoted(title))
    lines = [
        f"⚠ {head}",
        translator.say("Issue of {day}.", day=translator.full_date(waiting.day)),
        "",
        *_reasons(scene, waiting),
        "",
        *_going(scene, waiting),
        "",
        *_outlook(scene, waiting),
        "",
        *(translator.say(EXPLAINED[answer]) for answer in answers),
    ]
    return "\n".join(lines), _buttons(translator, waiting, answers)


def _answers(waiting: WaitingIssue) -> list[ReleaseAnswer]:
    """Return the possible answers: not Wait where it was given, nor Send now where nothing can go out."""
    impossible = {
        ReleaseAnswer.SEND_NOW: not waiting.going,
        ReleaseAnswer.WAIT: _waits(waiting),
        ReleaseAnswer.NOT_THIS_ONE: False,
    }
    return [answer for answer in ReleaseAnswer if not impossible[answer]]


def _waits(waiting: WaitingIssue) -> bool:
    """Tell whether this question was answered with Wait. After an hour it is asked anew."""
    return waiting.answer is not None and waiting.answer.at >= waiting.since


def _buttons(translator: Translator, waiting: WaitingIssue, answers: Sequence[ReleaseAnswer]) -> Buttons:
    made = [
        Button(
            translator.plain(LABELS[answer]),
            action=f"{FAMILY}:{CODES[answer]}:{waiting.day}:{waiting.round}",
        )
        for answer in answers
    ]
    first, rest = made[:2], made[2:]
    return (tuple(first), tuple(rest)) if rest else (tuple(first),)


def _reasons(scene: Scene, waiting: WaitingIssue) -> Iterator[str]:
    translator = scene.translator
    hour = scene.hour_of(waiting.day)
    for reason in waiting.reasons:
        match reason:
            case Reason.LATE:
                yield translator.say("It turned up after it was due ({when}).", when=scene.local.when(hour))
            case Reason.CHANGED:
                yield translator.say(
                    "Something in its folder or in publication.toml changed in the minute before "
                    "it was due ({when}), or later.",
                    when=scene.local.when(hour),
                )
            case Reason.BROKEN:
                yield translator.say_n(
                    "The edition {languages} has an error and doesn’t load.",
                    "The editions {languages} have errors and don’t load.",
                    len(waiting.broken),
                    languages=listed(translator, waiting.broken),
                )
                yield from named(translator, waiting.errors, MOST_ERRORS)
            case Reason.DRAFT:
                yield translator.say_n(
                    "The edition {languages} is a draft.",
                    "The editions {languages} are drafts.",
                    len(waiting.drafts),
                    languages=listed(translator, waiting.drafts),
                )
            case Reason.WEEKDAY:
                yield translator.say(
                    "Its date is a {day}, but the push day is {push}.",
                    day=translator.weekday(waiting.day.weekday()),
                    push=translator.weekday(scene.publication.push_day),
                )
            case Reason.SKIPPED:
                yield translator.say(
                    "Its date is in <code>skip</code> in publication.toml, so nothing was meant to "
                    "come out that day."
                )


def _going(scene: Scene, waiting: WaitingIssue) -> Iterator[str]:
    """Say what would go out now, in each language."""
    translator = scene.translator
    if not waiting.going:
        yield translator.say("None of it can go out yet.")
        return
    yield translator.say("What would go out now:")
    for language in dict.fromkeys((*scene.publication.languages, *waiting.going, *waiting.readers)):
        readers = waiting.readers.get(language, 0)
        going = waiting.going.get(language)
        if going is not None:
            yield _edition(translator, language, going, readers)
        elif readers or language in waiting.missing:
            yield _missing(scene, waiting, language, readers)
    yield translator.say("• with its cover") if waiting.has_cover else translator.say("• without a cover")


def _edition(translator: Translator, language: str, going: EditionToSend, readers: int) -> str:
    line = translator.say(
        "• {language}: “{title}”, {sections}, {readers}",
        language=capital(translator.in_language(language)),
        title=quoted(going.title),
        sections=translator.say_n("{count} section", "{count} sections", going.sections),
        readers=_readers(translator, readers),
    )
    return line + " " + translator.say("(an older text than the one in the folder)") if going.old else line


def _missing(scene: Scene, waiting: WaitingIssue, language: str, readers: int) -> str:
    translator = scene.translator
    if not readers:
        return translator.say("• {language}: missing", language=capital(translator.in_language(language)))
    first = scene.publication.first_language
    served = first if first in waiting.going else next(iter(waiting.going))
    return translator.say_n(
        "• {language}: missing; its {count} reader gets it {other}",
        "• {language}: missing; its {count} readers get it {other}",
        readers,
        language=capital(translator.in_language(language)),
        other=translator.in_language(served),
    )


def _outlook(scene: Scene, waiting: WaitingIssue) -> Iterator[str]:
    """Say when it goes out."""
    translator, due = scene.translator, waiting.due_at
    if waiting.answer is not None:
        yield scene.stands(waiting.answer)
    if waiting.answer is not None and _waits(waiting):
        yield translator.say(
            "It only goes out when somebody presses a button. I ask again {when}.",
            when=scene.local.when(waiting.answer.at + ASKED_AGAIN),
        )
    elif waiting.answer is not None:
        yield translator.say("It only goes out when somebody presses a button.")
    elif due is not None and is_late(scene.hour_of(waiting.day), due):
        yield translator.say(
            "It comes out by itself {when}. That’s more than 12 hours after it was due, so I ask "
            "once more before sending it.",
            when=scene.local.to_the_second(due),
        )
    elif due is not None:
        yield translator.say("It goes out by itself {when}.", when=scene.local.to_the_second(due))
        if Reason.BROKEN in waiting.reasons:
            yield translator.say("If it’s fixed before then, it goes out a minute after the last change.")
    else:
        words = _without_due(waiting)
        yield translator.say(words)


def _without_due(waiting: WaitingIssue) -> str:
    """Say what has to happen before the issue goes out, where it does not go out by itself."""
    holds = {Reason.BROKEN, Reason.DRAFT, Reason.WEEKDAY, Reason.SKIPPED} & {*waiting.reasons}
    if holds == {Reason.DRAFT}:
        return N_("It goes out by itself a minute after no draft is left.")
    if holds == {Reason.BROKEN}:
        return N_("It goes out by itself a minute after it’s fixed.")
    if waiting.going:
        return N_("As it stands, it only goes out when somebody presses a button.")
    return N_("As it stands, it doesn’t go out.")


def _readers(translator: Translator, count: int) -> str:
    return translator.say_n("{count} reader", "{count} readers", count)
