"""An issue to come, as the one rule of release sees it."""

from bot.db.publishing.releases import Release
from bot.domain.content.publication import Publication
from bot.domain.publishing.release import UpcomingIssue
from bot.services.content.issues.issue_summary import FolderState


def upcoming_issue(
    row: Release, state: FolderState, publication: Publication, *, is_older: bool = False
) -> UpcomingIssue:
    return UpcomingIssue(
        day=row.day,
        hour=publication.out_at(row.day),
        is_push_day=row.day.weekday() == publication.push_day,
        is_skipped=publication.skipped(row.day),
        changed_at=row.changed_at,
        found_at=row.found_at,
        broken_since=row.broken_since,
        drafts=state.drafts,
        has_words=bool(state.going),
        is_older=is_older,
        answer=row.answer,
    )
