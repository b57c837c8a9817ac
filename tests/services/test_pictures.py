"""Covers are made one at a time and once, in little memory, and do not tell where they were taken."""

import asyncio
import io
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock

import pytest
from PIL import Image, PngImagePlugin

from bot.services.content.archive import Archive
from bot.services.content.issues.issue_cache import KEPT
from bot.services.content.pictures.conversion import PictureError, Pictures, in_form
from bot.services.content.pictures.picture_cache import Made, PictureCache
from tests.services.content import MONDAY, Content, picture

ORIENTATION, GPS, CAMERA = 0x0112, 0x8825, 0x010F
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf exif:GPSLatitude='25,16.8S'/></x:xmpmeta>"
PALE = (250, 240, 230)


class Counting:
    """Makes pictures as the program does, and counts; while `gate` is closed none gets done."""

    def __init__(self) -> None:
        self.count = 0
        self.most_at_once = 0
        self.gate = Event()
        self.gate.set()
        self._now = 0
        self._lock = Lock()

    def __call__(self, content: bytes) -> Made:
        with self._lock:
            self.count += 1
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        self.gate.wait(10)
        made = in_form(content)
        with self._lock:
            self._now -= 1
        return made


@pytest.fixture
def content(tmp_path: Path) -> Content:
    content = Content(tmp_path / "content")
    content.write(
        "publication.toml",
        'name = "S"\nlanguages = ["en"]\ntimezone = "UTC"\nsite = "https://s.example"\n'
        'push = { day = "monday", hour = "07:00" }\n',
    )
    return content


def saved(image: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def exif(**tags: object) -> Image.Exif:
    exif = Image.Exif()
    for name, value in tags.items():
        exif[{"orientation": ORIENTATION, "gps": GPS, "camera": CAMERA}[name]] = value
    return exif


def turned(number: int, side: int = 60) -> bytes:
    """Return a picture that has to be made, another one for each number."""
    return saved(Image.new("RGB", (side + number, side // 2), PALE), exif=exif(orientation=6))


def with_xmp() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


def pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


def with_covers(content: Content, count: int) -> None:
    for number, day in enumerate(content.weeks(count)):
        content.write(f"{day}/cover.jpg", turned(number))


async def opened(content: Content, pictures: Pictures) -> Archive:
    archive = Archive(content.root, content.clock, pictures=pictures)
    await archive.open()
    await archive.load_rest()
    return archive


def test_pictures_are_made_one_at_a_time() -> None:
    counting = Counting()
    pictures = Pictures(make=counting)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(pictures.bring_into_form, [turned(number, 800) for number in range(8)]))
    assert (counting.count, counting.most_at_once) == (8, 1)


def test_threads_that_want_one_picture_at_once_make_it_once() -> None:
    counting = Counting()
    pictures = Pictures(make=counting)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(pictures.bring_into_form, [turned(1, 3_000)] * 8))
    assert counting.count == 1


async def test_twenty_readers_of_an_old_issue_at_once_make_its_cover_once(content: Content) -> None:
    counting = Counting()
    with_covers(content, KEPT + 6)
    archive = await opened(content, Pictures(make=counting))
    oldest, before = MONDAY - timedelta(weeks=KEPT), counting.count
    issues = await asyncio.gather(*(archive.issue(oldest) for _ in range(20)))
    assert counting.count == before + 1
    assert len({id(issue) for issue in issues}) == 1
    assert issues[0] is not None
    assert issues[0].cover is not None


async def test_a_reader_who_goes_away_takes_an_issue_from_nobody_else(content: Content) -> None:
    counting = Counting()
    with_covers(content, KEPT + 6)
    archive = await opened(content, Pictures(make=counting))
    oldest = MONDAY - timedelta(weeks=KEPT)
    counting.gate.clear()
    leaving, staying = (asyncio.create_task(archive.issue(oldest)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    counting.gate.set()
    assert await staying is not None


async def test_what_else_needs_a_thread_does_not_wait_for_old_covers(content: Content) -> None:
    counting = Counting()
    with_covers(content, KEPT + 40)
    archive = await opened(content, Pictures(make=counting))
    counting.gate.clear()
    days = archive.dates(content.clock.now())[KEPT:]
    asked = [asyncio.create_task(archive.issue(day)) for day in days]
    await asyncio.sleep(0)
    try:
        await asyncio.wait_for(archive.stamp(MONDAY), 5)
    finally:
        counting.gate.set()
    assert all(await asyncio.gather(*asked))


async def test_a_second_start_makes_no_picture(content: Content, tmp_path: Path) -> None:
    counting, folder = Counting(), tmp_path / "data" / "pictures"
    with_covers(content, KEPT + 2)
    content.write(f"{MONDAY}/cover.jpg", picture("JPEG"))  # in form: it has been looked at, too
    first = await (await opened(content, Pictures(folder, counting))).issue(MONDAY - timedelta(weeks=KEPT))
    assert counting.count == KEPT + 2
    archive = await opened(content, Pictures(folder, counting))
    again = [await archive.issue(day) for day in archive.dates(content.clock.now())]
    assert counting.count == KEPT + 2
    assert first in again
    assert again[0] is not None
    assert again[0].cover is not None
    assert again[0].cover.content == picture("JPEG")


def damage(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def lie(file: Path) -> None:
    file.write_bytes(b"[]\n")


@pytest.mark.parametrize("harm", [damage, lie, Path.unlink], ids=["cut", "another file", "missing"])
def test_a_kept_picture_that_is_damaged_or_gone_is_made_anew(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    counting = Counting()
    made = Pictures(tmp_path, counting).bring_into_form(turned(1))
    (file,) = tmp_path.iterdir()
    harm(file)
    assert Pictures(tmp_path, counting).bring_into_form(turned(1)) == made
    assert Pictures(tmp_path, counting).bring_into_form(turned(1)) == made
    assert counting.count == 2


def test_kept_pictures_are_readable_by_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    Pictures(folder).bring_into_form(turned(1))
    assert [file.stat().st_mode & 0o777 for file in (folder, *folder.iterdir())] == [0o700, 0o600]


def test_the_oldest_kept_pictures_go_when_there_are_too_many(tmp_path: Path) -> None:
    made = Made(bytes(1_000), "image/png", 10, 10)
    for number in range(6):
        PictureCache(tmp_path, 4_500).put(str(number), made, b"")
        os.utime(tmp_path / str(number), (number, number))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["3", "4", "5"]


def test_where_no_picture_can_be_kept_it_is_made_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    pictures = Pictures(tmp_path / "file" / "pictures")
    with caplog.at_level(logging.WARNING):
        assert pictures.bring_into_form(turned(1)).width == 30
        assert pictures.bring_into_form(turned(2)).width == 30
    (line,) = caplog.messages
    assert "cannot be kept in" in line


def test_an_orientation_that_nobody_knows_turns_nothing() -> None:
    photo = saved(Image.new("RGB", (60, 40), PALE), exif=exif(orientation=99))
    assert Pictures().bring_into_form(photo).content == photo


def test_what_a_camera_wrote_along_stays_where_it_does_not_tell_where_it_was_taken() -> None:
    photo = saved(Image.new("RGB", (60, 40), PALE), exif=exif(camera="Camera"))
    assert Pictures().bring_into_form(photo).content == photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "notes",
    [
        {"exif": exif(gps={1: "S", 2: (25.0, 16.0, 48.0)}, camera="Camera")},
        {"xmp": XMP, "pnginfo": with_xmp()},
    ],
    ids=["EXIF", "XMP"],
)
def test_no_cover_tells_where_it_was_taken(kind: str, notes: dict[str, object]) -> None:
    photo = saved(Image.effect_noise((60, 40), 60).convert("RGB"), kind, **notes)
    made = Pictures().bring_into_form(photo)
    image = Image.open(io.BytesIO(made.content))
    image.load()
    assert not image.getexif()
    assert b"GPS" not in made.content
    assert image.size == (60, 40)


def test_a_photo_forgets_where_it_was_taken_without_losing_anything_of_the_picture() -> None:
    noise = Image.effect_noise((60, 40), 60).convert("RGB")
    photo = saved(noise, quality=85, exif=exif(gps={1: "S"}), comment=b"a comment")
    made = Pictures().bring_into_form(photo)
    assert pixels(made.content) == pixels(photo)
    assert len(made.content) < len(photo)


def test_a_photo_twice_as_large_as_it_may_be_is_made_smaller() -> None:
    made = Pictures().bring_into_form(picture("JPEG", (5_120, 512)))
    assert (made.width, made.height) == (2_560, 256)
    assert Image.open(io.BytesIO(made.content)).size == (2_560, 256)


@pytest.mark.parametrize(
    ("kind", "size"), [("PNG", (5_100, 5_000)), ("JPEG", (7_300, 7_200))], ids=["PNG", "JPEG"]
)
def test_a_picture_with_too_many_pixels_is_refused_with_the_bounds(kind: str, size: tuple[int, int]) -> None:
    with pytest.raises(PictureError, match="52 million in a JPEG, 25 million in any other") as met:
        Pictures().bring_into_form(saved(Image.new("L", size), kind))
    assert "2,560 pixels on its longer side" in met.value.cure


MEASURE = """
import struct, sys, zlib
from pathlib import Path
from bot.services.content.pictures.conversion import Pictures

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

width, height = int(sys.argv[1]), int(sys.argv[2])
packer = zlib.compressobj(1)
rows = b"".join([packer.compress(bytes(1 + 4 * width)) for _ in range(height)]) + packer.flush()
head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
png = b"\\x89PNG\\r\\n\\x1a\\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
before = peak()
Pictures().bring_into_form(png)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell the peak")
def test_a_large_drawing_takes_less_than_16_bytes_a_pixel() -> None:
    width, height = 10_000, 700
    command = [sys.executable, "-c", MEASURE, str(width), str(height)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603  # our own
    assert int(done.stdout) < 16 * width * height / 1024 / 1024
