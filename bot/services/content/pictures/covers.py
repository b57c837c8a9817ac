"""Covers: found beside the editions, checked and converted."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.domain.content.issue import Cover
from bot.domain.content.problem import Findings
from bot.services.content.pictures.conversion import PictureError, Pictures

LARGEST = 30 * 1024 * 1024
"""Bytes of a file that are read at all."""

STEMS = ("cover", "portada")
READ = (".jpg", ".jpeg", ".png", ".webp", ".avif")
OTHERS = (".heic", ".heif", ".gif", ".tif", ".tiff", ".bmp", ".svg")
CURE = "Put a JPEG, PNG or WebP picture there; until then the issue has no cover."


def usual(names: Sequence[str]) -> str | None:
    """Return the file that is the cover where no edition names one."""
    wanted = [f"{stem}{suffix}" for suffix in (*READ, *OTHERS) for stem in STEMS]
    return next((name for usual_name in wanted if (name := _find(usual_name, names)) is not None), None)


def named(wanted: str, line: int | None, names: Sequence[str], findings: Findings) -> str | None:
    """Return the file that a front matter names on this line; None, with a warning, when it is no picture
    or not there. Its case and the form of its accents do not matter.
    """
    name = _find(wanted, names)
    if name is not None and is_picture(name):
        return name
    if name is not None:
        findings.warn(line, f"The cover {wanted} is no picture.", CURE)
        return None
    findings.warn(line, f"There is no file {wanted} beside the edition.", _other_than(wanted, names))
    return None


def _other_than(wanted: str, names: Sequence[str]) -> str:
    pictures = [name for name in names if is_picture(name)]
    readable = [name for name in pictures if _is_read(name)]
    if readable:
        return f"Write `cover: {readable[0]}`, or put it there."
    return (
        f"Save {pictures[0]} as a JPEG named {_as_jpeg(wanted)}, and write `cover: {_as_jpeg(wanted)}`."
        if pictures
        else CURE
    )


def _as_jpeg(name: str) -> str:
    return f"{Path(name).stem}.jpg"


def tell_of_unused(used: str, names: Sequence[str], told: Iterable[str], findings: Findings) -> None:
    """Warn of pictures that no reader sees, except for those that are `told` already."""
    said = "\n".join(told)
    unused = [name for name in names if is_picture(name) and name != used and name not in said]
    if not unused:
        return
    readable = [name for name in unused if _is_read(name)]
    use = (
        f"Write `cover: {readable[0]}` to use one"
        if readable
        else f"To use one, save it as a JPEG and write `cover: {_as_jpeg(unused[0])}`"
    )
    cure = f"{use}; to keep what is not to be used, move it away or let its name begin with a dot."
    what = f"{', '.join(unused)}: no reader sees {'this picture' if len(unused) == 1 else 'these pictures'}"
    findings.warn(None, f"{what}{f', since the cover is {used}' if used else ''}.", cure)


def _is_read(name: str) -> bool:
    return Path(name).suffix.lower() in READ


def is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in (*READ, *OTHERS)


def _find(wanted: str, names: Sequence[str]) -> str | None:
    if wanted in names:
        return wanted
    return next((name for name in names if _folded(name) == _folded(wanted)), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def read_cover(file: Path, pictures: Pictures, findings: Findings) -> Cover | None:
    """Read and convert a cover; None, with a problem in `findings`, where it cannot be shown."""
    try:
        if not file.is_file():
            findings.warn(None, "The cover is not a file.", CURE)
            return None
        if file.stat().st_size > LARGEST:
            findings.warn(None, f"The cover has more than {LARGEST >> 20} MB.", "Save it smaller.")
            return None
        content = file.read_bytes()
    except OSError as error:
        findings.warn(None, f"The cover cannot be read ({type(error).__name__}).", CURE)
        return None
    try:
        made = pictures.bring_into_form(content)
    except PictureError as error:
        findings.warn(None, error.what, error.cure or CURE)
        return None
    return Cover(made.content, made.media_type, digest_of(made.content), made.width, made.height)


def digest_of(content: bytes) -> str:
    """Return the key of a picture: under it Telegram's file id is remembered."""
    return hashlib.sha256(content).hexdigest()[:16]
