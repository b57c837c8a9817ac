"""A cover is found whatever its name's case and accents, and brought into one form before anyone sees it."""

import io
import unicodedata
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from bot.domain.content.issue import Cover
from bot.domain.content.problem import Problem
from bot.services.content.checking import check
from tests.services.content import MONDAY, Content, markdown, picture

FIELD = Path(__file__).parents[1] / "data" / "field"
PHOTO = unicodedata.normalize("NFC", "fotografía.jpg")
BLUE = (20, 40, 200)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    found = Content(tmp_path / "content")
    found.write("publication.toml", 'name = "S"\nlanguages = ["en"]\ntimezone = "UTC"\n' + SITE + PUSH)
    return found


SITE = 'site = "https://sample.example"\n'
PUSH = 'push = { day = "monday", hour = "07:00" }\n'


def problems(content: Content) -> tuple[Problem, ...]:
    return check(content.root).problems


async def cover_of(content: Content, name: str, picture: bytes) -> Cover:
    content.issue(text=markdown())
    content.write(f"{MONDAY}/{name}", picture)
    issue = await (await content.open()).issue(MONDAY)
    assert issue is not None
    assert issue.cover is not None
    return issue.cover


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


def opened(cover: Cover) -> Image.Image:
    image = Image.open(io.BytesIO(cover.content))
    image.load()
    assert image.size == (cover.width, cover.height)
    assert Image.MIME[str(image.format)] == cover.media_type
    return image


@pytest.mark.parametrize("name", ["Cover.JPG", "COVER.jpeg", "portada.jpg", "Portada.PNG", "cover.WebP"])
def test_a_usual_name_is_found_in_any_case(content: Content, name: str) -> None:
    content.write(f"{MONDAY}/{name}", picture("JPEG"))
    content.issue()
    assert problems(content) == ()


@pytest.mark.parametrize("named", ["NFC", "NFD"])
@pytest.mark.parametrize("lying", ["NFC", "NFD"])
async def test_a_name_is_found_in_any_form_of_its_accents(content: Content, named: str, lying: str) -> None:
    form = {"NFC": PHOTO, "NFD": unicodedata.normalize("NFD", PHOTO)}
    content.write(f"{MONDAY}/{form[lying].upper()}", picture("JPEG"))
    content.issue(text=markdown().replace("title:", f"cover: {form[named]}\ntitle:"))
    issue = await (await content.open()).issue(MONDAY)
    assert issue is not None
    assert issue.cover is not None
    assert problems(content) == ()


def test_pictures_that_nobody_sees_are_one_finding(content: Content) -> None:
    for name in ("cover.jpg", "cover.png", "photo.jpg", ".hidden.jpg", "notes.txt"):
        content.write(f"{MONDAY}/{name}", picture("JPEG"))
    content.issue()
    (found,) = problems(content)
    assert (found.path, found.warning) == (str(MONDAY), True)
    assert found.what == "cover.png, photo.jpg: no reader sees these pictures, since the cover is cover.jpg."
    assert found.cure.startswith("Write `cover: cover.png` to use one; to keep")


def test_the_only_picture_is_told_how_to_become_the_cover(content: Content) -> None:
    content.write(f"{MONDAY}/photo.jpg", picture("JPEG"))
    content.issue()
    (found,) = problems(content)
    assert "`cover: photo.jpg`" in found.cure


def test_a_cover_with_a_mistyped_name_is_one_finding_that_names_the_picture(content: Content) -> None:
    content.write(f"{MONDAY}/photo.jpg", picture("JPEG"))
    content.issue(text=markdown().replace("title:", "cover: foto.jpg\ntitle:"))
    (found,) = problems(content)
    assert found.cure.startswith("Write `cover: photo.jpg`")


def test_what_is_wrong_with_a_cover_s_name_stands_at_its_line(content: Content) -> None:
    content.issue(text=markdown().replace("title:", "cover: foto.jpg\ntitle:"))
    (found,) = problems(content)
    assert (found.path, found.line) == (f"{MONDAY}/en.md", 2)


@pytest.mark.parametrize("name", ["IMG_2231.HEIC", "photo.tiff", "scan.bmp", "logo.svg"])
def test_a_picture_that_cannot_be_read_is_to_be_saved_otherwise(content: Content, name: str) -> None:
    content.write(f"{MONDAY}/{name}", b"x")
    content.issue()
    stem = name.partition(".")[0]
    (found,) = problems(content)
    assert found.cure.startswith(f"To use one, save it as a JPEG and write `cover: {stem}.jpg`;")
    content.issue(text=markdown().replace("title:", "cover: boat.png\ntitle:"))
    (found,) = problems(content)
    assert found.cure == f"Save {name} as a JPEG named boat.jpg, and write `cover: boat.jpg`."


@pytest.mark.parametrize("lying", ["cover.png", "cover.heic"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_cover_that_only_one_edition_names_and_nobody_finds_is_said(
    content: Content, lying: str, language: str
) -> None:
    content.write(
        "publication.toml", 'name = "S"\nlanguages = ["en", "es"]\ntimezone = "UTC"\n' + SITE + PUSH
    )
    content.write(f"{MONDAY}/{lying}", picture())
    for one in ("en", "es"):
        named = "cover: portada.png\ntitle:" if one == language else "title:"
        content.issue(text=markdown().replace("title:", named), language=one)
    (found,) = problems(content)
    assert (found.path, found.line) == (f"{MONDAY}/{language}.md", 2)
    assert found.what == "There is no file portada.png beside the edition."


@pytest.mark.parametrize(
    ("spanish", "what"),
    [
        ("foto.png", "There is no file foto.png beside the edition."),
        (
            "other.png",
            f"An issue has one cover, and {MONDAY}/en.md names cover.png, so other.png is not used.",
        ),
    ],
)
async def test_of_two_covers_that_are_named_the_first_is_used(
    content: Content, spanish: str, what: str
) -> None:
    content.write(
        "publication.toml", 'name = "S"\nlanguages = ["en", "es"]\ntimezone = "UTC"\n' + SITE + PUSH
    )
    content.write(f"{MONDAY}/cover.png", picture())
    content.write(f"{MONDAY}/other.png", picture(color="blue"))
    content.issue(text=markdown().replace("title:", "cover: cover.png\ntitle:"))
    content.issue(text=markdown().replace("title:", f"cover: {spanish}\ntitle:"), language="es")
    (found,) = problems(content)
    assert (found.path, found.line, found.what) == (f"{MONDAY}/es.md", 2, what)
    issue = await (await content.open()).issue(MONDAY)
    assert issue is not None
    assert issue.cover is not None
    assert issue.cover.content == picture()


def test_a_picture_that_a_text_names_is_not_named_twice(content: Content) -> None:
    content.write(f"{MONDAY}/photo.jpg", picture("JPEG"))
    content.issue(text=markdown(free="![A boat](photo.jpg)"))
    (found,) = problems(content)
    assert "A picture from 'photo.jpg'" in found.what


def test_of_a_broken_edition_nobody_knows_which_cover_it_names(content: Content) -> None:
    content.write(f"{MONDAY}/photo.jpg", picture("JPEG"))
    content.issue(text=markdown().replace("title:", "cover: photo.jpg\nauthor: a: b\ntitle:"))
    assert [one.warning for one in problems(content)] == [False, False]  # and no issue can be served


async def test_a_picture_that_is_in_form_stays_as_it_is(content: Content) -> None:
    photo = picture("JPEG", (2560, 1440))
    assert (await cover_of(content, "cover.jpg", photo)).content == photo


async def test_a_picture_is_turned_as_the_camera_was_held(content: Content) -> None:
    cover = await cover_of(content, "cover.jpg", (FIELD / "exif6.jpg").read_bytes())
    image = opened(cover)
    assert image.size == (600, 800)
    assert not image.getexif()


async def test_a_picture_for_print_is_brought_to_the_colours_of_screens(content: Content) -> None:
    image = opened(await cover_of(content, "cover.jpg", (FIELD / "cmyk.jpg").read_bytes()))
    assert (image.mode, image.format) == ("RGB", "JPEG")


def _palette() -> Image.Image:
    return Image.new("RGB", (40, 30), BLUE).convert("P", palette=Image.Palette.ADAPTIVE)


def _see_through() -> Image.Image:
    return Image.new("RGBA", (40, 30), (0, 0, 0, 0))


@pytest.mark.parametrize(
    ("image", "kind", "color"),
    [
        (_palette(), "PNG", BLUE),
        (_see_through(), "PNG", (255, 255, 255)),
        (_see_through(), "WEBP", (255, 255, 255)),
        (Image.new("I;16", (40, 30), 0x8000), "PNG", (128, 128, 128)),
        (Image.new("LA", (40, 30), (90, 255)), "PNG", (90, 90, 90)),
        (Image.new("1", (40, 30), 1), "PNG", (255, 255, 255)),
        (Image.new("CMYK", (40, 30), (0, 0, 0, 255)), "JPEG", (0, 0, 0)),
        (Image.new("RGB", (40, 30), BLUE), "AVIF", BLUE),
    ],
    ids=["palette", "PNG", "WebP", "16 bits", "gray", "bits", "print", "AVIF"],
)
async def test_every_picture_comes_out_in_rgb(
    content: Content, image: Image.Image, kind: str, color: tuple[int, int, int]
) -> None:
    suffix = {"JPEG": "jpg", "AVIF": "avif", "WEBP": "webp"}.get(kind, "png")
    made = opened(await cover_of(content, f"cover.{suffix}", saved(image, kind)))
    assert made.mode == "RGB"
    seen = made.getpixel((20, 15))
    assert isinstance(seen, tuple)
    assert all(abs(one - other) <= 4 for one, other in zip(seen, color, strict=True))


def _red_for_blue() -> bytes:
    """Return a profile in which red and blue have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = int.from_bytes(profile[128:132])
    at = {profile[132 + 12 * n :][:4]: 132 + 12 * n for n in range(count)}
    red, blue = at[b"rXYZ"] + 4, at[b"bXYZ"] + 4
    made = bytearray(profile.replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be")))
    made[red : red + 8], made[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    return bytes(made)


async def test_a_picture_with_a_profile_of_another_space_is_brought_to_srgb(content: Content) -> None:
    photo = saved(Image.new("RGB", (40, 30), (0, 0, 255)), "PNG", icc_profile=_red_for_blue())
    made = opened(await cover_of(content, "cover.png", photo))
    assert made.getpixel((20, 15)) == (255, 0, 0)
    assert "icc_profile" not in made.info


async def test_a_profile_that_does_not_fit_is_left_out(content: Content) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    photo = saved(Image.new("RGB", (40, 30), BLUE), "PNG", icc_profile=profile)
    assert opened(await cover_of(content, "cover.png", photo)).getpixel((20, 15)) == BLUE


async def test_a_profile_that_says_srgb_changes_nothing(content: Content) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = saved(Image.new("RGB", (40, 30), BLUE), "JPEG", icc_profile=profile)
    assert (await cover_of(content, "cover.jpg", photo)).content == photo


@pytest.mark.parametrize(
    ("kind", "size", "made"),
    [
        ("JPEG", (6000, 4000), (2560, 1707)),
        ("PNG", (300, 4000), (192, 2560)),
        ("JPEG", (2561, 2561), (2560, 2560)),
    ],
)
async def test_a_large_picture_is_made_smaller(
    content: Content, kind: str, size: tuple[int, int], made: tuple[int, int]
) -> None:
    suffix = "jpg" if kind == "JPEG" else "png"
    assert opened(await cover_of(content, f"cover.{suffix}", picture(kind, size))).size == made


async def test_a_heavy_picture_is_made_lighter(content: Content) -> None:
    noise = Image.effect_noise((1400, 1400), 90).convert("RGB")
    noise = Image.merge("RGB", (*noise.split()[:2], Image.effect_noise((1400, 1400), 90)))
    heavy = saved(noise, "PNG", compress_level=1)
    assert len(heavy) > 5 * 1024 * 1024
    cover = await cover_of(content, "cover.png", heavy)
    assert len(cover.content) <= 5 * 1024 * 1024
    assert opened(cover).size == (1400, 1400)


@pytest.mark.parametrize(
    ("name", "content_of", "words"),
    [
        ("cover.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "a picture in HEIC"),
        ("cover.jpg", b"\0\0\0\x18ftypmif1\0\0\0\0", "a picture in HEIC"),
        ("cover.svg", b"<svg/>", "not a picture"),
        ("cover.png", (9_100, 9_100), "9,100 × 9,100 pixels"),
        ("cover.png", (14_000, 14_000), "far too many pixels"),
    ],
    ids=["HEIC", "HEIC under another name", "SVG", "large", "a bomb"],
)
def test_what_cannot_be_read_is_named_with_a_cure(
    content: Content, name: str, content_of: bytes | tuple[int, int], words: str
) -> None:
    written = content_of if isinstance(content_of, bytes) else saved(Image.new("1", content_of), "PNG")
    content.write(f"{MONDAY}/{name}", written)
    content.issue()
    (found,) = problems(content)
    assert (found.path, found.warning, words in found.what) == (f"{MONDAY}/{name}", True, True)
    assert found.cure


async def test_a_picture_is_made_once_however_often_its_issue_is_read(content: Content) -> None:
    """An issue that left memory is read again from disk: its cover is the same bytes then."""
    content.weeks(10)
    content.write(f"{MONDAY}/cover.jpg", (FIELD / "exif6.jpg").read_bytes())
    archive = await content.open()
    first = await archive.issue(MONDAY)
    for day in archive.dates(content.clock.now())[1:]:
        await archive.issue(day)
    again = await archive.issue(MONDAY)
    assert first is not None
    assert again is not None
    assert again is not first
    assert first.cover is not None
    assert again.cover is not None
    assert again.cover.content is first.cover.content
