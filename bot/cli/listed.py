"""Lists on the terminal: readers, their grants, the audit log."""

import sys
from datetime import UTC, datetime

from bot.cli.database import OperatorError, with_database
from bot.cli.giving import moment, named
from bot.cli.tables import print_table
from bot.clock import Clock
from bot.config import CALLED
from bot.db.readers.grants import StoredGrant
from bot.db.readers.readers import Listed
from bot.domain.readers.grants import running
from bot.i18n import LANGUAGES, translator_for
from bot.services.operations.auditing import Auditing, AuditRecord
from bot.services.readers.listing import ReaderList
from bot.telegram.admin import audit_words

READERS = ("ID", "Since", "Language", "Reads everything until", "Push", "Gets messages")
GRANTS = ("Grant", "Given", "Until", "What")
AUDIT = ("UTC", "Who", "What")


def print_readers(url: str, clock: Clock, limit: int, page: int) -> None:
    """Print a page of the readers, the newest first. OperatorError: there is no such page."""
    after = (page - 1) * limit
    listed = with_database(url, clock, lambda database, _: ReaderList(database).last(limit, after))
    if not listed.count:
        _say("Nobody has started the bot yet.")
        return
    if not listed.readers:
        raise OperatorError(f"There is no page {page}: there are {listed.count:,} readers.")
    print_table(READERS, [_reader(reader, clock.now()) for reader in listed.readers])
    last = after + len(listed.readers)
    _say(
        f"{after + 1:,} to {last:,} of {listed.count:,}, the newest first. "
        f"One of them: `{CALLED} readers ID`."
    )
    if last < listed.count:
        _say(f"Older ones: `{_turned('readers', limit, page)}`.")


def print_reader(url: str, clock: Clock, reader_id: int) -> None:
    """Print a reader and all grants she was ever given. OperatorError: there is no such reader."""
    single = with_database(url, clock, lambda database, _: ReaderList(database).find(reader_id))
    if single is None:
        raise OperatorError(f"Nobody with the ID {reader_id} has started the bot.")
    now = clock.now()
    print_table(READERS, [_reader(single.listed, now)])
    if not single.grants:
        _say("She was never given access.")
        return
    ends = running([held.grant for held in single.grants], now)
    print_table(GRANTS, [_grant(held, ends.get(held.grant)) for held in single.grants])


def print_audit(url: str, clock: Clock, limit: int, page: int) -> None:
    """Print a page of the audit log, the newest first. OperatorError: there is no such page."""
    after = (page - 1) * limit
    records = with_database(url, clock, lambda database, _: Auditing(database).last(limit + 1, after))
    if not records and after:
        raise OperatorError(f"There is no page {page}.")
    if not records:
        _say("No admin has done anything yet.")
        return
    print_table(AUDIT, [_record(record) for record in records[:limit]])
    if len(records) > limit:
        _say(f"Older ones: `{_turned('audit', limit, page)}`.")


def _reader(listed: Listed, now: datetime) -> list[str]:
    reader = listed.reader
    full = reader.full_until is not None and reader.full_until > now
    return [
        str(reader.id),
        f"{listed.since:%Y-%m-%d}",
        reader.language,
        moment(reader.full_until) if full else "",
        "yes" if reader.push else "no",
        _reached(reader.stopped_at, reader.gone_at),
    ]


def _reached(stopped_at: datetime | None, gone_at: datetime | None) -> str:
    if gone_at is not None:
        return f"no: gone since {gone_at:%Y-%m-%d}"
    return f"no: /stop on {stopped_at:%Y-%m-%d}" if stopped_at is not None else "yes"


def _grant(held: StoredGrant, ends: datetime | None) -> list[str]:
    grant = held.grant
    until = moment(ends) if ends else "over"
    if grant.revoked_at is not None:
        until = f"taken back {moment(grant.revoked_at)}"
    return [str(held.id), f"{grant.given_at:%Y-%m-%d}", until, named(grant)]


def _record(record: AuditRecord) -> list[str]:
    translator = translator_for(LANGUAGES[0])
    return [
        f"{record.at.astimezone(UTC):%Y-%m-%d %H:%M}",
        audit_words.who(translator, record),
        audit_words.words(translator, record),
    ]


def _turned(verb: str, limit: int, page: int) -> str:
    chosen = f" --limit {limit}" if limit != 20 else ""
    return f"{CALLED} {verb} --page {page + 1}{chosen}"


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
