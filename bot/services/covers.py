"""The cover that lies beside the editions: found, checked, held whole."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from bot.domain.issue import Cover
from bot.domain.problem import Findings

LARGEST = 10 * 1024 * 1024
"""Bytes that Telegram takes as a photo."""

SIDES = 10_000  # Telegram's: width and height together
RATIO = 20
DEFAULTS = ("cover.jpg", "cover.jpeg", "cover.png", "cover.webp")
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
CURE = "Put a JPEG, PNG or WebP picture there; until then the issue has no cover."


def choose(named: str | None, names: Sequence[str], findings: Findings) -> str | None:
    """Return the file to use: the one that the front matter names, else a usual one, else None."""
    if named is None:
        return next((name for name in DEFAULTS if name in names), None)
    if named in names and Path(named).suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"):
        return named
    missing = f"There is no file {named} beside the edition."
    findings.warn(None, f"The cover {named} is no picture." if named in names else missing, CURE)
    return None


def read_cover(file: Path, findings: Findings) -> Cover | None:
    """Read the picture; None, with a problem named, when it is none that Telegram takes."""
    try:
        if not file.is_file():
            findings.warn(None, "The cover is not a file.", CURE)
            return None
        if file.stat().st_size > LARGEST:
            findings.warn(None, "The cover has more than 10 MB.", "Save it smaller.")
            return None
        content = file.read_bytes()
    except OSError as error:
        findings.warn(None, f"The cover cannot be read ({type(error).__name__}).", CURE)
        return None
    return _checked(content, findings)


def _checked(content: bytes, findings: Findings) -> Cover | None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # start and idle memory do without it

    try:
        with Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as image:
            width, height = image.size
            if width + height > SIDES or max(width, height) > RATIO * min(width, height):
                findings.warn(
                    None,
                    f"The cover is {width} × {height}; Telegram takes {SIDES} for both sides together.",
                    "Save it smaller, or less narrow.",
                )
                return None
            image.load()
            media_type = MEDIA_TYPES[str(image.format)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        findings.warn(None, "The cover is not a picture, or only a part of one.", CURE)
        return None
    return Cover(content, media_type, digest_of(content), width, height)


def digest_of(content: bytes) -> str:
    """Return the name under which a picture is remembered once Telegram has it."""
    return hashlib.sha256(content).hexdigest()[:16]
