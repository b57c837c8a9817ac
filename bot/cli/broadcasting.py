"""`briefing broadcast`: files read, confirmed and sent to readers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from bot.clock import SystemClock
from bot.config import CALLED, Settings
from bot.db.engine.session import Database
from bot.db.errors import UnusableError
from bot.db.updates.heartbeat import Heartbeat
from bot.db.updates.processes import is_any_alive
from bot.domain.content.problem import ContentErrors
from bot.domain.content.publication import Publication
from bot.domain.delivery.announcement import ALL, Announcement
from bot.domain.delivery.announcement_markdown import read_announcement
from bot.domain.readers.audience import OFFERED, Audience, Segment
from bot.i18n import translator_for
from bot.services.content.folder import Folder
from bot.services.content.publication_file import read_publication
from bot.services.delivery.broadcasting import Broadcast, Broadcasting, Reach, Refusal
from bot.services.operations.database_clock import by_the_database


class AnnouncingError(Exception):
    """Nothing was sent; the text says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """How the operator is told something (`tell`) and asked for a yes (`agrees`)."""

    tell: Callable[[str], object]
    agrees: Callable[[str], bool]


def announce(settings: Settings, files: Mapping[str, Path], audience: str, terminal: Terminal) -> None:
    """Open a broadcast of these files, by language, once the operator agrees. AnnouncingError."""
    chosen = Audience.read(audience)
    if chosen is None:
        known = ", ".join(offered.code() for offered in OFFERED)
        raise AnnouncingError(f"There is no audience {audience!r}. Choose one of: {known}.")
    try:
        publication = read_publication(Folder(settings.content_dir))
        messages = {language: _read(file, terminal) for language, file in files.items()}
        asyncio.run(_open(settings, publication, messages, chosen, terminal))
    except (ContentErrors, UnusableError) as error:
        raise AnnouncingError(str(error)) from None


def _read(file: Path, terminal: Terminal) -> Announcement:
    try:
        source = file.read_bytes()
    except OSError as error:
        raise AnnouncingError(f"{file} cannot be read ({error.strerror}).") from None
    announcement, warnings = read_announcement(source, str(file))
    for warning in warnings:
        terminal.tell(str(warning))
    return announcement


async def _open(
    settings: Settings,
    publication: Publication,
    messages: Mapping[str, Announcement],
    audience: Audience,
    terminal: Terminal,
) -> None:
    database = Database(settings.database_url)
    try:
        await database.migrate()
        clock = await by_the_database(database, SystemClock())
        broadcasting = Broadcasting(database, clock, settings.admin_ids, lambda: publication)
        reach = await broadcasting.reach(audience)
        if not reach.readers:
            raise AnnouncingError("Nobody is in this audience now, so nothing is sent.")
        for language, message in messages.items():
            terminal.tell(_shown(language, message))
        terminal.tell(_counted(reach, audience))
        if not terminal.agrees("Send it?"):
            raise AnnouncingError("Nothing is sent.")
        opened = await broadcasting.send(messages, audience)
        leads = await _somebody_sends(database)
    finally:
        await database.close()
    terminal.tell(_outcome(opened, audience, publication))
    if not leads:
        terminal.tell("No bot runs on this database now: nothing goes out before one is started.")


async def _somebody_sends(database: Database) -> bool:
    await Heartbeat(database, "broadcast").expire_dead()
    async with database.read() as session:
        return await is_any_alive(session)


def _shown(language: str, message: Announcement) -> str:
    head = "--- For all" if language == ALL else f"--- In {translator_for('en').language_name(language)}"
    return f"{head}:\n\n{message.plain}\n"


def _counted(reach: Reach, audience: Audience) -> str:
    count = "1 reader gets it" if reach.readers == 1 else f"{reach.readers:,} readers get it"
    whom = f"{count} ({audience.code()})."
    held = f" {reach.quiet:,} of them when their quiet hours end." if reach.quiet else ""
    return whom + held


def _outcome(opened: Broadcast | Refusal, audience: Audience, publication: Publication) -> str:
    if isinstance(opened, Refusal):
        raise AnnouncingError("Nobody is in this audience any more, so nothing is sent.")
    if audience.who is Segment.ADMINS:
        return f"Campaign {opened.campaign.id}: a test, it goes out at once."
    number, starts = opened.campaign.id, opened.campaign.starts_at
    return (
        f"Campaign {number} starts at {starts.astimezone(publication.zone):%H:%M:%S} ({publication.zone}), "
        f"{starts.astimezone(UTC):%H:%M:%S} UTC. Until then any admin can undo it in the chat with the bot, "
        f"and you with `{CALLED} campaigns cancel {number}`."
    )


def files_of(file: Path, spanish: Path | None) -> dict[str, Path]:
    """Return the files by language; without a Spanish one, `file` is for all languages."""
    return {ALL: file} if spanish is None else {"en": file, "es": spanish}
