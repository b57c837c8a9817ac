"""The public pages: the free part and the cover, for anyone on the web."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import ENGLISH, PUBLICATION, SPANISH, World, write_cover

PUBLIC = "https://post.example"


@pytest.fixture
async def public(content: Path, data_folder: Path) -> AsyncIterator[World]:
    write_cover(content, "2025-12-22")
    async with World(content, data_folder, public_url=PUBLIC) as running:
        yield running


async def test_it_shows_the_free_part_and_nothing_else(public: World) -> None:
    page = await public.web("/i/2025-12-22/en")
    assert page.status == 200
    assert "The river rose in the night." in page.text
    assert "The senate met on Monday." in page.text
    assert "Prices fall" in page.text
    assert "canary" not in page.text
    assert "The rest of this issue is for subscribers." in page.text
    assert "You can read it free in Telegram with the 7-day trial." in page.text
    assert 'href="https://t.me/sim7000000001_bot?start=i_2025-12-22"' in page.text


async def test_it_speaks_the_language_of_the_edition(public: World) -> None:
    page = await public.web("/i/2025-12-22/es")
    assert '<html lang="es">' in page.text
    assert "El Senado sesionó el lunes." in page.text
    assert "lunes 22 de diciembre de 2025" in page.text
    assert "canary" not in page.text


async def test_it_names_no_trial_where_there_is_none(public: World) -> None:
    untried = PUBLICATION.replace("trial_days = 7", "trial_days = 0")
    (public.content / "publication.toml").write_text(untried, encoding="utf-8")
    await public.reload()
    page = await public.web("/i/2025-12-22/en")
    assert "The rest of this issue is for subscribers." in page.text
    assert "trial" not in page.text


async def test_it_has_what_link_previews_need(public: World) -> None:
    page = await public.web("/i/2025-12-22/en")
    for name, content in (
        ("og:type", "article"),
        ("og:title", "The Test Post"),
        ("og:url", f"{PUBLIC}/i/2025-12-22/en"),
        ("og:image", f"{PUBLIC}/covers/2025-12-22"),
        ("og:image:width", "120"),
        ("og:image:height", "80"),
        ("og:locale", "en"),
    ):
        assert f'<meta property="{name}" content="{content}">' in page.text
    assert "First teaser" not in page.text
    assert f'<link rel="alternate" hreflang="es" href="{PUBLIC}/i/2025-12-22/es">' in page.text


async def test_without_a_cover_there_is_no_picture(public: World) -> None:
    assert "og:image" not in (await public.web("/i/2025-12-15/en")).text
    assert (await public.web("/covers/2025-12-15")).status == 404


async def test_foreign_markup_is_text_everywhere(public: World) -> None:
    nasty = '"><script>alert(1)</script>'
    text = ENGLISH.format(date="2025-12-22").replace("Title of 2025-12-22", f"'{nasty}'")
    text = text.replace("Ann Author", f"'{nasty}'").replace("River rises", f"Rises {nasty}")
    public.write("2025-12-22", text.replace("The river rose", f"{nasty} The river rose"))
    await public.reload()
    for path in ("/", "/i/2025-12-22/en"):
        page = await public.web(path)
        assert page.status == 200
        assert "<script" not in page.text
        assert '"><' not in page.text.replace('">\n<', "").partition("alert")[0][-10:]
        assert "alert(1)" in page.text


async def test_no_page_runs_a_script_or_loads_from_elsewhere(public: World) -> None:
    for path in ("/", "/i/2025-12-22/en"):
        headers = (await public.web(path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "script-src" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


async def test_the_cover_is_what_lies_in_the_folder(public: World) -> None:
    cover = await public.web("/covers/2025-12-22")
    assert cover.body == (public.content / "2025-12-22" / "cover.png").read_bytes()
    assert cover.headers["Content-Type"] == "image/png"
    assert cover.headers["X-Content-Type-Options"] == "nosniff"
    assert cover.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "path",
    [
        *("/i/2025-12-29/en", "/i/2025-12-08/es", "/i/1999-01-04/en", "/i/2025-13-45/en", "/i/2025-12-22/xx"),
        *("/i/2025-12-22", "/i/2025-12-22/en/politics", "/i/../publication.toml", "/covers/2025-12-29"),
        *("/covers/2025-12-22/..%2f..%2fpublication.toml", "/covers/x", "/content/2025-12-22/en.md", "/%00"),
    ],
)
async def test_there_is_nothing_else(public: World, path: str) -> None:
    assert (await public.web(path)).status == 404


async def test_the_contents_list_every_issue_that_is_out_and_every_link_works(public: World) -> None:
    public.write("2025-12-15", SPANISH.format(date="2025-12-15"), "es")
    (public.content / "2025-12-15" / "en.md").unlink()
    await public.reload()
    page = await public.web("/")
    links = [part.partition('"')[0] for part in page.text.split('href="/')[1:]]
    assert len(links) == 3
    assert [(await public.web(f"/{link}")).status for link in links] == [200, 200, 200]


async def test_healthz_says_that_the_program_is_alive(public: World) -> None:
    answer = await public.web("/healthz")
    assert (answer.status, answer.text) == (200, '{"alive": true}')
