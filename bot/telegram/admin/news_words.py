"""News of the content folder, in words."""

import html
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.content.problem import Problem
from bot.domain.content.publication import Publication
from bot.domain.delivery.schedule import zone_of
from bot.domain.pages.text_cutting import shorten
from bot.domain.publishing.news import Condition, EveNews, FolderNews, IssueNews, News, Told
from bot.domain.publishing.release import QUIET
from bot.domain.readers.reader import Reader
from bot.i18n import Translator, capital, translator_for
from bot.telegram.admin.problem_words import named

MOST_PROBLEMS = 5


def words(news: News, reader: Reader, publication: Publication, now: datetime, before: Told | None) -> str:
    """Return a message as Telegram HTML; `before`: what this admin was told last."""
    translator = translator_for(reader.language)
    own = zone_of(reader.zone, publication)
    match news:
        case IssueNews():
            lines = _issue(translator, news, own, now, before)
        case FolderNews():
            lines = _folder(translator, news, before)
        case EveNews():
            return "\n".join(_eve(translator, news))
    day = translator.weekday(now.astimezone(own).weekday())
    return "\n".join(
        [
            *lines,
            "",
            translator.say("The folder as of {day} {hour:at}.", day=day, hour=translator.hour(now, own)),
        ]
    )


def _issue(
    translator: Translator, news: IssueNews, zone: ZoneInfo, now: datetime, before: Told | None
) -> list[str]:
    day = translator.full_date(news.day)
    if news.condition is Condition.REMOVED:
        gone = translator.say(
            "✕ The issue of {day} was removed: nothing of it is left in the content folder.", day=day
        )
        return [gone, translator.say("If none comes, nothing is sent that day.")]
    if news.condition is Condition.BROKEN:
        lines = ["⚠ " + translator.say("The issue of {day} has errors.", day=day)]
        when = _when(translator, news, zone, now)
        return [*lines, *_problems(translator, news.problems), "", *_what_there_is(translator, news), when]
    was_broken = before is not None and before.condition is Condition.BROKEN
    said = (
        translator.say("✓ Fixed: the issue of {day} is loaded.", day=day)
        if was_broken
        else translator.say("✓ The issue of {day} is loaded.", day=day)
    )
    what = [said, *_what_there_is(translator, news), _when(translator, news, zone, now)]
    return [*what, *_problems(translator, news.problems)]


def _what_there_is(translator: Translator, news: IssueNews) -> list[str]:
    """Return lines on the title, the languages that are ready, and all that is not."""
    lines: list[str] = []
    if title := news.titles.get(translator.language) or next(iter(news.titles.values()), ""):
        lines.append(f"<b>{html.escape(shorten(title, 200), quote=False)}</b>")
    ready = [language for language in news.titles if language not in (*news.broken, *news.drafts)]
    if ready:
        languages = _listed(translator, ready)
        lines.append(
            translator.say_n(
                "{languages} · {count} section",
                "{languages} · {count} sections",
                news.sections,
                languages=capital(languages),
            )
            + " · "
            + (translator.say("with a cover") if news.has_cover else translator.say("no cover"))
        )
    return [*lines, *_not_ready(translator, news)]


def _not_ready(translator: Translator, news: IssueNews) -> list[str]:
    lines = []
    if news.drafts:
        lines.append(
            translator.say(
                "✎ Held, because of a draft: {languages}.", languages=_listed(translator, news.drafts)
            )
        )
    still_good = [language for language in news.broken if language in news.titles]
    lost = [language for language in news.broken if language not in news.titles]
    if still_good:
        said = translator.say(
            "⚠ With errors; the last good version is kept: {languages}.",
            languages=_listed(translator, still_good),
        )
        lines.append(said)
    if lost:
        lines.append(
            translator.say(
                "⚠ With errors, and no good version yet: {languages}.", languages=_listed(translator, lost)
            )
        )
    if news.missing:
        lines.append(
            translator.say("✕ Still missing: {languages}.", languages=_listed(translator, news.missing))
        )
    return lines


def _when(translator: Translator, news: IssueNews, zone: ZoneInfo, now: datetime) -> str:
    moment = translator.moment(news.hour, zone)
    if now >= news.hour:
        return translator.say(
            "It was due on {moment}. The question about it says when it goes out.", moment=moment
        )
    if news.asks_first:
        return translator.say(
            "That’s not a push day, so I’ll ask before it goes out. It’s due on {moment}.", moment=moment
        )
    if news.condition is Condition.BROKEN:
        return translator.say(
            "It’s due on {moment}. If it still has errors then, it waits and I ask.", moment=moment
        )
    if news.condition is Condition.HELD:
        return translator.say("It’s due on {moment}. It waits until no draft is left.", moment=moment)
    if news.hour - now < QUIET:
        return translator.say(
            "It’s due on {moment}. A change in the last minute delays it until a minute after the change.",
            moment=moment,
        )
    return translator.say("Out on {moment}.", moment=moment)


def _folder(translator: Translator, news: FolderNews, before: Told | None) -> list[str]:
    if not news.condition.is_good:
        broken = translator.say(
            "There’s a problem in the content folder. The last good publication.toml still applies."
        )
        return ["⚠ " + broken, *_problems(translator, news.problems)]
    publication = news.publication
    was_broken = before is not None and not before.condition.is_good
    lines = [
        "✓ " + translator.say("publication.toml is fine again.")
        if was_broken
        else "✓ " + translator.say("publication.toml has changed."),
        translator.say(
            "An issue every {day} at {hour} ({place}): {languages}.",
            day=translator.weekday(publication.push_day),
            hour=translator.clock_time(publication.push_hour),
            place=translator.place(str(publication.zone)),
            languages=_listed(translator, publication.languages),
        ),
    ]
    if days := [translator.day(day) for day in sorted(publication.skip)]:
        lines.append(translator.say("No issue on: {days}.", days="; ".join(days)))
    return [*lines, *_problems(translator, news.problems)]


def _eve(translator: Translator, news: EveNews) -> list[str]:
    day = translator.full_date(news.day)
    if news.issue is None:
        said = translator.say(
            "There’s no issue for {day} yet. If none comes, nothing is sent that day.", day=day
        )
        return ["⚠ " + said]
    lines = [
        "⚠ " + translator.say("The issue of {day} isn’t complete yet.", day=day),
        *_not_ready(translator, news.issue),
    ]
    if news.lacks_cover:
        lines.append(translator.say("✕ It has no cover; the issues before it did."))
    return lines


def _problems(translator: Translator, problems: Sequence[Problem]) -> list[str]:
    """Return an empty line and the first problems; nothing where there are none."""
    return ["", *named(translator, problems, MOST_PROBLEMS)] if problems else []


def _listed(translator: Translator, languages: Sequence[str]) -> str:
    return translator.listing([translator.language_name(language) for language in languages])
