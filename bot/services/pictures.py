"""Pictures as they lie on disk, brought into the one form that every app shows alike."""

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 2_560
LARGEST = 5 * 1024 * 1024
"""Bytes of what is handed on."""

MOST_PIXELS = 80_000_000
"""A picture takes three or four bytes of memory for each while it is read."""

RATIO = 20
"""Telegram's: how often the longer side may hold the shorter one."""

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What Telegram takes as a photo, and browsers show."""

FORMATS = (*MEDIA_TYPES, "AVIF", "MPO")  # MPO: what some phones write, a JPEG with a second picture behind it
QUALITIES = (90, 80, 65, 45)
ORIENTATION = 0x0112
UPRIGHT = 1
KEPT = 4

NO_PICTURE = "The cover is not a picture, or only a part of one."
UNREAD = {
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"hevc": "HEIC",
    b"heif": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
    b"avif": "AVIF",
    b"avis": "AVIF",
}
"""By the brand of the container, behind `ftyp`."""


class PictureError(Exception):
    """`what` and `cure` are sentences; "" where the cure is the usual one."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Made:
    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


class Pictures:
    """Keeps the last pictures that had to be made anew, so that each is made once. Blocks."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Made] = OrderedDict()

    def bring_into_form(self, content: bytes) -> Made:
        """Return a picture upright, in RGB or gray, in sRGB, at most 2,560 pixels a side and 5 MB: as it is
        where it is so already. PictureError.
        """
        name = hashlib.sha256(content).hexdigest()
        if (kept := self._kept.get(name)) is not None:
            return kept
        made = _read(content)
        if made.content is not content:
            self._kept[name] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def _read(content: bytes) -> Made:
    from PIL import Image  # noqa: PLC0415  # start and idle memory do without it

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(*image.size)
            if image.format == "JPEG" and max(image.size) > LONGEST_SIDE:
                image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large one is read smaller
            if _is_in_form(image, content):
                image.load()
                return Made(content, MEDIA_TYPES[str(image.format)], *image.size)
            return _written(_made(image), is_drawing=image.format == "PNG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, KeyError, OverflowError) as error:
        raise _unread(content) from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large(f"{width:,} × {height:,} pixels")
    if max(width, height) > RATIO * min(width, height):
        raise PictureError(
            f"The cover is {width} × {height}; of Telegram's photos no side is more than {RATIO} times the "
            "other.",
            "Save it less narrow.",
        )


def _too_large(size: str = "far too many pixels") -> PictureError:
    return PictureError(
        f"The cover has {size}; the most is {MOST_PIXELS // 1_000_000} million.", "Save it smaller."
    )


def _unread(content: bytes) -> PictureError:
    kind = UNREAD.get(content[8:12]) if content[4:8] == b"ftyp" else None
    if kind is None:
        return PictureError(NO_PICTURE)
    return PictureError(
        f"The cover is a picture in {kind}, which cannot be read here.",
        "Export it as a JPEG and put that there (an iPhone takes pictures so with Settings, Camera, Formats, "
        "Most Compatible); until then the issue has no cover.",
    )


def _is_in_form(image: "Image.Image", content: bytes) -> bool:
    return (
        image.format in MEDIA_TYPES
        and image.mode in ("RGB", "L")
        and len(content) <= LARGEST
        and max(image.size) <= LONGEST_SIDE
        and image.getexif().get(ORIENTATION, UPRIGHT) == UPRIGHT
        and not getattr(image, "is_animated", False)
        and not _has_16_bits(image)
        and _is_srgb(image)
    )


def _has_16_bits(image: "Image.Image") -> bool:
    """Tell whether a picture of which one sees three channels of 8 bits has 16 in the file."""
    return any("16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _is_srgb(image: "Image.Image") -> bool:
    from PIL import ImageCms  # noqa: PLC0415  # see above

    profile = image.info.get("icc_profile")
    if not profile:
        return True
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False
    return "srgb" in name.lower()


def _made(image: "Image.Image") -> "Image.Image":
    from PIL import ImageOps  # noqa: PLC0415  # see above

    upright = ImageOps.exif_transpose(image)
    made = _in_srgb(_flat(upright), image.info.get("icc_profile"))
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return made


def _flat(image: "Image.Image") -> "Image.Image":
    """Bring palettes and 16 bits to plain channels, and put what can be seen through on white."""
    from PIL import Image  # noqa: PLC0415  # see above

    if image.mode.startswith("I"):  # 16 bits of gray
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        above = image.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(below, above).convert("RGB")
    return image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")


def _in_srgb(image: "Image.Image", profile: bytes | None) -> "Image.Image":
    from PIL import ImageCms  # noqa: PLC0415  # see above

    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is broken, or another picture's
        else:
            if made is not None:
                return made
    return image.convert("RGB")


def _written(image: "Image.Image", *, is_drawing: bool) -> Made:
    """Write it without anything but the picture; a drawing stays one as long as it is small."""
    image.info.clear()
    if is_drawing and len(content := _saved(image, "PNG")) <= LARGEST:
        return Made(content, MEDIA_TYPES["PNG"], *image.size)
    content = b""
    for quality in QUALITIES:
        content = _saved(image, "JPEG", quality=quality, optimize=True)
        if len(content) <= LARGEST:
            break
    return Made(content, MEDIA_TYPES["JPEG"], *image.size)


def _saved(image: "Image.Image", kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()
