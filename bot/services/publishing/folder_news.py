"""News of the content folder, for each admin once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.publishing import news as rows
from bot.domain.delivery.schedule import is_quiet, zone_of
from bot.domain.publishing.news import Condition, EveNews, News, Step, Told, eve_step, folder_step, issue_step
from bot.domain.readers.reader import Reader
from bot.services.content.archive import Archive
from bot.services.publishing.folder_state import coming_news, eve_news, folder_news, gone_news
from bot.services.readers.admins import Admins

FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class PendingNews:
    """What an admin is to be told, how, and what she was told before. `about`: a date or `FOLDER`."""

    reader: Reader
    about: str
    news: News
    step: Step
    before: Told | None


class NewsOutbox:
    """An outbox: which news are to be told to which admin. Used by the leader.

    1. `due` returns what is to be told.
    2. `claim` notes it as told, before the message is sent: a crash, or an answer that is lost, must not tell
       it twice.
    3. `arrived` notes the message; `undo` takes the claim back where the message was certainly not sent.
    """

    def __init__(self, database: Database, archive: Archive, clock: Clock, admins: Admins) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock
        self._admins = admins

    async def due(self) -> list[PendingNews]:
        """Return what is to be told now. What is only to be noted (`Step.NOTE`) is claimed at once."""
        readers = await self._admins.reachable()
        if not readers:
            return []
        now = self._clock.now()
        async with self._database.read() as session:
            told = await rows.told(session, [reader.id for reader in readers])
            days = await rows.days_of(session)
        pending_news = [pending for reader in readers for pending in self._for(reader, told, days, now)]
        for pending in pending_news:
            if pending.step is Step.NOTE:
                await self.claim(pending)
        return [pending for pending in pending_news if pending.step is not Step.NOTE]

    def _for(
        self, reader: Reader, told: dict[tuple[str, int], Told], days: list[date], now: datetime
    ) -> list[PendingNews]:
        """Return what an admin is to be told. Without news she gets the eve's alone."""
        archive = self._archive
        zone = zone_of(reader.zone, archive.publication)
        quiet = is_quiet(now, zone, reader.quiet)
        pending_news: list[PendingNews] = []

        def before(about: str) -> Told | None:
            return told.get((about, reader.id))

        def add(about: str, news: News, step: Step) -> None:
            if step is not Step.NOTHING:
                pending_news.append(PendingNews(reader, about, news, step, before(about)))

        def add_eve() -> None:
            if (eve := eve_news(archive, now)) is not None:
                step = eve_step(before(f"eve {eve.day}"), eve, quiet=quiet)
                add(
                    f"eve {eve.day}",
                    eve,
                    Step.NOTE if step is Step.SEND and _says(pending_news, eve.day) else step,
                )

        if not reader.news or reader.stopped_at is not None:
            add_eve()
            return pending_news
        folder = folder_news(archive, now)
        add(FOLDER, folder, folder_step(before(FOLDER), folder, now, quiet=quiet))
        known = [day for day in days if _was_there(before(str(day)))]
        for issue in (*coming_news(archive, now).values(), *gone_news(archive, known, now)):
            add(str(issue.day), issue, issue_step(before(str(issue.day)), issue, now, quiet=quiet))
        add_eve()
        return pending_news

    async def claim(self, pending: PendingNews) -> bool:
        """Note this as told; False where another process was first."""
        message_id = pending.before.message_id if pending.before and pending.step is Step.EDIT else None
        now = Told(_shown(pending.news), _condition(pending.news), self._clock.now(), message_id)
        async with self._database.write() as session:
            return await rows.put(session, pending.about, pending.reader.id, now, pending.before)

    async def arrived(self, pending: PendingNews, message_id: int) -> None:
        """Note the message that holds it, so that later news can edit it."""
        now = Told(_shown(pending.news), _condition(pending.news), self._clock.now(), message_id)
        async with self._database.write() as session:
            await rows.put(session, pending.about, pending.reader.id, now, now)

    async def undo(self, pending: PendingNews) -> None:
        """Take a claim back: it was certainly not told, and is due again."""
        now = Told(_shown(pending.news), _condition(pending.news), self._clock.now())
        async with self._database.write() as session:
            if pending.before is None:
                await rows.drop(session, pending.about, pending.reader.id)
            else:
                await rows.put(session, pending.about, pending.reader.id, pending.before, now)


def _says(pending_news: Iterable[PendingNews], day: date) -> bool:
    """Tell whether a new message about this issue is among these: it says what the eve would say."""
    return any(pending.about == str(day) and pending.step is Step.SEND for pending in pending_news)


def _was_there(told: Told | None) -> bool:
    return told is not None and told.condition is not Condition.REMOVED


def _shown(news: News) -> str:
    return "eve" if isinstance(news, EveNews) else news.digest


def _condition(news: News) -> Condition:
    return Condition.WHOLE if isinstance(news, EveNews) else news.condition
