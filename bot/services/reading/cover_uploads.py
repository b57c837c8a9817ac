"""Covers that were uploaded to Telegram, by their file ids."""

import structlog

from bot.db.delivery import uploads
from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, is_news

log = structlog.get_logger(__name__)


class CoverUploads:
    """File ids by the digest of the picture, shared by replies and campaigns, kept in the database.

    A cover is uploaded with the first message that shows it; later messages name its file id.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def file_id(self, digest: str) -> str | None:
        """Return Telegram's file id of a picture; None where it has to be uploaded. DatabaseError."""
        async with self._database.read() as session:
            return await uploads.find(session, digest)

    async def remember(self, digest: str, file_id: str | None) -> None:
        """Store a file id; None deletes one that Telegram no longer knows.

        Where the database is down nothing is stored and nothing raised, since the message was sent.
        """
        try:
            async with self._database.write() as session:
                if file_id is None:
                    await uploads.forget(session, digest)
                else:
                    await uploads.remember(session, digest, file_id)
        except DatabaseError as error:
            if is_news(error):
                log.warning("a cover's file id could not be stored", error=type(error).__name__)
