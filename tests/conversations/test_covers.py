"""The cover of a classic front page: a large link preview above the text."""

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.world import World, write_cover

PUBLIC = "https://post.example"
OWN = "https://theirs.example/issues/12"
LARGE = {"prefer_large_media": True, "show_above_text": True}


def front_matter(content: Path, line: str) -> None:
    for language in ("en", "es"):
        file = content / "2025-12-22" / f"{language}.md"
        file.write_text(
            file.read_text(encoding="utf-8").replace("---\n", f"---\n{line}\n", 1), encoding="utf-8"
        )


@pytest.mark.parametrize("language", ["en", "es"])
async def test_with_a_public_address_it_is_our_own_page(
    content: Path, data_folder: Path, language: str
) -> None:
    write_cover(content, "2025-12-22")
    front_matter(content, f"url: {OWN}")
    async with World(content, data_folder, public_url=PUBLIC) as world:
        front = await world.ask(world.person(language=language), "/latest")
        assert front.preview == {"url": f"{PUBLIC}/i/2025-12-22/{language}", **LARGE}
        assert (await world.web(f"/i/2025-12-22/{language}")).status == 200


async def test_a_reader_of_another_language_gets_the_preview_of_what_she_reads(
    content: Path, data_folder: Path
) -> None:
    write_cover(content, "2025-12-08")
    async with World(content, data_folder, public_url=PUBLIC) as world:
        front = await world.ask(world.person(language="es"), "/start i_2025-12-08")
        assert front.preview is not None
        assert front.preview["url"] == f"{PUBLIC}/i/2025-12-08/en"


async def test_without_one_it_is_the_issue_on_the_publication_s_site(
    content: Path, data_folder: Path
) -> None:
    write_cover(content, "2025-12-22")
    front_matter(content, f"url: {OWN}")
    async with World(content, data_folder) as world:
        front = await world.ask(world.person(), "/latest")
        assert front.preview == {"url": OWN, **LARGE}


async def test_without_any_address_it_is_left_out(content: Path, data_folder: Path) -> None:
    write_cover(content, "2025-12-22")
    async with World(content, data_folder) as world:
        assert (await world.ask(world.person(), "/latest")).preview is None


async def test_an_issue_without_a_cover_has_no_preview(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, public_url=PUBLIC) as world:
        assert (await world.ask(world.person(), "/latest")).preview is None


async def test_only_the_front_page_has_it(content: Path, data_folder: Path) -> None:
    write_cover(content, "2025-12-22")
    async with World(content, data_folder, public_url=PUBLIC) as world:
        ana = world.person()
        front = await world.ask(ana, "/latest")
        assert (await world.tap(ana, "Top story")).preview is None
        assert (await world.tap(ana, "☰ Contents")).preview == front.preview
        assert (await world.ask(ana, "/settings")).preview is None


async def test_a_cover_that_is_no_picture_is_left_out(content: Path, data_folder: Path) -> None:
    (content / "2025-12-22" / "cover.png").write_bytes(b"no picture")
    async with World(content, data_folder, public_url=PUBLIC) as world:
        front = await world.ask(world.person(), "/latest")
        assert front.preview is None
        assert "Title of 2025-12-22" in front.text
        assert (await world.web("/covers/2025-12-22")).status == 404


async def test_a_cover_that_was_made_is_kept_beside_the_database(
    content: Path, tmp_path: Path, blank_database: Path
) -> None:
    data = Path(shutil.copytree(blank_database, tmp_path / "data"))
    photo = io.BytesIO()
    Image.new("CMYK", (60, 40)).save(photo, "JPEG")
    (content / "2025-12-22" / "cover.jpg").write_bytes(photo.getvalue())
    async with World(content, data, public_url=PUBLIC) as world:
        first = await world.web("/covers/2025-12-22")
        (stored_file,) = (data / "pictures").iterdir()
        written = stored_file.stat()
        await world.restart()
        again = await world.web("/covers/2025-12-22")
    assert (again.status, again.body) == (200, first.body)
    assert [(file, file.stat().st_ino) for file in (data / "pictures").iterdir()] == [
        (stored_file, written.st_ino)
    ]
    assert [file.name for file in (content / "2025-12-22").iterdir() if file.suffix != ".md"] == ["cover.jpg"]
