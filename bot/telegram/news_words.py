"""News of the content folder, in words."""

import html
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.news import Condition, EveNews, FolderNews, IssueNews, News, Told
from bot.domain.problem import Problem
from bot.domain.publication import Publication
from bot.domain.reader import Reader
from bot.domain.release import QUIET
from bot.domain.schedule import zone_of
from bot.domain.sentences import shorten
from bot.i18n import Speech, capital, speech
from bot.telegram.problem_words import named

MOST_PROBLEMS = 5


def words(news: News, reader: Reader, publication: Publication, now: datetime, before: Told | None) -> str:
    """Return the message, as Telegram HTML. `before` is what this admin was told last."""
    voice = speech(reader.language)
    own = zone_of(reader.zone, publication)
    match news:
        case IssueNews():
            lines = _issue(voice, news, own, now, before)
        case FolderNews():
            lines = _folder(voice, news, before)
        case EveNews():
            return "\n".join(_eve(voice, news))
    day = voice.weekday(now.astimezone(own).weekday())
    return "\n".join(
        [*lines, "", voice.say("The folder as of {day} {hour:at}.", day=day, hour=voice.hour(now, own))]
    )


def _issue(voice: Speech, news: IssueNews, zone: ZoneInfo, now: datetime, before: Told | None) -> list[str]:
    day = voice.full_date(news.day)
    if news.condition is Condition.GONE:
        gone = voice.say(
            "✕ The issue of {day} was removed: nothing of it is left in the content folder.", day=day
        )
        return [gone, voice.say("If none comes, nothing is sent that day.")]
    if news.condition is Condition.BROKEN:
        lines = ["⚠ " + voice.say("The issue of {day} has errors.", day=day)]
        when = _when(voice, news, zone, now)
        return [*lines, *_problems(voice, news.problems), "", *_what_there_is(voice, news), when]
    was_broken = before is not None and before.condition is Condition.BROKEN
    said = (
        voice.say("✓ Fixed: the issue of {day} is loaded.", day=day)
        if was_broken
        else voice.say("✓ The issue of {day} is loaded.", day=day)
    )
    what = [said, *_what_there_is(voice, news), _when(voice, news, zone, now)]
    return [*what, *_problems(voice, news.problems)]


def _what_there_is(voice: Speech, news: IssueNews) -> list[str]:
    """Name what can be looked at, and all that is not ready."""
    lines: list[str] = []
    if title := news.titles.get(voice.language) or next(iter(news.titles.values()), ""):
        lines.append(f"<b>{html.escape(shorten(title, 200), quote=False)}</b>")
    ready = [language for language in news.titles if language not in (*news.broken, *news.drafts)]
    if ready:
        languages = _listed(voice, ready)
        lines.append(
            voice.say_n(
                "{languages} · {count} section",
                "{languages} · {count} sections",
                news.sections,
                languages=capital(languages),
            )
            + " · "
            + (voice.say("with a cover") if news.has_cover else voice.say("no cover"))
        )
    return [*lines, *_not_ready(voice, news)]


def _not_ready(voice: Speech, news: IssueNews) -> list[str]:
    lines = []
    if news.drafts:
        lines.append(
            voice.say("✎ Held, because of a draft: {languages}.", languages=_listed(voice, news.drafts))
        )
    still_good = [language for language in news.broken if language in news.titles]
    lost = [language for language in news.broken if language not in news.titles]
    if still_good:
        said = voice.say(
            "⚠ With errors; the last good version is kept: {languages}.", languages=_listed(voice, still_good)
        )
        lines.append(said)
    if lost:
        lines.append(
            voice.say("⚠ With errors, and no good version yet: {languages}.", languages=_listed(voice, lost))
        )
    if news.missing:
        lines.append(voice.say("✕ Still missing: {languages}.", languages=_listed(voice, news.missing)))
    return lines


def _when(voice: Speech, news: IssueNews, zone: ZoneInfo, now: datetime) -> str:
    moment = voice.moment(news.hour, zone)
    if now >= news.hour:
        return voice.say(
            "It was due on {moment}. The question about it says when it goes out.", moment=moment
        )
    if news.asks_first:
        return voice.say(
            "That’s not a push day, so I’ll ask before it goes out. It’s due on {moment}.", moment=moment
        )
    if news.condition is Condition.BROKEN:
        return voice.say(
            "It’s due on {moment}. If it still has errors then, it waits and I ask.", moment=moment
        )
    if news.condition is Condition.HELD:
        return voice.say("It’s due on {moment}. It waits until no draft is left.", moment=moment)
    if news.hour - now < QUIET:
        return voice.say(
            "It’s due on {moment}. A change in the last minute delays it until a minute after the change.",
            moment=moment,
        )
    return voice.say("Out on {moment}.", moment=moment)


def _folder(voice: Speech, news: FolderNews, before: Told | None) -> list[str]:
    if not news.condition.is_good:
        broken = voice.say(
            "There’s a problem in the content folder. The last good publication.toml still applies."
        )
        return ["⚠ " + broken, *_problems(voice, news.problems)]
    publication = news.publication
    was_broken = before is not None and not before.condition.is_good
    lines = [
        "✓ " + voice.say("publication.toml is fine again.")
        if was_broken
        else "✓ " + voice.say("publication.toml has changed."),
        voice.say(
            "An issue every {day} at {hour} ({place}): {languages}.",
            day=voice.weekday(publication.push_day),
            hour=voice.clock_time(publication.push_hour),
            place=voice.place(str(publication.zone)),
            languages=_listed(voice, publication.languages),
        ),
    ]
    if days := [voice.day(day) for day in sorted(publication.skip)]:
        lines.append(voice.say("No issue on: {days}.", days="; ".join(days)))
    return [*lines, *_problems(voice, news.problems)]


def _eve(voice: Speech, news: EveNews) -> list[str]:
    day = voice.full_date(news.day)
    if news.issue is None:
        said = voice.say("There’s no issue for {day} yet. If none comes, nothing is sent that day.", day=day)
        return ["⚠ " + said]
    lines = [
        "⚠ " + voice.say("The issue of {day} isn’t complete yet.", day=day),
        *_not_ready(voice, news.issue),
    ]
    if news.lacks_cover:
        lines.append(voice.say("✕ It has no cover; the issues before it did."))
    return lines


def _problems(voice: Speech, problems: Sequence[Problem]) -> list[str]:
    """Name the first problems below an empty line."""
    return ["", *named(voice, problems, MOST_PROBLEMS)] if problems else []


def _listed(voice: Speech, languages: Sequence[str]) -> str:
    return voice.listing([voice.language_name(language) for language in languages])
