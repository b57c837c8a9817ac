"""Covers: uploaded once, then sent by their file ids."""

from bot.domain.delivery.outcome import Outcome, Sent
from bot.services.reading.cover_uploads import CoverUploads
from bot.telegram.api.errors import WRONG_FILE, says
from bot.telegram.api.files import File
from bot.telegram.api.page_request import photo_id

FILE_NAME = "cover"
"""The name of an uploaded cover: its payload says `attach://cover`."""


def cover_file(content: bytes, media_type: str) -> File:
    """Return the file to upload a cover with."""
    return File(FILE_NAME, content, media_type)


async def note_upload(uploads: CoverUploads, digest: str, outcome: Outcome) -> None:
    """Store the file id that Telegram gave a cover, if the message with it was sent. DatabaseError."""
    if isinstance(outcome, Sent) and (file_id := photo_id(outcome.answer)):
        await uploads.remember(digest, file_id)


async def forget_if_unknown(uploads: CoverUploads, digest: str, outcome: Outcome) -> bool:
    """Tell whether Telegram refused a message because it no longer knows the cover's file id.

    The id is dropped then, so that the next message uploads the cover again. DatabaseError.
    """
    if not says(outcome, *WRONG_FILE):
        return False
    await uploads.remember(digest, None)
    return True
