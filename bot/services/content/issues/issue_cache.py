"""A cache of whole issues, rebuilt from their packages on demand."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial

from bot.domain.content.issue import Issue
from bot.domain.content.publication import Publication
from bot.services.content.folder import Folder
from bot.services.content.issues.loading import rebuild
from bot.services.content.issues.record import Record

KEPT = 8
"""Issues in memory with their texts, those used last."""


class IssueCache:
    """Evicts the least recently used issue. `rebuild` does not fill the cache: call `put`."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._issues: OrderedDict[date, Issue] = OrderedDict()
        self._rebuilding: dict[tuple[date, bool], tuple[Record, asyncio.Task[Issue | None]]] = {}
        # A pool of its own: however many old issues are asked for, other work in threads does not wait.
        self._pool = ThreadPoolExecutor(1, "old issues")

    @property
    def has_room(self) -> bool:
        return len(self._issues) < KEPT

    def get(self, day: date) -> Issue | None:
        issue = self._issues.get(day)
        if issue is not None:
            self._issues.move_to_end(day)
        return issue

    def put(self, issue: Issue) -> None:
        self._issues[issue.date] = issue
        self._issues.move_to_end(issue.date)
        if len(self._issues) > KEPT:
            self._issues.popitem(last=False)

    def drop(self, day: date) -> bool:
        """Drop the issue of this date; return whether it was cached."""
        return self._issues.pop(day, None) is not None

    async def rebuild(
        self, record: Record, publication: Publication, *, hides_drafts: bool = False
    ) -> Issue | None:
        """Make the issue of a record again, in a thread; callers at the same time share one run.

        `hides_drafts`: each draft is replaced by the last good source of its language.
        """
        key = (record.package.day, hides_drafts)
        known, task = self._rebuilding.get(key, (None, None))
        if task is None or task.done() or known is not record:
            task = asyncio.create_task(self._rebuild(record, publication, hides_drafts=hides_drafts))
            self._rebuilding[key] = (record, task)
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)  # one caller that is cancelled must not cancel the others

    async def _rebuild(self, record: Record, publication: Publication, *, hides_drafts: bool) -> Issue | None:
        package = replace(record.package, drafts={}) if hides_drafts else record.package
        work = partial(rebuild, self._folder, package, publication)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _forget(self, key: tuple[date, bool], done: asyncio.Task[Issue | None]) -> None:
        if self._rebuilding.get(key, (None, None))[1] is done:
            del self._rebuilding[key]

    def close(self) -> None:
        """Cancel rebuilds that wait; one that runs ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
