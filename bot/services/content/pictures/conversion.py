"""Conversion of pictures to a form that every app shows alike."""

import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bot.services.content.pictures.picture_cache import Made, PictureCache

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 2_560
LARGEST = 5 * 1024 * 1024
"""Bytes of what is handed on."""

MOST_PIXELS = 25_000_000
"""A picture is read whole before it is made smaller: at worst (WebP, and PNG with a transparent colour) this
takes 20 bytes a pixel, about 500 MB.
"""

MOST_PIXELS_JPEG = 52_000_000
"""What phones call 50 megapixels. A large JPEG is made smaller while it is read: a progressive one takes at
worst 9 bytes a pixel, any other a few for each that is left.
"""

RATIO = 20
"""Telegram's: how often the longer side may hold the shorter one."""

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""What Telegram takes as a photo, and browsers show."""

FORMATS = (*MEDIA_TYPES, "AVIF", "MPO")  # MPO: what some phones write, a JPEG with a second picture behind it
QUALITIES = (90, 80, 65, 45)
ORIENTATION = 0x0112
GPS = 0x8825
KEPT = 4
"""Pictures in memory."""

MARKER, START_OF_SCAN = 0xFF, 0xDA
NOTES = (0xE1, 0xED, 0xFE)
"""Markers of a JPEG's EXIF and XMP, IPTC, and comments."""

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
    """A picture cannot be used. `what` and `cure` are sentences; cure "": the usual one."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure


def in_form(content: bytes) -> Made:
    """Convert one picture; see `Pictures.bring_into_form`. PictureError."""
    from PIL import Image  # noqa: PLC0415  # start and idle memory do without it

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(*image.size, is_jpeg=_is_jpeg(image))
            if _is_in_form(image, content):
                image.load()
                if not _tells_location(image):
                    return Made(content, MEDIA_TYPES[str(image.format)], *image.size)
                if image.format == "JPEG":
                    return Made(_without_notes(content), MEDIA_TYPES["JPEG"], *image.size)
            return _written(_made(image), is_drawing=image.format == "PNG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("far too many pixels") from error
    except (OSError, SyntaxError, ValueError, KeyError, OverflowError) as error:
        raise _unread(content) from error


class Pictures:
    """Makes one picture at a time, and each once: the last ones are kept in memory, all of them in `folder`
    where there is one. Blocks.
    """

    def __init__(self, folder: Path | None = None, make: Callable[[bytes], Made] = in_form) -> None:
        self._make = make
        self._files = PictureCache(folder) if folder is not None else None
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._making = Lock()

    def bring_into_form(self, content: bytes) -> Made:
        """Return a picture upright, in RGB or gray, in sRGB, at most 2,560 pixels a side and 5 MB, and
        silent about where it was taken: as it is where it is so already. PictureError.
        """
        name = hashlib.sha256(content).hexdigest()
        if (known := self._known(name, content)) is not None:
            return known
        with self._making:
            if (known := self._known(name, content)) is not None:  # made while this one waited
                return known
            made = self._make(content)
            if self._files is not None:
                self._files.put(name, made, content)
            self._keep(name, made, content)
            return made

    def _known(self, name: str, content: bytes) -> Made | None:
        made = self._kept.get(name)
        return made if made is not None or self._files is None else self._files.get(name, content)

    def _keep(self, name: str, made: Made, content: bytes) -> None:
        if made.content is not content:
            self._kept[name] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _is_jpeg(image: "Image.Image") -> bool:
    return image.format in ("JPEG", "MPO")


def _check_size(width: int, height: int, *, is_jpeg: bool) -> None:
    if width * height > (MOST_PIXELS_JPEG if is_jpeg else MOST_PIXELS):
        raise _too_large(f"{width:,} × {height:,} pixels")
    if max(width, height) > RATIO * min(width, height):
        raise PictureError(
            f"The cover is {width} × {height}; of Telegram's photos no side is more than {RATIO} times the "
            "other.",
            "Save it less narrow.",
        )


def _too_large(size: str) -> PictureError:
    return PictureError(
        f"The cover has {size}; the most is {MOST_PIXELS_JPEG // 1_000_000} million in a JPEG, "
        f"{MOST_PIXELS // 1_000_000} million in any other picture.",
        f"Save it smaller: {LONGEST_SIDE:,} pixels on its longer side are all that is shown.",
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
        and _turn(image) is None
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


def _turn(image: "Image.Image") -> "Image.Transpose | None":
    """Return how to turn a picture as the camera was held; None where it is upright, or nobody knows."""
    from PIL import Image  # noqa: PLC0415  # see above

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    orientation = image.getexif().get(ORIENTATION)
    return turns.get(orientation) if isinstance(orientation, int) else None


def _tells_location(image: "Image.Image") -> bool:
    """Tell whether a picture says where it was taken. Call it once the picture is loaded."""
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return GPS in image.getexif() or "GPS" in (xmp if isinstance(xmp, str) else xmp.decode("latin-1"))


def _without_notes(jpeg: bytes) -> bytes:
    """Leave out what a JPEG says about itself (EXIF, XMP, IPTC), and nothing of the picture."""
    parts, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == MARKER and jpeg[at + 1] != START_OF_SCAN:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if jpeg[at + 1] not in NOTES:
            parts.append(jpeg[at:end])
        at = end
    return b"".join((*parts, jpeg[at:]))


def _made(image: "Image.Image") -> "Image.Image":
    """Make it smaller first: what follows takes memory for each pixel, and several times."""
    turn, profile = _turn(image), image.info.get("icc_profile")
    if _is_jpeg(image):
        scale = min(1.0, LONGEST_SIDE / max(image.size))
        image.draft(None, (int(image.width * scale), int(image.height * scale)))
    image.load()
    made = _in_channels(image)
    made.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = _in_srgb(_flat(made), profile)
    return made if turn is None else made.transpose(turn)


def _in_channels(image: "Image.Image") -> "Image.Image":
    """Bring palettes, bits and 16 bits to channels that can be made smaller."""
    if image.mode.startswith("I"):  # 16 bits of gray
        return image.convert("I")
    if image.mode == "PA" or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB") if image.mode == "P" else image


def _flat(image: "Image.Image") -> "Image.Image":
    """Bring 16 bits to 8, and put what can be seen through on white."""
    from PIL import Image  # noqa: PLC0415  # see above

    if image.mode == "I":
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGBA", "LA", "RGBa", "La"):
        above = image.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        below.alpha_composite(above)
        return below.convert("RGB")
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
