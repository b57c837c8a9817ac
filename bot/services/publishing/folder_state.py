"""News for the admins, made from the state of the content folder."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bot.domain.content.publication import Publication
from bot.domain.delivery.schedule import next_release
from bot.domain.publishing.news import Condition, EveNews, FolderNews, IssueNews
from bot.services.content.archive import Archive
from bot.services.content.folder_names import NO_EDITION
from bot.services.content.issues.record import Record

EVENING = time(18)
"""From this hour of the eve on, in the publication's zone, admins are told what is missing."""

USUAL = 3
"""If this many issues before had a cover, an issue without one is missing it."""


def folder_news(archive: Archive, now: datetime) -> FolderNews:
    publication = archive.publication
    hour = publication.out_at(next_release(publication, now))
    return FolderNews(publication, archive.general_problems, hour)


def coming_news(archive: Archive, now: datetime) -> dict[date, IssueNews]:
    """Return the news of each issue to come, by date."""
    known = {day: issue_news(day, record, archive.publication) for day, record in archive.ahead(now).items()}
    return {day: news for day, news in known.items() if news.condition is not Condition.REMOVED}


def gone_news(archive: Archive, days: Iterable[date], now: datetime) -> list[IssueNews]:
    """Return news of those of `days` whose folder was taken away before their hour."""
    current, publication = archive.current(now), archive.publication
    coming = coming_news(archive, now)
    return [
        IssueNews(day, publication.out_at(day), Condition.REMOVED, {})
        for day in days
        if day not in coming
        and not archive.is_reading(day)
        and (current is None or day > current)
        and now < publication.out_at(day)
    ]


def eve_news(archive: Archive, now: datetime) -> EveNews | None:
    """Return what the next issue lacks; None outside the time from its eve to its hour."""
    publication = archive.publication
    day = next_release(publication, now)
    evening = datetime.combine(day - timedelta(days=1), EVENING, tzinfo=publication.zone)
    if now < evening or archive.is_reading(day) or archive.is_out(day, now):
        return None
    issue = coming_news(archive, now).get(day)
    had = [archive.has_cover(earlier) for earlier in archive.dates(now)[:USUAL]]
    lacks = issue is not None and not issue.has_cover and len(had) == USUAL and all(had)
    return EveNews(day, publication.out_at(day), issue, lacks_cover=lacks)


def issue_news(day: date, record: Record, publication: Publication) -> IssueNews:
    summary = record.summary
    editions = summary.editions if summary else {}
    on_disk = (*editions, *record.broken, *record.drafts)
    return IssueNews(
        day=day,
        hour=publication.out_at(day),
        condition=_condition(record),
        titles={language: edition.title for language, edition in editions.items()},
        sections=max((len(edition.sections) for edition in editions.values()), default=0),
        broken=record.broken,
        drafts=record.drafts,
        missing=tuple(language for language in publication.languages if language not in on_disk),
        problems=tuple(sorted(record.problems, key=lambda problem: problem.warning)),
        has_cover=record.package.cover is not None,
        asks_first=publication.skipped(day) or day.weekday() != publication.push_day,
        revisions=tuple(edition.revision for edition in editions.values()),
    )


def _condition(record: Record) -> Condition:
    wrong = [problem.what for problem in record.problems if not problem.warning]
    if wrong == [NO_EDITION] and not any(name.lower().endswith(".md") for name, *_ in record.stamp):
        return Condition.REMOVED  # a folder that nothing was put into yet, or from which all was taken
    if wrong:
        return Condition.BROKEN
    return Condition.HELD if record.drafts else Condition.WHOLE
